using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;
using SnnNotebooks.Neurons.Fused;
using TorchSharp;
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
    : Surrogate<WindowGradient>(
        new WindowGradient(SurrogateConstant.Finite(windowFrom ?? 0), SurrogateConstant.Finite(windowTo ?? maxSpikeCount)),
        ("max_spike_count", SurrogateConstant.Above(0, maxSpikeCount)),
        ("grad_window.0", windowFrom ?? 0),
        ("grad_window.1", windowTo ?? maxSpikeCount)), IPrimitive
{
    /// <inheritdoc/>
    public Tensor Primitive(Tensor u) => u.clamp(0, maxSpikeCount);

    internal override Tensor Fire(Tensor u)
    {
        using var clamped = u.clamp(0, maxSpikeCount);
        return clamped.round();
    }

    internal override FusedKernel Fuse<TEquation>(TEquation equation, SpikeRule rule) =>
        FusedKernel.Of(equation, new WindowGradient(Constants["grad_window.0"], Constants["grad_window.1"]), rule with { Levels = maxSpikeCount });
}

/// <summary>1 inside a window, else 0: the derivative of <see cref="MultiLevelSpikeCount"/>.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends.</param>
public readonly record struct WindowGradient(double From, double To) : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane>
    {
        var notAbove = TLane.Select(TLane.Const(To) - u, TLane.One, TLane.Const(0));
        return TLane.Select(u - TLane.Const(From), notAbove, TLane.Const(0));
    }
}
