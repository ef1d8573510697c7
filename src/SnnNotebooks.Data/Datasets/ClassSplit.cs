namespace SnnNotebooks.Datasets;

/// <summary>Splits of data sets that come without one, class by class.</summary>
public static class ClassSplit
{
    /// <summary>
    /// The first samples of each class, in their order, are for training: Spikformer's split of CIFAR10-DVS with 0.9, and SpikingJelly's
    /// without shuffling.
    /// </summary>
    /// <param name="labels">The label of each sample.</param>
    /// <param name="ratio">The part for training, 0 to 1; rounded up to whole samples.</param>
    /// <returns>The places of the samples for training and for testing.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The ratio is no part.</exception>
    public static (IReadOnlyList<int> Train, IReadOnlyList<int> Test) First(IReadOnlyList<int> labels, double ratio) =>
        Split(labels, ratio, null);

    /// <summary>Drawn samples of each class are for training.</summary>
    /// <param name="labels">The label of each sample.</param>
    /// <param name="ratio">The part for training, 0 to 1; rounded up to whole samples.</param>
    /// <param name="seed">The draw depends on this number alone.</param>
    /// <returns>The places of the samples for training and for testing, rising.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The ratio is no part.</exception>
    public static (IReadOnlyList<int> Train, IReadOnlyList<int> Test) Random(IReadOnlyList<int> labels, double ratio, int seed) =>
        Split(labels, ratio, new Random(seed));

    private static (IReadOnlyList<int> Train, IReadOnlyList<int> Test) Split(IReadOnlyList<int> labels, double ratio, Random? random)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (!(ratio is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(ratio), ratio, "The part for training is 0 to 1.");
        }

        var (train, test) = (new List<int>(), new List<int>());
        foreach (var members in Enumerable.Range(0, labels.Count).GroupBy(sample => labels[sample]).OrderBy(group => group.Key)
            .Select(group => group.ToArray()))
        {
            random?.Shuffle(members);
            var count = (int)Math.Ceiling(members.Length * ratio); // in floating point, as SpikingJelly rounds
            train.AddRange(members[..count]);
            test.AddRange(members[count..]);
        }

        if (random is not null)
        {
            train.Sort();
            test.Sort();
        }

        return (train, test);
    }
}
