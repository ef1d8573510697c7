using System.ComponentModel;
using System.Diagnostics;

namespace SnnNotebooks.Cli.Sweeps;

/// <summary>What Slurm has of a sweep.</summary>
internal static class SlurmQueue
{
    /// <summary>Tasks that wait or run, with Slurm's word for their state; none where there is no Slurm here.</summary>
    /// <param name="folder">The sweep's folder.</param>
    /// <param name="stop">Ends the question.</param>
    public static async Task<IReadOnlyDictionary<string, string>> StatesAsync(SweepFolder folder, CancellationToken stop)
    {
        var states = new Dictionary<string, string>();
        var jobs = Jobs(folder);
        if (jobs.Count == 0 || await AskAsync("squeue", ["--me", "-h", "-r", "-o", "%F %K %T"], stop).ConfigureAwait(false)
            is not { Code: 0 } answer)
        {
            return states;
        }

        foreach (var line in answer.Output.Split('\n'))
        {
            if (line.Split(' ') is [var job, var index, var state] && jobs.TryGetValue(job, out var tasks)
                && int.TryParse(index, out var number) && number >= 0 && number < tasks.Length)
            {
                states[tasks[number]] = state;
            }
        }

        return states;
    }

    /// <summary>Runs a program of Slurm.</summary>
    /// <returns>Its exit code and what it wrote; null where there is no such program.</returns>
    public static async Task<(int Code, string Output, string Errors)?> AskAsync(
        string program, IReadOnlyList<string> arguments, CancellationToken stop)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync(stop);
            var output = await process.StandardOutput.ReadToEndAsync(stop).ConfigureAwait(false);
            await process.WaitForExitAsync(stop).ConfigureAwait(false);
            return (process.ExitCode, output, await errors.ConfigureAwait(false));
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    // each submission N has its tasks, one a line, in N.tasks, and Slurm's number of the array in N.job
    private static Dictionary<string, string[]> Jobs(SweepFolder folder)
    {
        var jobs = new Dictionary<string, string[]>();
        if (Directory.Exists(folder.Submissions))
        {
            foreach (var job in Directory.EnumerateFiles(folder.Submissions, "*.job"))
            {
                var tasks = Path.ChangeExtension(job, ".tasks");
                jobs[File.ReadAllText(job).Trim()] = File.Exists(tasks) ? File.ReadAllLines(tasks) : [];
            }
        }

        return jobs;
    }
}
