namespace SnnNotebooks.Latents.Controls;

/// <summary>How well each embedding is a linear map of each other.</summary>
/// <param name="Names">Of the embeddings.</param>
/// <param name="R2">
/// [from, to]: R2 of the linear map that was fitted to the same bins, the mean over dimensions, as CEBRA reports it; 1 on the diagonal.
/// </param>
/// <param name="HeldOut">
/// [from, to]: R2 on trials the map was not fitted to, which does not grow with the number of dimensions; NaN where there is one trial.
/// </param>
public sealed record ConsistencyTable(IReadOnlyList<string> Names, double[,] R2, double[,] HeldOut)
{
    /// <summary>The mean of <see cref="R2"/> over all ordered pairs.</summary>
    public double Mean => PairMean(R2);

    /// <summary>The mean of <see cref="HeldOut"/> over all ordered pairs.</summary>
    public double HeldOutMean => PairMean(HeldOut);

    private double PairMean(double[,] scores) => (
        from first in Enumerable.Range(0, Names.Count)
        from second in Enumerable.Range(0, Names.Count)
        where first != second
        select scores[first, second]).Average();
}
