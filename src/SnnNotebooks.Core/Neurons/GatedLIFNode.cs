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
public sealed class GatedLIFNode : nn.Module<Tensor, Tensor>, IStateful, IWholeSequence
{
    private static readonly string[] Gates = ["alpha", "beta", "gamma", "tau", "v_threshold", "linear_decay", "v_subreset"];
    private Tensor? v;

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
    public Tensor? V => v;

    /// <summary>Runs the neurons.</summary>
    /// <param name="input">[T, N, C, ...].</param>
    /// <returns>Spikes, 0 or 1, in the shape of the input.</returns>
    /// <exception cref="ArgumentException">The input has another T or no channels, or is not floating-point.</exception>
    /// <exception cref="InvalidOperationException">The state is left from an input of another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        FloatingPoint.Require(input, GetName());
        if (input.dim() < 3 || input.shape[0] != Steps)
        {
            throw new ArgumentException(
                $"{GetName()} was made for T = {Steps} and was given [{string.Join(", ", input.shape)}]; expected [{Steps}, N, C, ...].",
                nameof(input));
        }

        if (v is not null && !v.shape.AsSpan().SequenceEqual(input.shape.AsSpan(1)))
        {
            throw new InvalidOperationException(
                $"{GetName()} holds membrane potentials of shape [{string.Join(", ", v.shape)}] from an earlier input, and this one "
                + $"needs [{string.Join(", ", input.shape[1..])}]: call Functional.Reset(network) between inputs that do not continue "
                + "each other.");
        }

        if (v is not null)
        {
            FiniteState.Require(v, GetName());
        }

        using var scope = NewDisposeScope();
        var channels = Enumerable.Repeat(1L, (int)input.dim() - 1).ToArray();
        channels[1] = -1;
        var open = Array.ConvertAll(
            Gates, gate => get_parameter(gate)!.view(channels).sigmoid()); // asked for each time: moving the layer gives it new ones
        var (alpha, beta, gamma, tau, threshold, linear, subreset) = (open[0], open[1], open[2], open[3], open[4], open[5], open[6]);
        var kept = 1 - (alpha * (1 - tau));
        var potential = v?.to(input.dtype).to(input.device) ?? zeros_like(input[0]);
        var spike = zeros_like(potential);
        var spikes = new List<Tensor>();
        foreach (var (x, conductance) in input.unbind(0).Zip(get_parameter("conduct")!.unbind(0)))
        {
            var current = x * (1 - (beta * (1 - conductance.view(channels).sigmoid())));
            var leaked = kept * potential;
            potential = leaked - ((1 - alpha) * linear) + current - (leaked * gamma * spike) - ((1 - gamma) * subreset * spike);
            spike = Surrogate.Spike(potential - threshold);
            spikes.Add(spike);
        }

        v?.Dispose();
        v = potential.DetachFromDisposeScope();
        return stack(spikes).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        v?.Dispose();
        v = null;
    }

    /// <inheritdoc/>
    public void Detach()
    {
        if (v is { } attached)
        {
            v = attached.detach().DetachFromDisposeScope();
            attached.Dispose();
        }
    }

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
