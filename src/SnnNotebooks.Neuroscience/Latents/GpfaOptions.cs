namespace SnnNotebooks.Latents;

/// <summary>Sizes and learning of <see cref="GpfaModel"/>; defaults are those of the published code where it has them.</summary>
public sealed record GpfaOptions
{
    /// <summary>Latent numbers; at most neurons.</summary>
    public int Factors { get; init; } = 8;

    /// <summary>Whether square roots of the counts are taken first, as the paper does: their variance hardly depends on the rate. Not of
    /// traces that are negative somewhere.</summary>
    public bool SquareRoot { get; init; } = true;

    /// <summary>Time scale of every factor at the start, in bins (published: 100 ms in bins of 20 ms).</summary>
    public double FirstTimescale { get; init; } = 5;

    /// <summary>Share of a factor's variance that is independent from bin to bin, of (0, 1); it keeps covariances invertible.</summary>
    public double NoiseShare { get; init; } = 1e-3;

    /// <summary>Least noise of a neuron, as a share of its variance: no factor can become one neuron (Heywood's case).</summary>
    public double LeastNoise { get; init; } = 0.01;

    /// <summary>
    /// Trials longer than so many bins are learned from in segments of that length that overlap as evenly as may be; they are embedded
    /// whole. (The published code cuts into 20 bins, with overlaps drawn at random.)
    /// </summary>
    public int LongestSegment { get; init; } = 50;

    /// <summary>Rounds of expectation and maximisation at most.</summary>
    public int Iterations { get; init; } = 500;

    /// <summary>It has learned where a round adds less than this share of all that was gained since the second round.</summary>
    public double Tolerance { get; init; } = 1e-8;

    /// <summary>Where learning begins; factor analysis where null. It stays the caller's.</summary>
    public GpfaParameters? Start { get; init; }
}
