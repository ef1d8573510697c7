namespace SnnNotebooks.Cli.Bench;

/// <summary>The times of one case by one backend: the median of each process.</summary>
/// <param name="Medians">One for each process that gave times, in ms.</param>
/// <param name="Least">The fastest single run of all, in ms.</param>
internal sealed record BenchTimes(IReadOnlyList<double> Medians, double Least)
{
    /// <summary>The median of the processes' medians, in ms.</summary>
    public double Median => MedianOf(Medians);

    /// <summary>How far the processes lie apart: largest less smallest median, divided by the median.</summary>
    public double Spread => (Medians.Max() - Medians.Min()) / Median;

    /// <summary>Collects the times from what the processes said.</summary>
    /// <param name="rounds">The lines, by round.</param>
    public static IReadOnlyDictionary<(string Case, string Backend), BenchTimes> Collect(IReadOnlyList<IReadOnlyList<BenchLine>> rounds) =>
        rounds.SelectMany(lines => lines).Where(line => line is { Case: not null, IsMemory: false, Figures.Count: > 0 })
            .GroupBy(line => (line.Case!, line.Backend))
            .ToDictionary(group => group.Key, group => new BenchTimes(
                [.. group.Select(line => MedianOf(line.Figures))], group.Min(line => line.Figures.Min())));

    /// <summary>The median of at least one value.</summary>
    internal static double MedianOf(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
