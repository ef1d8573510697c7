using System.Globalization;
using System.Text;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Cli.Sweeps;

/// <summary>Submits tasks to Slurm as an array: a script beside the rows, and a list with the task of each index.</summary>
/// <param name="folder">The sweep's folder.</param>
/// <param name="plan">The sweep.</param>
/// <param name="left">Its tasks that are not done.</param>
internal sealed class SlurmSubmission(SweepFolder folder, SweepPlan plan, IReadOnlyList<SweepTask> left)
{
    private const int Most = 1000; // MaxArraySize is 1001 where nobody raised it
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1); // with another submission

    /// <summary>Submits them; those that still wait or run stay as they are.</summary>
    /// <param name="print">Only shows the scripts.</param>
    /// <param name="stop">Ends it between two arrays.</param>
    public async Task<int> RunAsync(bool print, CancellationToken stop)
    {
        if (folder.Root.Any(char.IsControl) || folder.Root.Contains('"', StringComparison.Ordinal))
        {
            throw new InvalidDataException(
                "Slurm takes no folder with quotation marks or control characters in its name: name another with --out.");
        }

        if (!print && await SlurmQueue.AskAsync("sbatch", ["--version"], stop).ConfigureAwait(false) is null)
        {
            throw new InvalidDataException(
                "There is no sbatch here: submit from a login node of the cluster, or run the tasks here with --local.");
        }

        // two at once would take the same number, and the tasks of one would be run as the other's
        using var turn = print ? null
            : await TaskClaim.TakeAsync(folder.ClaimPath("submission"), Patience, stop, passing: true).ConfigureAwait(false)
                ?? throw new InvalidDataException($"Another process submits tasks of {folder.Root}: wait for its end.");
        var queued = await SlurmQueue.StatesAsync(folder, stop).ConfigureAwait(false);
        SweepTask[] tasks = [.. left.Where(task => !queued.ContainsKey(task.Id))];
        if (!print)
        {
            folder.Save(plan);
            Console.WriteLine($"{tasks.Length} of {plan.Tasks.Count} tasks to submit"
                + (tasks.Length < left.Count ? $"; {left.Count - tasks.Length} wait or run already" : string.Empty));
        }

        foreach (var chunk in tasks.Chunk(Most))
        {
            var number = Next();
            if (print)
            {
                Console.Write(Script(number, chunk.Length));
                continue;
            }

            await SubmitAsync(number, chunk, stop).ConfigureAwait(false);
        }

        return ExitCode.Success;
    }

    private async Task SubmitAsync(int number, SweepTask[] chunk, CancellationToken stop)
    {
        var script = Path.Combine(folder.Submissions, $"{number}.sh");
        SweepFolder.Write(TasksPath(number), string.Join('\n', chunk.Select(task => task.Id)));
        SweepFolder.Write(script, Script(number, chunk.Length));
        var answer = await SlurmQueue.AskAsync("sbatch", ["--parsable", script], stop).ConfigureAwait(false);
        if (answer is not { Code: 0 })
        {
            throw new IOException(answer is { } no
                ? $"sbatch refused {script} ({ProcessEnd.Describe(no.Code)}): {no.Errors.Trim()}"
                : $"{script} was not submitted: there is no sbatch here.");
        }

        var job = answer.Value.Output.Trim().Split(';')[0];
        SweepFolder.Write(Path.Combine(folder.Submissions, $"{number}.job"), job);
        Console.WriteLine($"submitted {chunk.Length} tasks as job {job.Shown()}; snn sweep status {Bash.Quote(folder.Root).Shown()}");
    }

    private string Script(int number, int count)
    {
        // a percent sign in a name of a file is Slurm's
        var log = Path.Combine(folder.Submissions, $"{number}").Replace("%", "%%", StringComparison.Ordinal);
        var options = plan.Slurm.Options;
        var script = new StringBuilder("#!/bin/bash\n");
        void Line(string name, string option)
        {
            if (!options.Any(own => own.Split('=')[0] == name))
            {
                script.Append("#SBATCH ").Append(name).Append(option).Append('\n');
            }
        }

        Line("--job-name", $"=\"{new string([.. plan.Title.Where(c => c != '"')])}\"");
        Line("--array", string.Create(CultureInfo.InvariantCulture,
            $"=0-{count - 1}{(plan.Slurm.AtOnce > 0 ? $"%{plan.Slurm.AtOnce}" : string.Empty)}"));
        Line("--output", $"=\"{log}.%a.log\"");
        Line("--open-mode", "=append");
        Line("--requeue", string.Empty);
        Line("--signal", "=B:USR1@120"); // two minutes before the limit: a training saves its state and is queued again
        foreach (var option in options)
        {
            script.Append("#SBATCH ").Append(option).Append('\n');
        }

        foreach (var line in plan.Slurm.Setup)
        {
            script.Append(line).Append('\n');
        }

        return script.Append("export OMP_NUM_THREADS=\"${OMP_NUM_THREADS:-${SLURM_CPUS_PER_TASK:-1}}\"\n")
            .Append("task=$(sed -n \"$((SLURM_ARRAY_TASK_ID + 1))p\" ").Append(Bash.Quote(TasksPath(number))).Append(")\n")
            .Append("exec ").AppendJoin(' ', ThisProgram.Command.Select(Bash.Quote)).Append(" sweep task ")
            .Append(Bash.Quote(folder.Root)).Append(" \"$task\"\n").ToString();
    }

    private string TasksPath(int number) => Path.Combine(folder.Submissions, $"{number}.tasks");

    private int Next() => Enumerable.Range(1, int.MaxValue - 1).First(number => !File.Exists(TasksPath(number)));
}
