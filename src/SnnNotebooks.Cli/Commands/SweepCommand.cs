using System.CommandLine;
using SnnNotebooks.Cli.Sweeps;
using SnnNotebooks.Host;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn sweep</c>: notebooks and trainings over parameters and seeds, here or on Slurm.</summary>
internal static class SweepCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "JSON that says what to run: see docs/scaling.md." };
        var local = new Option<int>("--local")
        {
            Description = "How many tasks run here at once.",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };
        local.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is not (> 0 and <= 256))
            {
                result.AddError("--local takes a whole number from 1 to 256.");
            }
        });
        var slurm = new Option<bool>("--slurm") { Description = "Submits the tasks to Slurm, as one array, instead." };
        var resume = new Option<bool>("--resume") { Description = "Runs what is missing or failed in the folder of an earlier sweep." };
        var print = new Option<bool>("--print") { Description = "Shows what would be run or submitted, and does nothing." };
        var output = new Option<string?>("--out")
        {
            Description = "The sweep's folder; runs/NAME where not given.",
            HelpName = "DIR",
        };
        var set = new Option<string[]>("--set")
        {
            Description = "A parameter of all tasks, name=value, in the place of the file's: the same sweep on another device, or smaller. "
                + "May be repeated.",
            HelpName = "name=value",
        };
        set.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1) is { } wrong)
            {
                result.AddError($"--set {wrong.Value}: expected name=value.");
            }
        });
        var command = new Command("sweep", "Runs notebooks and trainings over parameters and seeds, here or on Slurm.")
        {
            file, local, slurm, resume, print, output, set, Status(), Table(), Task(),
        };
        command.SetAction((parsed, cancellation) => GuardAsync(async () =>
        {
            var path = parsed.GetValue(file)!;
            var plan = SweepFile.Read(path, (parsed.GetValue(set) ?? []).Select(setting => setting.Split('=', 2)).GroupBy(pair => pair[0])
                .ToDictionary(same => same.Key, same => same.Last()[1]));
            SweepCheck.Refuse(plan);
            var folder = new SweepFolder(parsed.GetValue(output) ?? Path.Combine("runs", Path.GetFileNameWithoutExtension(path)));
            if (folder.HasRows && !parsed.GetValue(resume) && !parsed.GetValue(print))
            {
                throw new InvalidDataException(
                    $"{folder.Root} has rows of an earlier run. Add --resume to run what is missing there, or name another folder with "
                    + "--out.");
            }

            SweepTask[] left = [.. plan.Tasks.Where(task => !folder.IsDone(task.Id))];
            return parsed.GetValue(slurm)
                ? await new SlurmSubmission(folder, plan, left).RunAsync(parsed.GetValue(print), cancellation).ConfigureAwait(false)
                : await RunHereAsync(folder, plan, left, parsed.GetValue(local), parsed.GetValue(print), cancellation)
                    .ConfigureAwait(false);
        }));
        return command;
    }

    private static async Task<int> RunHereAsync(
        SweepFolder folder, SweepPlan plan, SweepTask[] left, int atOnce, bool print, CancellationToken cancellation)
    {
        if (print)
        {
            foreach (var task in left)
            {
                Console.WriteLine($"snn {string.Join(' ', task.Arguments(folder.TaskPath(task.Id)).Select(Bash.Quote)).Shown()}");
            }

            return ExitCode.Success;
        }

        folder.Save(plan);
        Console.WriteLine($"{left.Length} of {plan.Tasks.Count} tasks to run, in {folder.Root.Shown()}");
        var all = await new LocalSweep(folder, atOnce).RunAsync(left, cancellation).ConfigureAwait(false);
        var table = SweepTable.Of(folder, plan);
        SweepPage.Write(folder, plan, table);
        Console.WriteLine(table.ToString());
        Console.WriteLine($"wrote {folder.Page.Shown()}");
        return all ? ExitCode.Success : ExitCode.Failure;
    }

    private static Command Status()
    {
        var (folder, command) = Verb("status", "Says which tasks of a sweep are done, failed, running or missing.");
        command.SetAction((parsed, cancellation) => GuardAsync(async () =>
        {
            var sweep = new SweepFolder(parsed.GetValue(folder)!);
            var status = await SweepStatus.OfAsync(sweep, sweep.Load(), cancellation).ConfigureAwait(false);
            Console.WriteLine(status.ToString());
            return ExitCode.Success;
        }));
        return command;
    }

    private static Command Table()
    {
        var (folder, command) = Verb("table", "Figures of a sweep: mean, deviation, each seed, what is missing. Writes index.html too.");
        var json = new Option<bool>("--json") { Description = "Prints the table as JSON." };
        command.Add(json);
        command.SetAction((parsed, _) => GuardAsync(() =>
        {
            var sweep = new SweepFolder(parsed.GetValue(folder)!);
            var plan = sweep.Load();
            var table = SweepTable.Of(sweep, plan);
            SweepPage.Write(sweep, plan, table);
            Console.WriteLine(parsed.GetValue(json) ? table.ToJson() : $"{table}\nwrote {sweep.Page.Shown()}");
            return System.Threading.Tasks.Task.FromResult(ExitCode.Success);
        }));
        return command;
    }

    private static Command Task()
    {
        var (folder, command) = Verb("task", "Runs one task of a sweep: what an array of Slurm calls.");
        var id = new Argument<string>("TASK") { Description = "The task's id." };
        command.Add(id);
        command.SetAction((parsed, cancellation) => GuardAsync(async () =>
        {
            var sweep = new SweepFolder(parsed.GetValue(folder)!);
            var task = sweep.Load().Tasks.FirstOrDefault(task => task.Id == parsed.GetValue(id))
                ?? throw new InvalidDataException($"{sweep.Root} has no task {parsed.GetValue(id)}.");
            return await SlurmTask.RunAsync(sweep, task, cancellation).ConfigureAwait(false);
        }));
        return command;
    }

    private static (Argument<string> Folder, Command Command) Verb(string name, string description)
    {
        var folder = new Argument<string>("DIR") { Description = "The folder of a sweep." };
        return (folder, new Command(name, description) { folder });
    }

    private static async Task<int> GuardAsync(Func<Task<int>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (InvalidDataException wrong)
        {
            Console.Error.WriteLine(wrong.Sentence());
            return ExitCode.Usage;
        }
        catch (Exception failed) when (failed is NotebookException or IOException or UnauthorizedAccessException
            or OperationCanceledException)
        {
            Console.Error.WriteLine(failed.Sentence());
            return ExitCode.Of(failed);
        }
    }
}
