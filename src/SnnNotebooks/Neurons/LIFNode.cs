using System.Runtime.CompilerServices;
using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Leaky integrate and fire. With <c>decayInput</c>: H[t] = V[t-1] + (X[t] - (V[t-1] - V_reset)) / tau;
/// without: H[t] = V[t-1] - (V[t-1] - V_reset) / tau + X[t]. V_reset counts as 0 for soft reset.
/// </summary>
/// <param name="tau">Membrane time constant in time steps, above 1.</param>
/// <param name="decayInput">Whether the input is divided by tau, too.</param>
/// <param name="threshold">Firing threshold.</param>
/// <param name="reset">Potential after a spike (also the initial and the resting one), or null for soft reset.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="tau"/> is not above 1.</exception>
public sealed class LIFNode(
    double tau = 2.0,
    bool decayInput = true,
    double threshold = 1.0,
    double? reset = 0.0,
    bool detachReset = false,
    Surrogate? surrogate = null)
    : PointNeuron<LIFDynamics>(new LIFDynamics(TimeConstant.Above1(tau), decayInput, reset ?? 0), threshold, reset, detachReset, surrogate)
{
    /// <summary>Membrane time constant in time steps.</summary>
    public double Tau { get; } = tau;

    /// <summary>Whether the input is divided by tau, too.</summary>
    public bool DecayInput { get; } = decayInput;
}

/// <summary>The charge equation of <see cref="LIFNode"/>.</summary>
/// <param name="Tau">Membrane time constant in time steps.</param>
/// <param name="DecayInput">Whether the input is divided by tau, too.</param>
/// <param name="Rest">Resting potential.</param>
public readonly record struct LIFDynamics(double Tau, bool DecayInput, double Rest) : INeuronDynamics
{
    // 1/tau where multiplying by it gives the same bits as dividing by tau, only faster: for powers of two; else 0
    private readonly double inverse = Math.ScaleB(1, Math.ILogB(Tau)) == Tau && Tau <= 65536 ? 1 / Tau : 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Charge<TLane>(TLane v, TLane x)
        where TLane : struct, ILane<TLane>
    {
        var leak = v - TLane.Const(Rest);
        return DecayInput
            ? v + PerTau(x - leak)
            : v - PerTau(leak) + x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane PerTau<TLane>(TLane value)
        where TLane : struct, ILane<TLane> => inverse == 0 ? value / TLane.Const(Tau) : value * TLane.Const(inverse);
}
