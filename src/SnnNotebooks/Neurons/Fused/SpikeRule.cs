using System.Runtime.CompilerServices;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>Firing and reset: spike where H is at least the threshold; then V = reset (hard) or V = H - threshold (soft, reset null).</summary>
/// <param name="Threshold">Firing threshold.</param>
/// <param name="Reset">Potential after a spike, or null for soft reset.</param>
/// <param name="DetachReset">True where no gradient flows through the spike of the reset.</param>
internal readonly record struct SpikeRule(double Threshold, double? Reset, bool DetachReset)
{
    /// <summary>Membrane potential after the reset; the arithmetic of the reference backend, NaN and infinities included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane After<TLane>(TLane h, TLane s)
        where TLane : struct, ILane<TLane> => Reset is { } reset
            ? ((TLane.One - s) * h) + (s * TLane.Const(reset))
            : h - (s * TLane.Const(Threshold));

    /// <summary>dV/dH, where <paramref name="sg"/> is the surrogate's derivative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Slope<TLane>(TLane h, TLane s, TLane sg)
        where TLane : struct, ILane<TLane>
    {
        if (Reset is { } reset)
        {
            var kept = TLane.One - s;
            return DetachReset ? kept : kept + ((TLane.Const(reset) - h) * sg);
        }

        return DetachReset ? TLane.One : TLane.One - (TLane.Const(Threshold) * sg);
    }
}
