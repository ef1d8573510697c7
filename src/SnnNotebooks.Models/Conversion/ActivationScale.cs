using static TorchSharp.torch;

namespace SnnNotebooks.Conversion;

/// <summary>Which activation a neuron that fires at every step stands for.</summary>
public abstract record ActivationScale
{
    private ActivationScale()
    {
    }

    /// <summary>The largest activation (Diehl et al., IJCNN 2015): nothing is clipped, small values need many steps.</summary>
    public static ActivationScale Max { get; } = new FractionRule(1);

    /// <summary>
    /// A percentile of all activations, linearly interpolated (Rueckauer et al., Frontiers in Neuroscience 11:682, 2017): the few above it
    /// are clipped.
    /// </summary>
    /// <param name="percent">Above 0, at most 100.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static ActivationScale Percentile(double percent) => percent is > 0 and <= 100 ? new PercentileRule(percent)
        : throw new ArgumentOutOfRangeException(nameof(percent), percent, "A percentile is above 0 and at most 100.");

    /// <summary>A fraction of the largest activation.</summary>
    /// <param name="fraction">Above 0, at most 1.</param>
    /// <returns>The rule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static ActivationScale Fraction(double fraction) => fraction is > 0 and <= 1 ? new FractionRule(fraction)
        : throw new ArgumentOutOfRangeException(
            nameof(fraction), fraction, "A fraction of the largest activation is above 0 and at most 1.");

    /// <summary>The scales of one batch.</summary>
    /// <param name="activations">[groups, values].</param>
    /// <returns>[groups], float64, of the current dispose scope.</returns>
    internal abstract Tensor Of(Tensor activations);

    private sealed record FractionRule(double Share) : ActivationScale
    {
        internal override Tensor Of(Tensor activations) => activations.amax([1]).to(ScalarType.Float64) * Share;

        public override string ToString() => Share == 1 ? "max" : FormattableString.Invariant($"{Share} of max");
    }

    private sealed record PercentileRule(double Percent) : ActivationScale
    {
        internal override Tensor Of(Tensor activations)
        {
            // not torch.quantile: it takes at most 16 million values
            var (sorted, _) = activations.sort(1);
            var place = Percent / 100 * (activations.shape[1] - 1);
            var below = (long)Math.Floor(place);
            var low = sorted.select(1, below).to(ScalarType.Float64);
            var high = sorted.select(1, Math.Min(below + 1, activations.shape[1] - 1)).to(ScalarType.Float64);
            return low + ((high - low) * (place - below));
        }

        public override string ToString() => FormattableString.Invariant($"{Percent} %");
    }
}
