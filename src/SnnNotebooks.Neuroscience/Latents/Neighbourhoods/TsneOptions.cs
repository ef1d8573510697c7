namespace SnnNotebooks.Latents;

/// <summary>Sizes and descent of <see cref="TsneModel"/>; defaults are scikit-learn's.</summary>
public sealed record TsneOptions
{
    /// <summary>Dimensions, 1 to 3.</summary>
    public int Dimensions { get; init; } = 2;

    /// <summary>How many neighbours a bin effectively has; below the number of bins.</summary>
    public double Perplexity { get; init; } = 30;

    /// <summary>By how much neighbours attract more at first.</summary>
    public double Exaggeration { get; init; } = 12;

    /// <summary>Iterations with exaggeration.</summary>
    public int ExaggeratedIterations { get; init; } = 250;

    /// <summary>Iterations, those with exaggeration among them.</summary>
    public int Iterations { get; init; } = 1000;

    /// <summary>Rate of the descent; a forty-eighth of the number of bins where null, at least 50.</summary>
    public double? LearningRate { get; init; }

    /// <summary>
    /// Barnes and Hut's theta, 0 to 0.5: cells that look smaller than this are taken for one point. 0 computes every pair, in the time of
    /// their square.
    /// </summary>
    public double Angle { get; init; } = 0.5;

    /// <summary>Of the counts; none where null.</summary>
    public Smoothing? Smoothing { get; init; }
}
