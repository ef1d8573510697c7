using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Encoders;

/// <summary>
/// Population code: each number drives several neurons with Gaussian receptive fields, a = exp(-((x - mean) / std)^2 / 2), their means
/// spread over a range (G. Tang et al., CoRL 2020, arXiv:2010.09635). Either a constant current a charges integrate-and-fire neurons
/// (threshold 0.999, soft reset), or each step fires with probability a. <c>mean</c> and <c>std</c>, [1, numbers, neurons], are learnable.
/// </summary>
public sealed class PopulationEncoder : nn.Module<Tensor, Tensor>, ISequenceLayer, IWholeSequence
{
    private readonly EncoderInput domain = new(double.MinValue, double.MaxValue, nameof(PopulationEncoder));
    private readonly Parameter mean;
    private readonly Parameter std;
    private readonly int steps;
    private readonly bool random;
    private readonly PoissonPass chance = new();

    /// <summary>Creates an encoder.</summary>
    /// <param name="numbers">How many numbers an observation has, at least 1.</param>
    /// <param name="neurons">Neurons for each number, at least 1.</param>
    /// <param name="steps">T, at least 1.</param>
    /// <param name="rangeFrom">Mean of the first neuron, finite.</param>
    /// <param name="rangeTo">Mean of the last neuron, finite.</param>
    /// <param name="standardDeviation">Width of the receptive fields, above 0 and finite.</param>
    /// <param name="random">Whether spikes are drawn (by TorchSharp's own generator) instead of integrated.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public PopulationEncoder(
        long numbers, long neurons, int steps, double rangeFrom, double rangeTo, double standardDeviation, bool random = false)
        : base(nameof(PopulationEncoder))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numbers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(neurons, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (!(double.IsFinite(rangeFrom) && double.IsFinite(rangeTo) && double.IsFinite(standardDeviation) && standardDeviation > 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(standardDeviation), FormattableString.Invariant(
                    $"Means from {rangeFrom} to {rangeTo}, width {standardDeviation}; expected finite numbers and a width above 0."));
        }

        (this.steps, this.random) = (steps, random);
        mean = nn.Parameter(linspace(rangeFrom, rangeTo, neurons, dtype: ScalarType.Float32).expand(1, numbers, neurons).clone());
        std = nn.Parameter(full([1, numbers, neurons], standardDeviation, dtype: ScalarType.Float32));
        register_parameter(nameof(mean), mean);
        register_parameter(nameof(std), std);
    }

    /// <summary>Encodes observations.</summary>
    /// <param name="input">[N, numbers], floating point and finite.</param>
    /// <returns>Spikes [T, N, numbers * neurons]; the gradient passes straight through to the receptive fields.</returns>
    /// <exception cref="ArgumentException">The observations have another size or type, or one is not finite.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() != 2 || input.shape[1] != mean.shape[1])
        {
            throw new ArgumentException(
                $"{GetName()} was given [{string.Join(", ", input.shape)}]; expected [N, {mean.shape[1]}].", nameof(input));
        }

        LayerInput.RequireDevice(input, mean, GetName());
        using var scope = NewDisposeScope();
        var values = domain.Checked(input);
        var activation = (((values.unsqueeze(-1) - mean) / std).square() * -0.5).exp().flatten(1);
        var current = TimeRepeat.Repeat(activation, steps);
        if (random)
        {
            return chance.Spike(current).MoveToOuterDisposeScope();
        }

        using var neurons = new IFNode(threshold: 0.999, reset: null, surrogate: new DeterministicPass());
        return neurons.call(current).MoveToOuterDisposeScope();
    }
}
