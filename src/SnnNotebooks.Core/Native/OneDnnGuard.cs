using System.Runtime.Intrinsics.X86;

namespace SnnNotebooks.Native;

/// <summary>
/// Keeps libtorch's convolutions from oneDNN where it computes wrong numbers. Measured with libtorch 2.10 on an AMD EPYC
/// (Zen 5) in a virtual machine that hides the processor's caches: of 6,267 convolutions of one to three dimensions 1,156 had results or
/// gradients that were off by the size of the numbers themselves, or NaN, with oneDNN's kernels for AVX2, more with those for AVX-512, a
/// few with those for
/// AVX, and none without oneDNN. It divides its work by the sizes of the caches, and on AMD processors takes zeros for sizes.
/// </summary>
internal static class OneDnnGuard
{
    public const string Reason = "oneDNN's convolutions are wrong on AMD processors whose caches are hidden: libtorch's own are used there";

    private const int CacheLeaf = unchecked((int)0x8000001D); // AMD: "cache topology information"

    /// <summary>Leaves oneDNN out where it would be wrong. To be called before the first convolution.</summary>
    /// <returns>Why not, or null where it is left out.</returns>
    public static string? Apply() =>
        !HidesCaches() ? "not needed: this processor tells of its caches"
        : new[] { "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA" }.FirstOrDefault(
            variable => Environment.GetEnvironmentVariable(variable) is not null) is { } chosen
            ? $"left to {chosen}, which is set: CONVOLUTIONS MAY BE WRONG HERE"
        : TorchContext.SwitchOff("_ZN2at7Context20setUserEnabledMkldnnEb")
            ? null
            : "this libtorch has no such switch: CONVOLUTIONS MAY BE WRONG HERE";

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
}
