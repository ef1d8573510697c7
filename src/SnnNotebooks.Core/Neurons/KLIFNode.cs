using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Leaky integrate and fire whose charged potential is scaled by a learnable k and rectified, H = relu(k H_LIF)
/// (C. Jiang, Y. Zhang, arXiv:2302.09238). The parameter is called <c>k</c> in the state dictionary and has no axes.
/// </summary>
public sealed class KLIFNode : PointNeuron
{
    private readonly bool scaleReset;
    private readonly bool decayInput;

    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="scaleReset">Whether the potential is divided by k again at the reset.</param>
    /// <param name="tau">Membrane time constant in time steps, above 1.</param>
    /// <param name="decayInput">Whether the input is divided by tau, too.</param>
    /// <param name="threshold">Firing threshold.</param>
    /// <param name="reset">Potential after a spike (also the initial and the resting one), or null for soft reset.</param>
    /// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
    /// <param name="initialScale">k to start from.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tau"/> is not above 1.</exception>
    public KLIFNode(
        bool scaleReset = false,
        double tau = 2.0,
        bool decayInput = true,
        double threshold = 1.0,
        double? reset = 0.0,
        bool detachReset = false,
        Surrogate? surrogate = null,
        double initialScale = 1.0)
        : base([(nameof(tau), NeuronConstant.Above1(tau)), ("k", initialScale)], threshold, reset, detachReset, surrogate)
    {
        (this.scaleReset, this.decayInput) = (scaleReset, decayInput);
        Learn("k");
    }

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object? Value)> Describe() =>
        [.. base.Describe(), ("scaleReset", scaleReset), ("decayInput", decayInput)];

    /// <inheritdoc/>
    protected override Lane Charge(Lane v, Lane x) =>
        Lane.Relu(Number("k") * LIFNode.Charge(v, x, Number("tau"), RestingPotential, decayInput));

    /// <inheritdoc/>
    protected override Lane[] Fire(Lane[] charged, Lane spike, Lane resetting)
    {
        var h = charged[0];
        return
        [
            !scaleReset ? AfterReset(h, resetting)
            : ResetsHard ? AfterReset(h / Number("k"), resetting)
            : (h / Number("k")) - (resetting * Number("threshold") / Number("k")),
        ];
    }
}
