using System.Globalization;
using SnnNotebooks.Native;

namespace SnnNotebooks.Neurons.Fused.Cuda;

/// <summary>The stream that libtorch starts its operations on.</summary>
internal static unsafe class LibTorchStream
{
    /// <summary>A function that gives it by device.</summary>
    /// <exception cref="CudaException">The libtorch that was loaded has no CUDA.</exception>
    public static Func<int, nint> Function()
    {
        var file = OperatingSystem.IsWindows() ? "torch_cuda.dll" : "libtorch_cuda.so";
        var library = new NativeFunctions("libtorch for CUDA", [LibTorch.Folder is { } folder ? Path.Combine(folder, file) : file]);
        var current = library["aoti_torch_get_current_cuda_stream"];
        return device =>
        {
            nint stream;
            var code = ((delegate* unmanaged<int, nint*, int>)current)(device, &stream);
            return code == 0
                ? stream
                : throw new CudaException(string.Create(CultureInfo.InvariantCulture,
                    $"libtorch has no current stream of the device cuda:{device} (error {code})."));
        };
    }
}
