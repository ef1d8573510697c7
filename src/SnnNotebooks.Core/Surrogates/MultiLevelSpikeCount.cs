using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>
/// Several spikes at once: S = round(clamp(u, 0, D)), half to even; derivative 1 inside a window, its ends included
/// (integer leaky integrate and fire, X. Luo et al., ECCV 2024, arXiv:2407.20708).
/// </summary>
/// <param name="maxSpikeCount">D, at least 1.</param>
/// <param name="windowFrom">Where the window begins; 0 where none is given.</param>
/// <param name="windowTo">Where the window ends; D where none is given.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class MultiLevelSpikeCount(int maxSpikeCount, double? windowFrom = null, double? windowTo = null)
    : Surrogate(
        ("max_spike_count", SurrogateConstant.Above(0, maxSpikeCount)),
        ("grad_window.0", SurrogateConstant.Finite(windowFrom ?? 0)),
        ("grad_window.1", SurrogateConstant.Finite(windowTo ?? maxSpikeCount)))
{
    internal override int Levels => maxSpikeCount;

    /// <inheritdoc/>
    public override Lane Gradient(Lane u)
    {
        var notAbove = Lane.Select((windowTo ?? maxSpikeCount) - u, 1, 0);
        return Lane.Select(u - (windowFrom ?? 0), notAbove, 0);
    }

    /// <inheritdoc/>
    protected override Tensor Smooth(Tensor u) => u.clamp(0, maxSpikeCount);

    internal override Tensor Fire(Tensor u)
    {
        using var clamped = u.clamp(0, maxSpikeCount);
        return clamped.round();
    }
}
