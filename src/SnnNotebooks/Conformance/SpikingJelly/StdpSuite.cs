namespace SnnNotebooks.Conformance.SpikingJelly;

/// <summary>Spike-timing-dependent plasticity: not built yet.</summary>
internal sealed class StdpSuite : SpikingJellySuite
{
    protected override bool Covers(string family) => family == "stdp";

    protected override string? Compare(ReferenceCase reference) => "local learning rules are built by issue 11";
}
