namespace SnnNotebooks.Similarity;

/// <summary>Cross-validation folds as scikit-learn's <c>KFold(n_splits, shuffle=True, random_state=seed)</c> draws them.</summary>
public static class KFold
{
    /// <summary>The held-out rows of each fold, ascending; every row is held out once.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="folds">From 2 to <paramref name="rows"/>; as many as rows is leave-one-out.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>Row numbers, from 0, fold by fold.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="folds"/> is outside that range.</exception>
    public static IReadOnlyList<int[]> Split(int rows, int folds, uint seed = SimilarityMetrics.Seed)
    {
        if (folds < 2 || folds > rows)
        {
            throw new ArgumentOutOfRangeException(nameof(folds), folds, $"With {rows} rows there are 2 to {rows} folds.");
        }

        var order = new NumpyRandom(seed).Permutation(rows);
        var parts = new List<int[]>();
        for (int fold = 0, start = 0; fold < folds; fold++)
        {
            var length = (rows / folds) + (fold < rows % folds ? 1 : 0);
            parts.Add([.. order.AsSpan(start, length).ToArray().Order()]);
            start += length;
        }

        return parts;
    }
}
