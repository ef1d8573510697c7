using System.Globalization;
using SnnNotebooks.Training;
using SnnNotebooks.Training.Parallel;

namespace SnnNotebooks.Cli.Training;

/// <summary>
/// What a training run says. A process alone speaks on the console; of several ranks number 0 does, and each writes a file, line by line,
/// so that a rank that died can be asked for its last words.
/// </summary>
internal sealed class RankLog : IProgress<TrainingProgress>
{
    private const int SecondsBetweenLines = 30;

    private readonly IReducer? ranks;
    private readonly string? file;
    private TimeSpan spoken;

    /// <summary>Begins.</summary>
    /// <param name="ranks">The ranks, or null for a process alone.</param>
    /// <param name="output">The run's result; files of several ranks are in the folder of its name with <c>.ranks</c>.</param>
    public RankLog(IReducer? ranks, string output)
    {
        this.ranks = ranks;
        if (ranks is { Size: > 1 })
        {
            var folder = Directory.CreateDirectory(output + ".ranks").FullName;
            var name = $"rank-{ranks.Rank.ToString("0000", CultureInfo.InvariantCulture)}.log";
            file = Path.Combine(folder, name);
            Note($"rank {ranks.Rank} of {ranks.Size} on {ranks.Host}, process {Environment.ProcessId}");
        }
    }

    /// <summary>Says a line: rank 0 on the console, every rank in its file.</summary>
    public void Say(string line)
    {
        if (ranks is null or { Rank: 0 })
        {
            Console.WriteLine(line);
        }

        Note(line);
    }

    /// <summary>Says what ended this rank: rank 0 for all where they were told to stop, else each for itself, with its place.</summary>
    public void Fail(Exception failure)
    {
        if (failure is OperationCanceledException)
        {
            Say(failure.Message);
            return;
        }

        var place = ranks is { Size: > 1 } ? $"rank {ranks.Rank} on {ranks.Host}: " : string.Empty;
        Console.Error.WriteLine(place.Shown() + failure.Sentence());
        Note(failure.ToString());
    }

    public void Report(TrainingProgress value)
    {
        var speed = string.Create(
            CultureInfo.InvariantCulture, $", {value.InputsPerSecond:0.0} inputs/s, {value.Waiting * 100:0} % waiting for other ranks");
        if (value.Finished is { } epoch)
        {
            Say(string.Create(
                CultureInfo.InvariantCulture,
                $"epoch {epoch.Epoch} of {value.Epochs}: loss {epoch.TrainLoss:0.0000}, training accuracy {epoch.TrainAccuracy:0.0000}, "
                + $"test accuracy {epoch.TestAccuracy:0.0000}, {epoch.Seconds:0.0} s{speed}"));
        }
        else if ((value.Elapsed - spoken).TotalSeconds >= SecondsBetweenLines)
        {
            spoken = value.Elapsed;
            Say(string.Create(
                CultureInfo.InvariantCulture,
                $"epoch {value.Epoch} of {value.Epochs}, step {value.Batch} of {value.Batches}: loss {value.Loss:0.0000}{speed}"));
        }
    }

    private void Note(string line)
    {
        if (file is not null)
        {
            File.AppendAllText(file, $"{DateTime.UtcNow:yyyy-MM-dd HH:mm:ss.fff} {line}\n");
        }
    }
}
