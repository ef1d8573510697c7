using System.Globalization;

namespace SnnNotebooks.Cli.Bench;

/// <summary>What became of a goal.</summary>
internal enum BenchOutcome
{
    /// <summary>Even the kit's slowest process keeps it against the yardstick's fastest.</summary>
    Pass,

    /// <summary>Even the kit's fastest process misses it against the yardstick's slowest.</summary>
    Fail,

    /// <summary>Neither, or there is nothing to measure against.</summary>
    Inconclusive,
}

/// <summary>A verdict on a goal.</summary>
/// <param name="Goal">The goal.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Against">What it was measured against, or why it was not.</param>
/// <param name="Ratio">Median by median; NaN where there is none.</param>
internal sealed record BenchVerdict(BenchGoal Goal, BenchOutcome Outcome, string Against, double Ratio)
{
    private const double MovedBytes = 20; // x read, spikes written; x and gradient read, gradient written: four bytes each
    private const double CopiedBytes = 8;

    /// <summary>The kit's name among backends.</summary>
    public const string Kit = "kit";

    /// <summary>How the backends of SpikingJelly begin.</summary>
    public const string SpikingJelly = "spikingjelly";

    /// <summary>Judges a goal.</summary>
    /// <param name="goal">The goal.</param>
    /// <param name="times">All times.</param>
    /// <param name="memory">All memory.</param>
    /// <param name="processes">How many processes each should have had.</param>
    public static BenchVerdict Of(
        BenchGoal goal,
        IReadOnlyDictionary<(string Case, string Backend), BenchTimes> times,
        IReadOnlyDictionary<(string Case, string Backend), BenchMemory> memory,
        int processes)
    {
        if (goal.Against == BenchYardstick.Memory)
        {
            return memory.TryGetValue((goal.Case, Kit), out var found)
                ? OfMemory(goal, found, processes)
                : Nothing("the kit gave no figures");
        }

        if (!times.TryGetValue((goal.Case, Kit), out var kit))
        {
            return Nothing("the kit gave no times");
        }

        var (name, yardstick, scale) = Yardstick(goal, times);
        if (yardstick is null)
        {
            return Nothing(name);
        }

        var ratio = kit.Median / (yardstick.Median * scale);
        if (kit.Medians.Count < processes || (yardstick.Medians.Count < processes && goal.Against != BenchYardstick.Published))
        {
            return new BenchVerdict(
                goal, BenchOutcome.Inconclusive, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}; of {processes} processes {kit.Medians.Count} of the kit and {yardstick.Medians.Count} of it gave times"),
                ratio);
        }

        var (best, worst) = (
            kit.Medians.Min() / (yardstick.Medians.Max() * scale), kit.Medians.Max() / (yardstick.Medians.Min() * scale));
        return new BenchVerdict(
            goal, worst <= goal.Most ? BenchOutcome.Pass : best > goal.Most ? BenchOutcome.Fail : BenchOutcome.Inconclusive, name, ratio);

        BenchVerdict Nothing(string reason) => new(goal, BenchOutcome.Inconclusive, reason, double.NaN);
    }

    /// <summary>What each process's memory grew by over the steps, as a part of the largest there was.</summary>
    private static BenchVerdict OfMemory(BenchGoal goal, BenchMemory found, int processes)
    {
        double[] parts = [.. found.Growth.Select(growth => growth / found.Peak)];
        var against = string.Create(CultureInfo.InvariantCulture, $"growth over the steps, of {found.Peak:0} MiB at most");
        var outcome = parts.Length < processes ? BenchOutcome.Inconclusive
            : parts.Max() <= goal.Most ? BenchOutcome.Pass
            : parts.Min() > goal.Most ? BenchOutcome.Fail
            : BenchOutcome.Inconclusive;
        return new BenchVerdict(goal, outcome, against, BenchTimes.MedianOf(parts));
    }

    private static (string Name, BenchTimes? Times, double Scale) Yardstick(
        BenchGoal goal, IReadOnlyDictionary<(string Case, string Backend), BenchTimes> times)
    {
        switch (goal.Against)
        {
            case BenchYardstick.SpikingJelly:
                var best = times.Where(entry => entry.Key.Case == goal.Case
                    && entry.Key.Backend.StartsWith(SpikingJelly, StringComparison.Ordinal))
                    .OrderBy(entry => entry.Value.Median).ToArray();
                return best.Length > 0 ? (best[0].Key.Backend, best[0].Value, 1) : ("no backend of SpikingJelly gave times", null, 1);
            case BenchYardstick.Bytes:
                return times.TryGetValue((goal.Other!, Kit), out var copy)
                    ? ("20 bytes for each element", copy, MovedBytes / CopiedBytes)
                    : ("the copy gave no times", null, 1);
            case BenchYardstick.Published:
                return (goal.Other!, new BenchTimes([goal.Milliseconds], goal.Milliseconds), 1);
            default:
                return times.TryGetValue((goal.Other!, Kit), out var own)
                    ? (goal.Other!, own, 1)
                    : ($"{goal.Other} gave no times", null, 1);
        }
    }
}
