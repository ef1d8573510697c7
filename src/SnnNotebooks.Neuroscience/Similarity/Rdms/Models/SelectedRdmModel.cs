namespace SnnNotebooks.Similarity.Rdms;

/// <summary>A model that is one of several candidates; its parameter is which, from 0.</summary>
/// <param name="name">As in tables.</param>
/// <param name="candidates">The candidates.</param>
public sealed class SelectedRdmModel(string name, RdmSet candidates) : RdmModel(name, candidates)
{
    /// <inheritdoc/>
    public override RdmSet Predict(IReadOnlyList<double> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return parameters is [var index] && index >= 0 && index < Candidates.Count && index == Math.Floor(index)
            ? Candidates.Select([(int)index])
            : throw new ArgumentException(
                $"{Name} takes the number of a candidate, 0 to {Candidates.Count - 1}; this is {string.Join(", ", parameters)}.",
                nameof(parameters));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<double> Fit(RdmSet data, RdmComparator comparator)
    {
        ArgumentNullException.ThrowIfNull(data);
        var scores = RdmComparison.Compare(For(data, Candidates), data, comparator).Select(row => row.Average()).ToArray();
        return [Enumerable.Range(0, scores.Length).MaxBy(row => double.IsNaN(scores[row]) ? double.NegativeInfinity : scores[row])];
    }
}
