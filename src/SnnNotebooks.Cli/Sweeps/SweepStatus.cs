using System.Text;

namespace SnnNotebooks.Cli.Sweeps;

/// <summary>How far one task is.</summary>
internal enum TaskProgress
{
    /// <summary>It ended well.</summary>
    Done,

    /// <summary>It ended, not well.</summary>
    Failed,

    /// <summary>A process runs it.</summary>
    Running,

    /// <summary>Slurm has it.</summary>
    Queued,

    /// <summary>Its row cannot be read.</summary>
    Damaged,

    /// <summary>It has no row.</summary>
    Missing,
}

/// <summary>How far a sweep is.</summary>
/// <param name="Tasks">Each task, how far it is, and a word about it.</param>
internal sealed record SweepStatus(IReadOnlyList<(SweepTask Task, TaskProgress Progress, string? Note)> Tasks)
{
    /// <summary>Looks at rows and locks, and asks Slurm where it is.</summary>
    public static async Task<SweepStatus> OfAsync(SweepFolder folder, SweepPlan plan, CancellationToken stop)
    {
        var queued = await SlurmQueue.StatesAsync(folder, stop).ConfigureAwait(false);
        return new SweepStatus([.. plan.Tasks.Select(task => One(folder, task, queued.GetValueOrDefault(task.Id)))]);
    }

    private static (SweepTask Task, TaskProgress Progress, string? Note) One(SweepFolder folder, SweepTask task, string? queued)
    {
        var row = folder.Row(task.Id, out var damaged);
        return row switch
        {
            { Exit: 0 } => (task, TaskProgress.Done, null),
            _ when FileLock.IsHeld(folder.ClaimPath(task.Id)) => (task, TaskProgress.Running, queued),
            _ when queued is not null => (task, TaskProgress.Queued, queued),
            { } failed => (task, TaskProgress.Failed, $"exit code {failed.Exit}{(failed.Failure is { } why ? $": {why}" : "")}"),
            _ when damaged => (task, TaskProgress.Damaged, folder.RowPath(task.Id)),
            _ => (task, TaskProgress.Missing, null),
        };
    }

    /// <summary>A line for each task that is not done, then the counts.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (task, progress, note) in Tasks.Where(one => one.Progress != TaskProgress.Done))
        {
            text.Append(Word(progress).PadRight(8)).Append(task.Title.Shown())
                .Append(note is null ? "" : $" ({note.Shown()})").Append('\n');
        }

        return text.Append($"{Tasks.Count} tasks: ").AppendJoin(", ",
            Tasks.GroupBy(one => one.Progress).OrderBy(group => group.Key)
                .Select(group => $"{group.Count()} {Word(group.Key)}")).ToString();
    }

    private static string Word(TaskProgress progress) => progress.ToString().ToLowerInvariant();
}
