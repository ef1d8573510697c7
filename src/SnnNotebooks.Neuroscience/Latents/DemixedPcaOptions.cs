namespace SnnNotebooks.Latents;

/// <summary>
/// Sizes and regularisation of <see cref="DemixedPcaModel"/>; defaults are those of the published code where it has them.
/// </summary>
public sealed record DemixedPcaOptions
{
    /// <summary>Axes of each marginalisation at most; fewer where what it varies in has fewer dimensions.</summary>
    public int Components { get; init; } = 5;

    /// <summary>Of all axes so many are kept, those that explain most; all where null.</summary>
    public int? MostAxes { get; init; }

    /// <summary>
    /// lambda: the square of lambda times the total variance is added to the diagonal of the covariance. Chosen by cross-validation where
    /// null, which needs two trials of every condition.
    /// </summary>
    public double? Regularisation { get; init; }

    /// <summary>Repetitions of the cross-validation.</summary>
    public int Repetitions { get; init; } = 10;

    /// <summary>Whether the covariance of single trials around their mean counts as noise that the axes must withstand.</summary>
    public bool NoiseCovariance { get; init; } = true;

    /// <summary>Of the counts; none where null.</summary>
    public Smoothing? Smoothing { get; init; }

    /// <summary>Which trials the cross-validation leaves out.</summary>
    public int Seed { get; init; }
}
