using System.Runtime.InteropServices;
using SnnNotebooks.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Native;

public sealed class ConvolutionKernelTests
{
    [Fact]
    public void Convolutions_of_single_precision_are_those_of_double()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (maps, weight) = (rand(256, 24, 16, 16), randn(48, 24, 3, 3));
        var single = nn.functional.conv2d(maps, weight, padding: [1, 1]).to(ScalarType.Float64);
        var exact = nn.functional.conv2d(maps.to(ScalarType.Float64), weight.to(ScalarType.Float64), padding: [1, 1]);
        Assert.InRange((single - exact).abs().max().item<double>(), 0, 1e-3);
    }

    [Fact]
    public unsafe void Nnpack_is_not_asked()
    {
        using var touched = zeros(1); // libtorch is loaded
        var libtorch = NativeLibrary.Load(Path.Combine(LibTorch.EnsureLoaded().LibTorchFolder!, "libtorch_cpu.so"));
        var context = ((delegate* unmanaged<nint>)NativeLibrary.GetExport(libtorch, "_ZN2at13globalContextEv"))();
        Assert.Equal(0, ((delegate* unmanaged<nint, byte>)NativeLibrary.GetExport(libtorch, "_ZNK2at7Context17userEnabledNNPACKEv"))(context));
    }
}
