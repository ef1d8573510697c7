using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Cli.Sweeps;

/// <summary>How a task came to its end.</summary>
internal enum TaskOutcome
{
    /// <summary>It ended well, and its row is written.</summary>
    Succeeded,

    /// <summary>It ended by itself, not well; its row says so.</summary>
    Failed,

    /// <summary>It was stopped or killed: there is no row.</summary>
    Stopped,

    /// <summary>It had ended well before: it was not run.</summary>
    Done,

    /// <summary>Another process runs it: it was not run.</summary>
    Held,
}

/// <summary>Runs one task of a sweep in a process of its own and writes its row.</summary>
/// <param name="folder">The sweep's folder.</param>
internal sealed partial class TaskRunner(SweepFolder folder)
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(90); // a training saves its state after the step under way
    private static readonly int[] Killed = [129, 130, 137, 143]; // by SIGHUP, SIGINT, SIGKILL, SIGTERM: not its own end

    /// <summary>Runs it, unless it is done or another process runs it.</summary>
    /// <param name="task">The task.</param>
    /// <param name="threads">Threads it may use; 0 leaves that to itself.</param>
    /// <param name="patience">How long to wait for another process that runs it.</param>
    /// <param name="stop">Stops it: a training saves its state first.</param>
    /// <returns>What came of it, and its row where it has one.</returns>
    public async Task<(TaskOutcome Outcome, TaskRow? Row)> RunAsync(
        SweepTask task, int threads, TimeSpan patience, CancellationToken stop)
    {
        using var claim = await TaskClaim.TakeAsync(folder.ClaimPath(task.Id), patience, stop).ConfigureAwait(false);
        if (claim is null)
        {
            return (TaskOutcome.Held, null);
        }

        if (folder.Row(task.Id, out _) is { Exit: 0 } earlier)
        {
            return (TaskOutcome.Done, earlier);
        }

        var work = folder.TaskPath(task.Id);
        Directory.CreateDirectory(work);
        var figures = new FiguresFile(Path.Combine(work, "figures.jsonl"));
        figures.Remove();
        folder.Remove(task.Id);
        var attempts = Attempt(Path.Combine(work, "attempts.txt"));
        var hash = task.Notebook is { } notebook ? Hash(notebook) : null;
        var (started, begun) = (DateTime.UtcNow, Stopwatch.GetTimestamp());
        var (exit, last) = await ExecuteAsync(claim, task, work, figures.Path, threads, stop).ConfigureAwait(false);
        if (exit != 0 && (stop.IsCancellationRequested || Killed.Contains(exit)))
        {
            return (TaskOutcome.Stopped, null);
        }

        var measured = figures.Read(out var damaged);
        (exit, last) = damaged is null ? (exit, last) : (Math.Max(exit, ExitCode.Failure), damaged);
        last = ProcessEnd.IsBySignal(exit) ? $"{ProcessEnd.Describe(exit)}. Last words: {last ?? "none"}" : last;
        var row = new TaskRow(
            task.Id, task.Name, task.Variant, task.Notebook, task.Network, task.Parameters, task.Seed, exit,
            exit == 0 ? null : last, started, Math.Round(Stopwatch.GetElapsedTime(begun).TotalSeconds, 3), attempts,
            Environment.MachineName, SlurmJob(), Versions(measured.Versions), hash, measured.Figures, measured.Curves);
        folder.Save(row);
        if (exit == 0)
        {
            File.Delete(SweepTask.StatePath(work)); // not before the row is there: a kill in between would cost the whole training
        }

        return (exit == 0 ? TaskOutcome.Succeeded : TaskOutcome.Failed, row);
    }

    private static async Task<(int Exit, string? Last)> ExecuteAsync(
        TaskClaim claim, SweepTask task, string work, string figures, int threads, CancellationToken stop)
    {
        var program = ThisProgram.Command;
        var start = new ProcessStartInfo(program[0], [.. program.Skip(1), .. task.Arguments(work)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SNN_FIGURES"] = figures;
        if (threads > 0)
        {
            start.Environment.TryAdd("OMP_NUM_THREADS", threads.ToString(CultureInfo.InvariantCulture));
        }

        using var log = new TaskLog(Path.Combine(work, "output.txt"));
        using var process = claim.Start(start);
        process.StandardInput.Close();
        process.OutputDataReceived += (_, line) => log.Add(line.Data, isError: false);
        process.ErrorDataReceived += (_, line) => log.Add(line.Data, isError: true);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await using (stop.Register(() => Stop(process)).ConfigureAwait(false))
        {
            using var patience = new CancellationTokenSource();
            await using (stop.Register(() => patience.CancelAfter(LastWords)).ConfigureAwait(false))
            {
                try
                {
                    await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    process.Kill(entireProcessTree: true);
                    await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
                }
            }
        }

        return (process.ExitCode, log.Last);
    }

    private static void Stop(Process process)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                process.Kill(entireProcessTree: true);
            }
            else
            {
                _ = Signal(process.Id, 15); // SIGTERM
            }
        }
        catch (InvalidOperationException)
        {
            // it has just ended
        }
    }

    // one line for each beginning: how often a task was begun, where and when
    private static int Attempt(string path)
    {
        File.AppendAllText(path, string.Create(CultureInfo.InvariantCulture,
            $"{DateTime.UtcNow:O} {Environment.MachineName} process {Environment.ProcessId}"
            + $"{(SlurmJob() is { } job ? $" job {job}" : "")}\n"));
        return File.ReadLines(path).Count();
    }

    private static string? SlurmJob() => Environment.GetEnvironmentVariable("SLURM_ARRAY_JOB_ID") is { Length: > 0 } array
        ? $"{array}_{Environment.GetEnvironmentVariable("SLURM_ARRAY_TASK_ID")}"
        : Environment.GetEnvironmentVariable("SLURM_JOB_ID");

    private static string? Hash(string notebook)
    {
        using var file = File.OpenRead(notebook);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static Dictionary<string, string> Versions(IReadOnlyDictionary<string, string> measured) => new(measured)
    {
        ["snn"] = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        [".NET"] = Environment.Version.ToString(),
        ["system"] = RuntimeInformation.OSDescription.Trim(),
    };

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Signal(int process, int signal);
}
