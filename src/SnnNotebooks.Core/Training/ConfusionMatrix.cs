namespace SnnNotebooks.Training;

/// <summary>How often each class was taken for each.</summary>
/// <param name="classNames">A name for each class.</param>
public sealed class ConfusionMatrix(IReadOnlyList<string> classNames)
{
    private readonly long[,] counts = new long[classNames.Count, classNames.Count];

    /// <summary>Takes counts, row by row.</summary>
    internal ConfusionMatrix(IReadOnlyList<string> classNames, ReadOnlySpan<long> numbers)
        : this(classNames)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            counts[i / classNames.Count, i % classNames.Count] = numbers[i];
            Total += numbers[i];
        }
    }

    /// <summary>A name for each class.</summary>
    public IReadOnlyList<string> ClassNames { get; } = classNames;

    /// <summary>How many samples were counted.</summary>
    public long Total { get; private set; }

    /// <summary>The share of samples whose class was found, in [0, 1]; NaN where none was counted.</summary>
    public double Accuracy => Enumerable.Range(0, ClassNames.Count).Sum(i => counts[i, i]) / (double)Total;

    /// <summary>How many samples of class <paramref name="actual"/> were taken for <paramref name="predicted"/>.</summary>
    /// <param name="actual">The true class.</param>
    /// <param name="predicted">The class the network gave.</param>
    public long this[int actual, int predicted] => counts[actual, predicted];

    /// <summary>Counts one sample.</summary>
    /// <param name="actual">The true class.</param>
    /// <param name="predicted">The class the network gave.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such class.</exception>
    public void Add(long actual, long predicted)
    {
        counts[actual, predicted]++;
        Total++;
    }

    /// <summary>A copy of the counts: rows are true classes, columns predicted ones.</summary>
    /// <returns>Counts [true class, class taken for], a copy.</returns>
    public long[,] ToArray() => (long[,])counts.Clone();
}
