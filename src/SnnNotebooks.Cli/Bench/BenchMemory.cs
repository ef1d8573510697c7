namespace SnnNotebooks.Cli.Bench;

/// <summary>The memory of one case by one backend, of each process.</summary>
/// <param name="Peak">The largest, in MiB.</param>
/// <param name="Growth">Of each process, how much it grew over the steps: slope of the line through its samples, times their span, in
/// MiB.</param>
internal sealed record BenchMemory(double Peak, IReadOnlyList<double> Growth)
{
    /// <summary>Collects it from what the processes said.</summary>
    /// <param name="rounds">The lines, by round.</param>
    public static IReadOnlyDictionary<(string Case, string Backend), BenchMemory> Collect(
        IReadOnlyList<IReadOnlyList<BenchLine>> rounds) =>
        rounds.SelectMany(lines => lines).Where(line => line is { Case: not null, IsMemory: true, Figures.Count: > 1 })
            .GroupBy(line => (line.Case!, line.Backend))
            .ToDictionary(group => group.Key, group => new BenchMemory(
                group.Max(line => line.Figures.Max()), [.. group.Select(line => GrowthOf(line.Figures))]));

    /// <summary>Least squares over samples at equal distances.</summary>
    private static double GrowthOf(IReadOnlyList<double> samples)
    {
        var middle = (samples.Count - 1) / 2.0;
        var mean = samples.Average();
        var slope = samples.Select((value, i) => (i - middle) * (value - mean)).Sum()
            / samples.Select((_, i) => (i - middle) * (i - middle)).Sum();
        return slope * (samples.Count - 1);
    }
}
