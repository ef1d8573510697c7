using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Leaky integrate and fire for training step by step: in training the potential is detached before each step, so that no gradient
/// flows through time and no graph grows (Q. Meng et al., SLTT, ICCV 2023, arXiv:2302.14311). One call is one step.
/// </summary>
public sealed class SLTTLIFNode : PointNeuron
{
    private readonly bool decayInput;

    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="tau">Membrane time constant in time steps, above 1.</param>
    /// <param name="decayInput">Whether the input is divided by tau, too.</param>
    /// <param name="threshold">Firing threshold.</param>
    /// <param name="reset">Potential after a spike (also the initial and the resting one), or null for soft reset.</param>
    /// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tau"/> is not above 1.</exception>
    public SLTTLIFNode(double tau = 2.0, bool decayInput = true, double threshold = 1.0, double? reset = 0.0, bool detachReset = true,
        Surrogate? surrogate = null)
        : base([(nameof(tau), NeuronConstant.Above1(tau))], threshold, reset, detachReset, surrogate)
    {
        this.decayInput = decayInput;
        StepMode = StepMode.Single;
    }

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object? Value)> Describe() => [.. base.Describe(), ("decayInput", decayInput)];

    /// <inheritdoc/>
    protected override Lane Charge(Lane v, Lane x) => LIFNode.Charge(v, x, Number("tau"), RestingPotential, decayInput);

    /// <inheritdoc/>
    protected override void Prepare()
    {
        if (StepMode != StepMode.Single)
        {
            throw new InvalidOperationException(
                $"{GetName()} is trained step by step: set StepMode to Single and call it once for each time step.");
        }

        if (training)
        {
            Detach();
        }
    }
}

/// <summary>
/// Online training through time: a leaky integrate-and-fire neuron without gradient through time that also gives out the trace of its
/// spikes, trace = (1 - 1/tau) trace + S, without gradient, which the next layer's weights are to be updated with
/// (M. Xiao et al., OTTT, NeurIPS 2022, arXiv:2210.04195). One call is one step; soft reset unless asked otherwise.
/// </summary>
public sealed class OTTTLIFNode : nn.Module<Tensor, (Tensor Spikes, Tensor Trace)>, IStateful
{
    private readonly SLTTLIFNode cell;
    private readonly double tau;
    private readonly CarriedTensor trace = new(nameof(OTTTLIFNode), "trace");

    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="tau">Membrane time constant in time steps, above 1.</param>
    /// <param name="decayInput">Whether the input is divided by tau, too.</param>
    /// <param name="threshold">Firing threshold.</param>
    /// <param name="reset">Potential after a spike (also the initial and the resting one), or null for soft reset.</param>
    /// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tau"/> is not above 1.</exception>
    public OTTTLIFNode(double tau = 2.0, bool decayInput = false, double threshold = 1.0, double? reset = null, bool detachReset = true,
        Surrogate? surrogate = null)
        : base(nameof(OTTTLIFNode))
    {
        this.tau = tau;
        cell = new SLTTLIFNode(tau, decayInput, threshold, reset, detachReset, surrogate);
        register_module(nameof(cell), cell);
    }

    /// <summary>
    /// Membrane potential [N, ...] after the last step, or null before the first. It belongs to the neuron: do not dispose it.
    /// </summary>
    public Tensor? V => cell.V;

    /// <summary>The trace [N, ...] after the last step, or null before the first. It belongs to the neuron: do not dispose it.</summary>
    public Tensor? Trace => trace.Value;

    /// <summary>Takes one step.</summary>
    /// <param name="input">Input current [N, ...].</param>
    /// <returns>Spikes and their trace, in the shape of the input.</returns>
    public override (Tensor Spikes, Tensor Trace) forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var spikes = cell.call(input);
        var fired = spikes.detach();
        trace.Keep(trace.Fitting(fired.shape, fired) is { } former ? (former * (1 - (1 / tau))) + fired : fired.clone());
        return (spikes.MoveToOuterDisposeScope(), trace.Value!.alias().MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Reset()
    {
        cell.Reset();
        trace.Reset();
    }

    /// <inheritdoc/>
    public void Detach() => cell.Detach();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Reset();
        }

        base.Dispose(disposing);
    }
}
