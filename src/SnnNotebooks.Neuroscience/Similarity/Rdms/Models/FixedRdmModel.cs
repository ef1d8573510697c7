namespace SnnNotebooks.Similarity.Rdms;

/// <summary>A model without parameters: the mean of its matrices.</summary>
/// <param name="name">As in tables.</param>
/// <param name="rdm">One matrix, or several that are averaged.</param>
public sealed class FixedRdmModel(string name, RdmSet rdm) : RdmModel(name, rdm)
{
    /// <inheritdoc/>
    public override bool IsFixed => true;

    /// <inheritdoc/>
    public override RdmSet Predict(IReadOnlyList<double> parameters) =>
        Sum([.. Enumerable.Repeat(1.0 / Candidates.Count, Candidates.Count)]);

    /// <inheritdoc/>
    public override IReadOnlyList<double> Fit(RdmSet data, RdmComparator comparator) => [];
}
