using SnnNotebooks.Layers;
using SnnNotebooks.Surrogates;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Gated leaky integrate and fire: every gate is the sigmoid of a learnable number, of each channel or of the layer
/// (X. Yao et al., NeurIPS 2022, arXiv:2210.13768). With S the spike of the step before:
/// I = X (1 - beta (1 - conduct[t])); H = (1 - alpha (1 - tau)) V - (1 - alpha) linear_decay + I
/// - (1 - alpha (1 - tau)) V gamma S - (1 - gamma) v_subreset S; it fires at v_threshold, and V = H.
/// </summary>
public sealed class GatedLIFNode : nn.Module<Tensor, Tensor>, IStateValue, IStepMode, IWholeSequence
{
    private static readonly string[] Gates = ["alpha", "beta", "gamma", "tau", "v_threshold", "linear_decay", "v_subreset"];
    private readonly CarriedState state = new(nameof(GatedLIFNode), "v", "s", "t");

    /// <summary>Creates a layer.</summary>
    /// <param name="steps">T, at least 1.</param>
    /// <param name="channels">Channels with gates of their own (the axis after the batch), or null for one set of gates.</param>
    /// <param name="initialTau">Exponential leak to start from, between 0 and 1.</param>
    /// <param name="initialThreshold">Firing threshold to start from, between 0 and 1.</param>
    /// <param name="initialConduct">Conductance to start from, between 0 and 1.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="Surrogates.Sigmoid"/> with alpha 4 where none is given.</param>
    /// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
    public GatedLIFNode(
        int steps, int? channels = null, double initialTau = 0.25, double initialThreshold = 0.5, double initialConduct = 0.5,
        Surrogate? surrogate = null)
        : base(nameof(GatedLIFNode))
    {
        Steps = NeuronConstant.AtLeast1(steps);
        Surrogate = surrogate ?? new Surrogates.Sigmoid();
        long[] shape = channels is { } count ? [NeuronConstant.AtLeast1(count)] : [];
        Tensor[] initial =
        [
            (rand(shape) - 0.5) * 0.2,
            (rand(shape) - 0.5) * 0.2,
            (rand(shape) - 0.5) * 0.2,
            Logit(shape, initialTau),
            Logit(shape, initialThreshold),
            Logit(shape, initialThreshold / (2 * steps)),
            Logit(shape, initialThreshold),
        ];
        foreach (var (name, value) in Gates.Zip(initial))
        {
            register_parameter(name, nn.Parameter(value));
        }

        register_parameter("conduct", nn.Parameter(Logit([steps, .. shape], initialConduct)));
    }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>The surrogate gradient of the spike.</summary>
    public Surrogate Surrogate { get; }

    /// <summary>
    /// Membrane potential [N, ...] after the last step, or null before the first call. It belongs to the neuron: do not dispose it.
    /// </summary>
    public Tensor? V => state["v"].Value;

    /// <summary>
    /// Whether a call takes all T steps (the default) or one, T of which are a sequence: the next one goes on from its potential, but
    /// knows its last spike no more.
    /// </summary>
    public StepMode StepMode { get; set; }

    /// <inheritdoc/>
    public bool NeedsWholeSequence => StepMode == StepMode.Multi;

    /// <summary>Runs the neurons.</summary>
    /// <param name="input">[T, N, C, ...] in multi-step mode, [N, C, ...] in single-step mode.</param>
    /// <returns>Spikes, 0 or 1, in the shape of the input.</returns>
    /// <exception cref="ArgumentException">The input has another T, no or other channels, or is not floating-point.</exception>
    /// <exception cref="InvalidOperationException">The state is left from an input of another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        FloatingPoint.Require(input, GetName());
        using var scope = NewDisposeScope();
        var sequence = StepMode == StepMode.Multi ? input : input.unsqueeze(0);
        var count = StepMode == StepMode.Multi ? Steps : 1;
        if (sequence.dim() < 3 || sequence.shape[0] != count)
        {
            throw new ArgumentException(
                $"{GetName()} was made for T = {Steps} and was given [{string.Join(", ", input.shape)}]; expected "
                + $"{(StepMode == StepMode.Multi ? $"[{Steps}, N, C, ...]" : "[N, C, ...]")}.", nameof(input));
        }

        var gate = get_parameter(Gates[0])!;
        LayerInput.RequireDevice(input, gate, GetName());
        if (gate.dim() > 0)
        {
            LayerInput.RequireFeatures(
                input, StepMode == StepMode.Multi ? 2 : 1, gate.size(0), GetName(),
                StepMode == StepMode.Multi ? "[T, N, {0}, ...]" : "[N, {0}, ...]");
        }

        var channels = Enumerable.Repeat(1L, (int)sequence.dim() - 1).ToArray();
        channels[1] = -1;
        var open = Array.ConvertAll(
            Gates, name => get_parameter(name)!.view(channels).sigmoid()); // asked for each time: moving the layer gives it new ones
        var (alpha, beta, gamma, tau, threshold, linear, subreset) = (open[0], open[1], open[2], open[3], open[4], open[5], open[6]);
        var kept = 1 - (alpha * (1 - tau));
        var first = sequence[0];
        var t = StepMode == StepMode.Single && state["t"].Value is { } taken ? (int)taken.item<long>() : 0;
        var potential = state["v"].OrZeros(first.shape, first);
        var spike = t > 0 ? state["s"].OrZeros(first.shape, first) : zeros_like(first);
        var spikes = new List<Tensor>();
        foreach (var (x, conductance) in sequence.unbind(0).Zip(get_parameter("conduct")!.unbind(0).Skip(t)))
        {
            var current = x * (1 - (beta * (1 - conductance.view(channels).sigmoid())));
            var leaked = kept * potential;
            potential = leaked - ((1 - alpha) * linear) + current - (leaked * gamma * spike) - ((1 - gamma) * subreset * spike);
            spike = Surrogate.Spike(potential - threshold);
            spikes.Add(spike);
        }

        state["v"].Keep(potential);
        t = (t + count) % Steps;
        if (t > 0)
        {
            state["s"].Keep(spike);
            state["t"].Keep(tensor((long)t, device: CPU)); // where reading it waits for nothing
        }
        else
        {
            state["s"].Reset();
            state["t"].Reset();
        }

        return (StepMode == StepMode.Multi ? stack(spikes) : spikes[0].alias()).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Reset() => state.Reset();

    /// <inheritdoc/>
    public void Detach() => state.Detach();

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> TakeState() => state.Take();

    /// <inheritdoc/>
    public void PutState(IReadOnlyList<(string Name, Tensor Value)> state) => this.state.Put(state);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Reset();
        }

        base.Dispose(disposing);
    }

    private static Tensor Logit(long[] shape, double value) => value is > 0 and < 1
        ? full(shape, (float)-Math.Log((1 / value) - 1))
        : throw new ArgumentOutOfRangeException(nameof(value), value, "The initial value of a gate must lie between 0 and 1.");
}
