using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Memristive.Packed;

/// <summary>
/// The fully binary-stochastic system as tensor operations, one line for each equation of spec binary_stochastic.md, section 2,
/// in the tensor conventions of its section 6: x is (B, in) of 0 and 1, delta (B, out) of -1, 0 and 1, W (out, in). It takes its
/// noise from the same streams as the other two paths, which are tested against it, and is the baseline of their speed.
/// </summary>
public sealed class FloatReference : IDisposable
{
    // every number libtorch is given, factors of 1 included: a temporary one may be collected while the call still reads it
    private readonly Scalar bound;
    private readonly Scalar four = 4f;
    private readonly Scalar majority;
    private readonly Scalar minusBound;
    private readonly Scalar minusMajority;
    private readonly Scalar minusThreshold;
    private readonly Scalar minusOne = -1f;
    private readonly Scalar one = 1f;
    private readonly Scalar step;
    private readonly Scalar threshold;
    private readonly Scalar zero = 0f;
    private readonly Tensor[] bias;
    private readonly RandomStream[] derivativeReads;
    private readonly RandomStream[] forwardReads;
    private readonly RandomStream input;
    private readonly StochasticNeuron neuron;
    private readonly Tensor[] weights;

    /// <summary>Copies the weights of a network.</summary>
    /// <param name="network">As for <see cref="PackedNetwork.From"/>.</param>
    /// <param name="learning">As for <see cref="PackedNetwork.From"/>.</param>
    /// <exception cref="ArgumentException">The network or the rule has what the packed path cannot do; the message says what.</exception>
    public FloatReference(StochasticNetwork network, LearningRule learning)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(learning);
        var rule = PackedRule.Of(network, learning);
        neuron = network.Neuron;
        var limit = network.Options.WeightBound!.Value;
        (bound, minusBound, step) = (limit, -limit, rule.Step);
        (threshold, minusThreshold) = (rule.Threshold, -rule.Threshold);
        (majority, minusMajority) = ((float)rule.Update.Majority, -(float)rule.Update.Majority);
        var seed = network.Options.Seed;
        input = new RandomStream(seed, SamplingRole.Input);
        forwardReads = [.. network.Layers.Select((_, i) => new RandomStream(seed, SamplingRole.Forward, i))];
        derivativeReads = [.. network.Layers.Select((_, i) => new RandomStream(seed, SamplingRole.Derivative, i))];
        weights = [.. network.Layers.Select(layer => tensor(layer.Weights.ToMatrix()).DetachFromDisposeScope())];
        bias = [.. network.Layers.Select(layer => tensor(layer.Bias.ToArray()).DetachFromDisposeScope())];
    }

    /// <summary>The weights of a layer, [outputs, inputs], still owned here.</summary>
    /// <param name="layer">From 0.</param>
    /// <returns>[outputs, inputs], float32.</returns>
    public Tensor Weights(int layer) => weights[layer];

    /// <summary>The biases of a layer, [outputs], still owned here.</summary>
    /// <param name="layer">From 0.</param>
    /// <returns>[outputs], float32.</returns>
    public Tensor Bias(int layer) => bias[layer];

    /// <summary>Learns one batch.</summary>
    /// <param name="images">Float32 [B, in], values in [0, 1].</param>
    /// <param name="labels">Int64 [B].</param>
    /// <param name="presentation">How many presentations there were before.</param>
    public void Learn(Tensor images, Tensor labels, ulong presentation)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(labels);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var last = weights.Length - 1;
        var x = new Tensor[weights.Length];
        var p = new Tensor[weights.Length];
        x[0] = Bernoulli(images, input, presentation);
        for (var i = 0; i <= last; i++)
        {
            var z = x[i].Product(weights[i].t()).add_(bias[i], alpha: one);
            p[i] = Probability(z);
            if (i < last)
            {
                x[i + 1] = Bernoulli(p[i], forwardReads[i], presentation);
            }
        }

        var target = nn.functional.one_hot(labels, bias[last].shape[0]).to(ScalarType.Float32);
        var delta = Sign(target.add_(p[last], alpha: minusOne), threshold, minusThreshold);
        for (var i = last; i >= 0; i--)
        {
            var below = i == 0
                ? null
                : Sign(delta.Product(weights[i]), zero, zero)
                    .mul_(Bernoulli(p[i - 1].mul(four).mul_(p[i - 1].neg().add_(one, alpha: one)), derivativeReads[i - 1], presentation));
            weights[i].add_(Sign(delta.t().Product(x[i]), majority, minusMajority), alpha: step).clamp_(minusBound, bound);
            bias[i].add_(Sign(delta.sum(dim: 0), majority, minusMajority), alpha: step);
            delta = below!;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var owned in weights.Concat<IDisposable>(bias)
            .Concat([bound, four, majority, minusBound, minusMajority, minusOne, minusThreshold, one, step, threshold, zero]))
        {
            owned.Dispose();
        }
    }

    /// <summary>1 above a number, -1 below another, else 0.</summary>
    private Tensor Sign(Tensor g, Scalar above, Scalar below) =>
        g.gt(above).to(ScalarType.Float32).add_(g.lt(below).to(ScalarType.Float32), alpha: minusOne);

    /// <summary>x ~ Bernoulli(p), element (b, i) from the stream's place of presentation b and unit i.</summary>
    private static Tensor Bernoulli(Tensor p, RandomStream stream, ulong presentation)
    {
        var (samples, units) = (p.shape[0], p.shape[1]);
        var padded = RowKernels.Padded((int)units);
        var uniforms = new float[samples * padded];
        stream.Fill(presentation * (ulong)padded, uniforms);
        return tensor(uniforms, [samples, padded]).narrow(1, 0, units).lt(p).to(ScalarType.Float32);
    }

    /// <summary>F(z) in the kit's own arithmetic: torch's sigmoid differs from it in the last bit.</summary>
    private Tensor Probability(Tensor z) => tensor(neuron.Probabilities(z.Numbers<float>()), z.shape);
}
