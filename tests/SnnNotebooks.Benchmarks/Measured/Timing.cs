using System.Text.Json.Serialization;

namespace SnnNotebooks.Benchmarks.Measured;

/// <summary>
/// What a bench measured of the kit and of its peers in turns: of each case and backend the median of every process. Less is better.
/// </summary>
/// <param name="Command">What was run.</param>
/// <param name="Date">When, as 2026-11-30.</param>
/// <param name="Machine">Where, and what ran beside it.</param>
/// <param name="Text">A paragraph before the table, or null.</param>
/// <param name="Unit">ms, s or MB.</param>
/// <param name="Backends">The columns: the kit first, each with its version.</param>
/// <param name="Cases">The rows.</param>
/// <param name="Goals">What the kit should reach.</param>
internal sealed record Timing(
    string Command,
    string Date,
    string Machine,
    string? Text,
    string Unit,
    IReadOnlyList<TimedBackend> Backends,
    IReadOnlyList<TimedCase> Cases,
    IReadOnlyList<TimingGoal> Goals) : IMeasured;

/// <summary>A column of a timing.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="Version">What ran, with its version.</param>
/// <param name="Rival">Whether a reader could use it in the kit's place; hand-written code for one equation is a yardstick instead.</param>
internal sealed record TimedBackend(string Name, string Version, bool Rival);

/// <summary>A row of a timing.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="Found">What was found, by backend; a backend that is not there did not take part.</param>
internal sealed record TimedCase(string Name, IReadOnlyDictionary<string, Sample> Found);

/// <summary>What one backend gave in one case.</summary>
/// <param name="Processes">The median of each process; empty where there is none.</param>
/// <param name="Least">The least single figure.</param>
/// <param name="None">Why there is none, or null.</param>
internal sealed record Sample(IReadOnlyList<double> Processes, double Least, string? None = null)
{
    /// <summary>The median of the processes' medians.</summary>
    [JsonIgnore]
    public double Median
    {
        get
        {
            var sorted = Processes.Order().ToArray();
            return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }
}

/// <summary>A goal: the backend's figure is at least so many times the kit's.</summary>
/// <param name="Backend">Which backend.</param>
/// <param name="Times">How many times.</param>
internal sealed record TimingGoal(string Backend, double Times);
