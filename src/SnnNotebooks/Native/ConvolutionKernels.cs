using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace SnnNotebooks.Native;

/// <summary>
/// Which kernels libtorch's convolutions may use. oneDNN, the library behind them, is kept from those that compute wrong numbers. Measured with libtorch 2.10 on an AMD EPYC of
/// family 26 (Zen 5): conv2d of float32 [256, 24, 16, 16] to 48 maps is off by the size of the numbers themselves, or NaN, with its AVX-512
/// kernels, and right to 3e-5 with those for AVX2.
/// </summary>
internal static partial class ConvolutionKernels
{
    private const int AffectedFamily = 26;
    private const string Choice = "ONEDNN_MAX_CPU_ISA";

    /// <summary>Chooses AVX2 on affected processors, where the user has not chosen. Call it before the first convolution.</summary>
    public static void AvoidWrongOnes()
    {
        if (Avx512F.IsSupported
            && Family() == AffectedFamily
            && Environment.GetEnvironmentVariable(Choice) is null
            && Environment.GetEnvironmentVariable("DNNL_MAX_CPU_ISA") is null)
        {
            _ = SetNative(Choice, "AVX2", 0); // .NET's own variables do not reach native code
        }
    }

    /// <summary>
    /// Takes NNPACK off the list of convolutions: oneDNN comes first wherever it could serve, but libtorch asks for it each time, and where it
    /// cannot start (virtual machines that hide the caches) it writes a warning among the results each time.
    /// </summary>
    /// <param name="libtorch">Handle of <c>libtorch_cpu.so</c>.</param>
    public static unsafe void LeaveOutNnpack(nint libtorch)
    {
        // at::globalContext().setUserEnabledNNPACK(false), which TorchSharp does not offer
        if (NativeLibrary.TryGetExport(libtorch, "_ZN2at13globalContextEv", out var globalContext)
            && NativeLibrary.TryGetExport(libtorch, "_ZN2at7Context20setUserEnabledNNPACKEb", out var setUserEnabled))
        {
            ((delegate* unmanaged<nint, byte, void>)setUserEnabled)(((delegate* unmanaged<nint>)globalContext)(), 0);
        }
    }

    /// <summary>The family of an AMD processor (CPUID leaf 1: base plus extended family); 0 for others.</summary>
    private static int Family()
    {
        const int Amd = 0x68747541; // "Auth", of AuthenticAMD
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Ebx != Amd)
        {
            return 0;
        }

        var signature = X86Base.CpuId(1, 0).Eax;
        return ((signature >> 8) & 0xF) + ((signature >> 20) & 0xFF);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetNative(string name, string value, int overwrite);
}
