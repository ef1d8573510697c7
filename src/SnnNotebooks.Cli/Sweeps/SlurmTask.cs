using System.Runtime.InteropServices;

namespace SnnNotebooks.Cli.Sweeps;

/// <summary>One index of an array: runs a task, and heeds Slurm's warning before the time limit.</summary>
internal static class SlurmTask
{
    private const int Warning = 10; // SIGUSR1
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30); // a job that was queued again may meet its former self

    /// <summary>Runs it.</summary>
    /// <param name="folder">The sweep's folder.</param>
    /// <param name="task">The task.</param>
    /// <param name="stop">Stops it.</param>
    /// <returns>The exit code of this process.</returns>
    public static async Task<int> RunAsync(SweepFolder folder, SweepTask task, CancellationToken stop)
    {
        var warned = false;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var warning = OperatingSystem.IsLinux()
            ? PosixSignalRegistration.Create((PosixSignal)Warning, context =>
            {
                context.Cancel = true;
                warned = true;
                either.Cancel();
            })
            : null;
        var (outcome, row) = await new TaskRunner(folder).RunAsync(task, 0, Patience, either.Token).ConfigureAwait(false);
        Console.WriteLine($"{task.Title.Shown()}: {LocalSweep.Words(outcome, row)}");
        if (outcome == TaskOutcome.Stopped && warned)
        {
            await QueueAgainAsync(task).ConfigureAwait(false);
        }

        return outcome is TaskOutcome.Succeeded or TaskOutcome.Done ? ExitCode.Success : ExitCode.Failure;
    }

    // a training goes on where it was; a notebook would begin anew at every limit, for ever
    private static async Task QueueAgainAsync(SweepTask task)
    {
        if (task.Network is null)
        {
            Console.Error.WriteLine(
                $"{task.Title.Shown()}: the time limit is near, and a notebook cannot go on from its middle. Give it more with "
                + "\"--time\" and run the sweep again with --resume.");
            return;
        }

        if (Environment.GetEnvironmentVariable("SLURM_JOB_ID") is { Length: > 0 } job
            && await SlurmQueue.AskAsync("scontrol", ["requeue", job], CancellationToken.None).ConfigureAwait(false) is { Code: not 0 } no)
        {
            Console.Error.WriteLine($"scontrol did not queue the job again ({ProcessEnd.Describe(no.Code)}): {no.Errors.Shown()}");
        }
    }
}
