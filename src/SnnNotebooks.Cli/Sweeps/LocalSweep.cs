using System.Collections.Concurrent;
using System.Globalization;

namespace SnnNotebooks.Cli.Sweeps;

/// <summary>Runs the tasks of a sweep on this machine.</summary>
/// <param name="folder">The sweep's folder.</param>
/// <param name="atOnce">How many run at once.</param>
internal sealed class LocalSweep(SweepFolder folder, int atOnce)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2); // who asks for the status holds a claim for a moment

    /// <summary>Runs them, a line for each; one that fails does not keep the others from running.</summary>
    /// <param name="tasks">What to run.</param>
    /// <param name="stop">Stops those that run and begins no other.</param>
    /// <returns>Whether all ended well.</returns>
    public async Task<bool> RunAsync(IReadOnlyList<SweepTask> tasks, CancellationToken stop)
    {
        var runner = new TaskRunner(folder);
        var threads = atOnce > 1 ? Math.Max(1, Environment.ProcessorCount / atOnce) : 0;
        var (outcomes, ended) = (new ConcurrentBag<TaskOutcome>(), 0);
        var options = new ParallelOptions { MaxDegreeOfParallelism = atOnce };
        await Parallel.ForEachAsync(tasks, options, async (task, _) =>
        {
            if (stop.IsCancellationRequested)
            {
                return;
            }

            var (outcome, row) = await runner.RunAsync(task, threads, Patience, stop).ConfigureAwait(false);
            outcomes.Add(outcome);
            Console.WriteLine($"[{Interlocked.Increment(ref ended)}/{tasks.Count}] {task.Title.Shown()}: {Words(outcome, row)}");
        }).ConfigureAwait(false);
        return outcomes.Count == tasks.Count && outcomes.All(outcome => outcome is TaskOutcome.Succeeded or TaskOutcome.Done);
    }

    /// <summary>An outcome in words.</summary>
    public static string Words(TaskOutcome outcome, TaskRow? row) => outcome switch
    {
        TaskOutcome.Succeeded => string.Create(CultureInfo.InvariantCulture, $"succeeded in {row!.Seconds:0.0} s"),
        TaskOutcome.Failed => $"FAILED with exit code {row!.Exit}{(row.Failure is { } why ? $": {why.Shown()}" : string.Empty)}",
        TaskOutcome.Stopped => "stopped; --resume runs it again",
        TaskOutcome.Done => "was done before",
        _ => "another process runs it",
    };
}
