using System.Runtime.CompilerServices;
using SnnNotebooks.Surrogates;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>What a readout makes of its membrane potentials over time.</summary>
public enum PotentialDecoding
{
    /// <summary>All of them, [T, N, ...].</summary>
    Sequence,

    /// <summary>The highest, [N, ...].</summary>
    Max,

    /// <summary>That of the largest absolute value, with its sign, [N, ...].</summary>
    MaxAbsolute,

    /// <summary>Their mean, [N, ...].</summary>
    Mean,

    /// <summary>The last, [N, ...].</summary>
    Last,
}

/// <summary>A readout that integrates without firing: H[t] = V[t-1] + X[t].</summary>
/// <param name="decoding">What it gives out.</param>
public sealed class NonSpikingIFNode(PotentialDecoding decoding = PotentialDecoding.Sequence)
    : NonSpikingNeuron<IFDynamics>(nameof(NonSpikingIFNode), default, decoding);

/// <summary>A readout that integrates and leaks without firing: H[t] = V[t-1] + (X[t] - V[t-1]) / tau.</summary>
/// <param name="tau">Membrane time constant in time steps, above 1.</param>
/// <param name="decoding">What it gives out.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="tau"/> is not above 1.</exception>
public sealed class NonSpikingLIFNode(double tau = 2.0, PotentialDecoding decoding = PotentialDecoding.Sequence)
    : NonSpikingNeuron<LIFDynamics>(nameof(NonSpikingLIFNode), new LIFDynamics(TimeConstant.Above1(tau), true, 0), decoding);

/// <summary>A readout of any charge equation.</summary>
/// <typeparam name="TDynamics">The charge equation.</typeparam>
/// <param name="name">What it is called in messages.</param>
/// <param name="dynamics">The charge equation.</param>
/// <param name="decoding">What it gives out.</param>
public abstract class NonSpikingNeuron<TDynamics>(string name, TDynamics dynamics, PotentialDecoding decoding)
    : EquationNeuron<NonSpikingEquation<TDynamics>>(name, new NonSpikingEquation<TDynamics>(dynamics), [("v", 0)], new SpikeRule(double.PositiveInfinity, null, true), null)
    where TDynamics : struct, INeuronDynamics
{
    /// <summary>What it gives out; in single-step mode always the potential of the step.</summary>
    public PotentialDecoding Decoding { get; } = decoding;

    private protected override Tensor Decode(Tensor potentials)
    {
        switch (Decoding)
        {
            case PotentialDecoding.Max:
                return potentials.max(0).values;
            case PotentialDecoding.MaxAbsolute:
                return potentials.gather(0, potentials.detach().abs().argmax(0, keepdim: true)).squeeze(0);
            case PotentialDecoding.Mean:
                return potentials.mean([0]);
            case PotentialDecoding.Last:
                return potentials[-1];
            default:
                return potentials;
        }
    }
}

/// <summary>A charge equation without firing: the output is the potential.</summary>
/// <typeparam name="TDynamics">The charge equation.</typeparam>
/// <param name="Dynamics">The charge equation.</param>
public readonly record struct NonSpikingEquation<TDynamics>(TDynamics Dynamics) : INeuronEquation
    where TDynamics : struct, INeuronDynamics
{
    static int INeuronEquation.Variables => 1;

    static int INeuronEquation.Numbers => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NeuronState<TLane> Charge<TLane>(NeuronState<TLane> before, TLane x, LearnedNumbers<TLane> numbers)
        where TLane : struct, ILane<TLane> => new(Dynamics.Charge(before.V, x));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Distance<TLane>(NeuronState<TLane> charged, SpikeRule rule)
        where TLane : struct, ILane<TLane> => TLane.Const(-1);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NeuronState<TLane> Fire<TLane>(NeuronState<TLane> charged, TLane spike, TLane resetting, LearnedNumbers<TLane> numbers, SpikeRule rule)
        where TLane : struct, ILane<TLane> => charged;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Output<TLane>(NeuronState<TLane> charged, TLane spike, SpikeRule rule)
        where TLane : struct, ILane<TLane> => charged.V;
}
