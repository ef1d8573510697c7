namespace SnnNotebooks.Latents;

/// <summary>Sizes and descent of <see cref="UmapModel"/>; defaults are umap-learn's.</summary>
public sealed record UmapOptions
{
    /// <summary>Dimensions.</summary>
    public int Dimensions { get; init; } = 2;

    /// <summary>Neighbours of a bin, itself among them; fewer than bins.</summary>
    public int Neighbours { get; init; } = 15;

    /// <summary>How close neighbours may lie in the embedding; at most <see cref="Spread"/>.</summary>
    public double MinDistance { get; init; } = 0.1;

    /// <summary>Over how much of the embedding nearness falls off.</summary>
    public double Spread { get; init; } = 1;

    /// <summary>Sweeps over all edges; where null 500, or 200 for more than 10,000 bins.</summary>
    public int? Iterations { get; init; }

    /// <summary>Points drawn at random that push away, for each neighbour that pulls.</summary>
    public int NegativeSamples { get; init; } = 5;

    /// <summary>Rate of the descent at the start; it falls to 0.</summary>
    public double LearningRate { get; init; } = 1;

    /// <summary>Which points are drawn.</summary>
    public int Seed { get; init; }

    /// <summary>Of the counts; none where null.</summary>
    public Smoothing? Smoothing { get; init; }
}
