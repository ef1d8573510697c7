using System.Runtime.Intrinsics.X86;

namespace SnnNotebooks.Tests.Layers;

/// <summary>A test of layers computed from spikes; skipped on a processor where libtorch computes all layers.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsAvx2FactAttribute : FactAttribute
{
    public NeedsAvx2FactAttribute() => Skip = Avx2.IsSupported ? null : "needs a processor with AVX2";
}
