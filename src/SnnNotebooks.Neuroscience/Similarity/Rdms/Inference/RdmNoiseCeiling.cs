namespace SnnNotebooks.Similarity.Rdms;

/// <summary>
/// Between what bounds the best possible model's mean comparison lies (H. Nili et al., 2014, PLoS Comput. Biol. 10).
/// </summary>
/// <param name="Lower">Each subject against the mean of the others.</param>
/// <param name="Upper">Each subject against the mean of all, itself among them.</param>
public sealed record RdmNoiseCeiling(double Lower, double Upper)
{
    /// <summary>From the matrices of subjects, one of which is left out at a time; those drawn twice are left out together.</summary>
    /// <param name="data">A matrix for each subject; of one alone both bounds are its comparison with itself.</param>
    /// <param name="comparator">How they are compared.</param>
    /// <returns>Both bounds.</returns>
    /// <exception cref="ArgumentException">Pairs are missing in some matrices only, or too few are left.</exception>
    public static RdmNoiseCeiling Of(RdmSet data, RdmComparator comparator)
    {
        ArgumentNullException.ThrowIfNull(data);
        var all = RdmPool.Of(data, comparator);
        int[][] groups = [.. data.Subjects.Select((subject, row) => (subject, row)).GroupBy(found => found.subject)
            .OrderBy(group => group.Key).Select(group => group.Select(found => found.row).ToArray())];
        if (groups.Length == 1)
        {
            var own = RdmComparison.Mean(all, data, comparator);
            return new RdmNoiseCeiling(own, own);
        }

        var (lower, upper) = (0.0, 0.0);
        foreach (var group in groups)
        {
            var (left, others) = (data.Select(group), data.Select([.. Enumerable.Range(0, data.Count).Except(group)]));
            lower += RdmComparison.Mean(RdmPool.Of(others, comparator), left, comparator) / groups.Length;
            upper += RdmComparison.Mean(all, left, comparator) / groups.Length;
        }

        return new RdmNoiseCeiling(lower, upper);
    }
}
