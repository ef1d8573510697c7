using SnnNotebooks.Training;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>How a data set is to be opened.</summary>
/// <param name="Shape">What the network takes.</param>
public sealed record DataRequest(InputShape Shape)
{
    /// <summary>At most so many inputs for learning, and as many for tests, spread evenly over the set; 0 for all.</summary>
    public int Limit { get; init; }

    /// <summary>Whether a set with other counts or contents than the official ones is taken as it is.</summary>
    public bool Partial { get; init; }

    /// <summary>Which of a set's official splits, from 1.</summary>
    public int Split { get; init; } = 1;

    /// <summary>Where damaged files go.</summary>
    public DamageLog Damage { get; init; } = new(skips: false);

    /// <summary>The places of the inputs that are taken.</summary>
    internal IReadOnlyList<int> Places(int count) => Limit <= 0 || Limit >= count
        ? [.. Enumerable.Range(0, count)]
        : [.. Enumerable.Range(0, Limit).Select(i => (int)((long)i * count / Limit))];
}
