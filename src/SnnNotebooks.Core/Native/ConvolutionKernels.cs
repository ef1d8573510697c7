using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace SnnNotebooks.Native;

/// <summary>
/// Which libraries libtorch's convolutions may use: not oneDNN where it computes wrong numbers. Measured with libtorch 2.10 on an AMD EPYC
/// (Zen 5) in a virtual machine that hides the processor's caches: of 6,267 convolutions of one to three dimensions 1,156 had results or gradients
/// that were off by the size of the numbers themselves, or NaN, with oneDNN's kernels for AVX2, more with those for AVX-512, a few with those for
/// AVX, and none without oneDNN. It divides its work by the sizes of the caches, and on AMD processors takes zeros for sizes.
/// </summary>
internal static class ConvolutionKernels
{
    private const int CacheLeaf = unchecked((int)0x8000001D); // AMD: "cache topology information"

    /// <summary>Leaves out what is wrong or useless here. Call it before the first convolution.</summary>
    /// <param name="libtorch">Handle of <c>libtorch_cpu.so</c>.</param>
    public static void Choose(nint libtorch)
    {
        if (HidesCaches() && !HasChosen("ONEDNN_MAX_CPU_ISA") && !HasChosen("DNNL_MAX_CPU_ISA"))
        {
            SwitchOff(libtorch, "_ZN2at7Context20setUserEnabledMkldnnEb");
        }

        // NNPACK never gets a turn beside oneDNN, and where it cannot start (again: hidden caches) each attempt writes a warning among the results
        SwitchOff(libtorch, "_ZN2at7Context20setUserEnabledNNPACKEb");
    }

    /// <summary>Whether an AMD processor tells of no cache.</summary>
    internal static bool HidesCaches()
    {
        const int Amd = 0x68747541; // "Auth", of AuthenticAMD
        const int Type = 0x1F;
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Ebx != Amd)
        {
            return false;
        }

        var last = (uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax;
        return last < unchecked((uint)CacheLeaf) || (X86Base.CpuId(CacheLeaf, 0).Eax & Type) == 0;
    }

    private static bool HasChosen(string variable) => Environment.GetEnvironmentVariable(variable) is not null;

    /// <summary>Calls a switch of <c>at::globalContext()</c>, which TorchSharp does not offer.</summary>
    private static unsafe void SwitchOff(nint libtorch, string name)
    {
        if (NativeLibrary.TryGetExport(libtorch, "_ZN2at13globalContextEv", out var context) && NativeLibrary.TryGetExport(libtorch, name, out var set))
        {
            ((delegate* unmanaged<nint, byte, void>)set)(((delegate* unmanaged<nint>)context)(), 0);
        }
    }
}
