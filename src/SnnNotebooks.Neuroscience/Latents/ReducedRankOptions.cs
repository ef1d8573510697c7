namespace SnnNotebooks.Latents;

/// <summary>Sizes of <see cref="ReducedRankModel"/>.</summary>
public sealed record ReducedRankOptions
{
    /// <summary>Dimensions; at most targets and neurons are kept.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>
    /// What is added to the diagonal of the neurons' covariance, as a share of their mean variance; chosen by five folds of whole trials
    /// where null.
    /// </summary>
    public double? Ridge { get; init; }

    /// <summary>Of the counts; none where null.</summary>
    public Smoothing? Smoothing { get; init; }
}
