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
public sealed class NonSpikingIFNode(PotentialDecoding decoding = PotentialDecoding.Sequence) : NonSpikingNeuron([], decoding)
{
    /// <inheritdoc/>
    protected override Lane Charge(Lane v, Lane x) => v + x;
}

/// <summary>A readout that integrates and leaks without firing: H[t] = V[t-1] + (X[t] - V[t-1]) / tau.</summary>
/// <param name="tau">Membrane time constant in time steps, above 1.</param>
/// <param name="decoding">What it gives out.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="tau"/> is not above 1.</exception>
public sealed class NonSpikingLIFNode(double tau = 2.0, PotentialDecoding decoding = PotentialDecoding.Sequence)
    : NonSpikingNeuron([(nameof(tau), NeuronConstant.Above1(tau))], decoding)
{
    /// <inheritdoc/>
    protected override Lane Charge(Lane v, Lane x) => LIFNode.Charge(v, x, Number(nameof(tau)), 0, decayInput: true);
}

/// <summary>A readout of any charge equation: the output is the potential.</summary>
/// <param name="numbers">The equation's numbers, by name.</param>
/// <param name="decoding">What it gives out.</param>
public abstract class NonSpikingNeuron(IReadOnlyList<(string Name, double Value)> numbers, PotentialDecoding decoding)
    : PointNeuron(numbers, double.PositiveInfinity, 0, detachReset: true), IWholeSequence
{
    /// <summary>What it gives out; in single-step mode always the potential of the step.</summary>
    public PotentialDecoding Decoding { get; } = decoding;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object? Value)> Describe() => [.. base.Describe(), ("decoding", Decoding)];

    /// <inheritdoc/>
    public bool NeedsWholeSequence => Decoding != PotentialDecoding.Sequence && StepMode == StepMode.Multi;

    /// <inheritdoc/>
    protected sealed override Lane Distance(Lane[] charged) => -1;

    /// <inheritdoc/>
    protected sealed override Lane[] Fire(Lane[] charged, Lane spike, Lane resetting) => charged;

    /// <inheritdoc/>
    protected sealed override Lane Output(Lane[] charged, Lane spike) => charged[0];

    /// <inheritdoc/>
    protected sealed override Tensor Decode(Tensor output) => Decoding switch
    {
        PotentialDecoding.Max => output.max(0).values,
        PotentialDecoding.MaxAbsolute => output.gather(0, output.detach().abs().argmax(0, keepdim: true)).squeeze(0),
        PotentialDecoding.Mean => output.mean([0]),
        PotentialDecoding.Last => output[-1],
        _ => output,
    };
}
