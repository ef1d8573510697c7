using SnnNotebooks.Layers;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Gives a number out as K weighted spikes: starting from V = x, z_k = Theta(V - theta_k), V falls by h_k z_k, and the output is the
/// sum of d_k z_k (C. Stöckl, W. Maass, Nature Machine Intelligence 3, 230, 2021). State dictionary: buffers <c>theta</c>, <c>h</c>,
/// <c>d</c>, [K] each.
/// </summary>
public sealed class FewSpikeNode : nn.Module<Tensor, Tensor>, ISequenceLayer, IStepMode, IWholeSequence
{
    private readonly Tensor theta;
    private readonly Tensor h;
    private readonly Tensor d;

    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="thresholds">theta.</param>
    /// <param name="resets">h, as many.</param>
    /// <param name="weights">d, as many.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
    /// <exception cref="ArgumentException">The tables are empty, of different lengths, or hold numbers that are not finite.</exception>
    public FewSpikeNode(IReadOnlyList<double> thresholds, IReadOnlyList<double> resets, IReadOnlyList<double> weights,
        Surrogate? surrogate = null)
        : base(nameof(FewSpikeNode))
    {
        ArgumentNullException.ThrowIfNull(thresholds);
        ArgumentNullException.ThrowIfNull(resets);
        ArgumentNullException.ThrowIfNull(weights);
        if (thresholds.Count == 0 || thresholds.Count != resets.Count || thresholds.Count != weights.Count)
        {
            throw new ArgumentException(
                $"The tables have {thresholds.Count} thresholds, {resets.Count} resets and {weights.Count} weights; expected as many of "
                + "each, and at least one.");
        }

        if (!thresholds.Concat(resets).Concat(weights).All(double.IsFinite))
        {
            throw new ArgumentException("The tables hold a number that is not finite.");
        }

        Surrogate = surrogate ?? new Sigmoid();
        theta = Table(nameof(theta), thresholds);
        h = Table(nameof(h), resets);
        d = Table(nameof(d), weights);
    }

    /// <summary>K.</summary>
    public int Count => (int)theta.shape[0];

    /// <summary>The surrogate gradient of the spikes.</summary>
    public Surrogate Surrogate { get; }

    /// <summary>
    /// Single: x [N, ...] to the sum of the weighted spikes; multi: [K, N, ...], summed over K first, to the weighted spikes [K, N, ...].
    /// </summary>
    public StepMode StepMode { get; set; }

    /// <inheritdoc/>
    public bool NeedsWholeSequence => StepMode == StepMode.Multi;

    /// <summary>Runs the neurons.</summary>
    /// <param name="input">[N, ...], or [K, N, ...] in multi-step mode.</param>
    /// <returns>As <see cref="StepMode"/> says.</returns>
    /// <exception cref="ArgumentException">A sequence has not K steps.</exception>
    public override Tensor forward(Tensor input)
    {
        FloatingPoint.Require(input, GetName());
        if (StepMode == StepMode.Multi && (input.dim() < 1 || input.shape[0] != Count))
        {
            throw new ArgumentException(
                $"{GetName()} has K = {Count} and was given [{string.Join(", ", input.shape)}]; expected [{Count}, N, ...].",
                nameof(input));
        }

        using var scope = NewDisposeScope();
        var potential = StepMode == StepMode.Multi ? input.sum([0]) : input;
        var outputs = new List<Tensor>();
        foreach (var ((threshold, reset), weight) in theta.unbind(0).Zip(h.unbind(0)).Zip(d.unbind(0)))
        {
            var spike = Surrogate.Spike(potential - threshold);
            outputs.Add(weight * spike);
            potential = potential - (reset * spike);
        }

        var sequence = stack(outputs);
        return (StepMode == StepMode.Multi ? sequence : sequence.sum([0])).MoveToOuterDisposeScope();
    }

    private Tensor Table(string name, IReadOnlyList<double> values)
    {
        var table = tensor(values.Select(value => (float)value).ToArray());
        register_buffer(name, table);
        return table;
    }
}
