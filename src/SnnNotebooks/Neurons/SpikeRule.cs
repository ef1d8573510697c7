using System.Runtime.CompilerServices;

namespace SnnNotebooks.Neurons;

/// <summary>The usual firing and reset: spike where H is at least the threshold; then V = reset (hard) or V = H - threshold (soft, reset null).</summary>
/// <param name="Threshold">Firing threshold.</param>
/// <param name="Reset">Potential after a spike, or null for soft reset.</param>
/// <param name="DetachReset">True where no gradient flows through the spike of the reset.</param>
public readonly record struct SpikeRule(double Threshold, double? Reset, bool DetachReset)
{
    /// <summary>The most spikes of one step where the surrogate counts them, S = round(clamp(u, 0, levels)); 0 for the step function.</summary>
    internal int Levels { get; init; }

    /// <summary>What decides about firing: H - threshold.</summary>
    /// <typeparam name="TLane">What is computed with.</typeparam>
    /// <param name="h">H, the membrane potential after charging.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Distance<TLane>(TLane h)
        where TLane : struct, ILane<TLane> => h - TLane.Const(Threshold);

    /// <summary>Membrane potential after the reset; the arithmetic of the reference backend, NaN and infinities included.</summary>
    /// <typeparam name="TLane">What is computed with.</typeparam>
    /// <param name="h">H, the membrane potential after charging.</param>
    /// <param name="s">The spike.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane After<TLane>(TLane h, TLane s)
        where TLane : struct, ILane<TLane> => Reset is { } reset
            ? ((TLane.One - s) * h) + (s * TLane.Const(reset))
            : h - (s * TLane.Const(Threshold));
}
