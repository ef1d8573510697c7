using System.Runtime.InteropServices;
using SnnNotebooks.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Native;

public sealed class ConvolutionKernelTests
{
    [Fact]
    public void Convolutions_of_single_precision_and_their_gradients_are_those_of_double()
    {
        List<string> wrong = [];
        void Check(string name, Func<Tensor, Tensor, Tensor> convolve, long[] input, long[] weight)
        {
            using var scope = NewDisposeScope();
            manual_seed(1);
            var (x, w) = (randn(input), randn(weight) * 0.1);
            var (single, exact) = (Run(convolve, x, w), Run(convolve, x.to(float64), w.to(float64)));
            var errors = single.Zip(exact, (a, b) => ((a - b).abs().max() / b.abs().max()).item<double>()).ToArray();
            if (!errors.All(error => error < 1e-4))
            {
                wrong.Add($"{name} of [{string.Join(", ", input)}] with [{string.Join(", ", weight)}]: {string.Join(", ", errors)}");
            }
        }

        foreach (var (batch, from, to) in new[] { (1, 1, 1), (1, 2, 4), (1, 3, 10), (2, 4, 8), (3, 32, 10), (16, 1, 32), (16, 24, 48),
            (64, 16, 4) })
        {
            foreach (var (kernel, stride) in new[] { (1, 1), (3, 1), (3, 2), (5, 1), (7, 2) })
            {
                Check("conv2d", (x, w) => nn.functional.conv2d(x, w, strides: [stride, stride], padding: [kernel / 2, kernel / 2]),
                    [batch, from, 14, 14], [to, from, kernel, kernel]);
            }

            Check("conv1d", (x, w) => nn.functional.conv1d(x, w, padding: 1), [batch, from, 32], [to, from, 3]);
            Check("conv1d", (x, w) => nn.functional.conv1d(x, w, padding: 2), [batch, from, 32], [to, from, 5]);
            Check("conv3d", (x, w) => nn.functional.conv3d(x, w, padding: [1, 1, 1]), [batch, from, 4, 8, 8], [to, from, 3, 3, 3]);
            Check("transposed", (x, w) => nn.functional.conv_transpose2d(x, w, strides: [2, 2], padding: [1, 1]), [batch, from, 8, 8],
                [from, to, 3, 3]);
            Check("depthwise", (x, w) => nn.functional.conv2d(x, w, padding: [1, 1], groups: from), [batch, from, 14, 14], [from, 1, 3, 3]);
        }

        Check("conv2d", (x, w) => nn.functional.conv2d(x, w, padding: [1, 1]), [256, 24, 16, 16], [48, 24, 3, 3]);
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public unsafe void Nnpack_is_not_asked()
    {
        using var touched = zeros(1); // libtorch is loaded
        var libtorch = NativeLibrary.Load(Path.Combine(LibTorch.EnsureLoaded().LibTorchFolder!, "libtorch_cpu.so"));
        var context = ((delegate* unmanaged<nint>)NativeLibrary.GetExport(libtorch, "_ZN2at13globalContextEv"))();
        Assert.Equal(
            0, ((delegate* unmanaged<nint, byte>)NativeLibrary.GetExport(libtorch, "_ZNK2at7Context17userEnabledNNPACKEv"))(context));
    }

    /// <summary>The result and both gradients as float64.</summary>
    private static Tensor[] Run(Func<Tensor, Tensor, Tensor> convolve, Tensor input, Tensor weight)
    {
        var (x, w) = (input.detach().requires_grad_(true), weight.detach().requires_grad_(true));
        var result = convolve(x, w);
        (result * result).sum().backward();
        return [result.detach().to(float64), x.grad!.to(float64), w.grad!.to(float64)];
    }
}
