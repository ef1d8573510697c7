using SnnNotebooks.Neurons;

namespace SnnNotebooks.Conformance.NeuroBench;

/// <summary>
/// snnTorch's Leaky: H[t] = beta H[t-1] + X[t] - R threshold, or beta (1 - R) H[t-1] + X[t], with R = 1 where H[t-1] was above the
/// threshold. The potential is reset not when it fires but a step later, and firing asks for more than the threshold.
/// </summary>
internal sealed class SnnTorchLeaky(double beta, bool resetsToZero)
    : EquationNeuron(["v"], [("beta", beta)], threshold: 1, reset: null)
{
    protected override Lane[] Charge(Lane[] before, Lane x)
    {
        var (v, threshold) = (before[0], Number("threshold"));
        var resetting = Lane.Select(threshold - v, 0, 1);
        return resetsToZero
            ? [((1 - resetting) * v * Number("beta")) + x]
            : [(v * Number("beta")) + x - (resetting * threshold)];
    }

    protected override Lane Distance(Lane[] charged) => Lane.Select(Number("threshold") - charged[0], -1, 1);

    protected override Lane[] Fire(Lane[] charged, Lane spike, Lane resetting) => charged;
}
