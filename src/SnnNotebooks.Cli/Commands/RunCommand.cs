using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SnnNotebooks.Host;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Exporting;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn run</c>: notebooks from the command line, each in a process of its own.</summary>
internal static class RunCommand
{
    private const string Threads = "OMP_NUM_THREADS";

    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Notebooks (.dib or .ipynb).", Arity = ArgumentArity.OneOrMore };
        var parameterOptions = new ParameterOptions();
        var output = new Option<string>("--out")
        {
            Description = "Folder for NAME.ipynb and NAME.html.",
            DefaultValueFactory = _ => "runs",
        };
        var timeout = Seconds("--timeout", "Seconds a notebook may take; no limit where not given.");
        var cellTimeout = Seconds("--cell-timeout", "Seconds a cell may take; no limit where not given.");
        var keepGoing = new Option<bool>("--keep-going") { Description = "Runs the cells after a failed one too." };
        var jobs = new Option<int>("--jobs")
        {
            Description = $"How many notebooks run at once. They share the cores, unless {Threads} says how many threads each has.",
            DefaultValueFactory = _ => 1,
        };
        jobs.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is not (> 0 and <= 256))
            {
                result.AddError("--jobs takes a whole number from 1 to 256.");
            }
        });
        var junit = new Option<string?>("--junit")
        {
            Description = "Writes the results of all cells to this file, as JUnit XML.",
            HelpName = "FILE",
        };
        var markdown = new Option<bool>("--md") { Description = "Writes NAME.md too." };
        var command = new Command("run", "Runs notebooks; leaves each as an executed .ipynb and a self-contained .html.") { files,
            parameterOptions.Scale, parameterOptions.Device, parameterOptions.Set, output, timeout, cellTimeout, keepGoing, jobs,
            junit, markdown };
        command.SetAction((parsed, cancellation) =>
        {
            var parameters = parameterOptions.Read(parsed);
            var requests = parsed.GetValue(files)!.Select(
                file => new RunRequest(file, parsed.GetValue(output)!, parameters, parsed.GetValue(timeout))
            {
                CellTimeout = parsed.GetValue(cellTimeout),
                KeepGoing = parsed.GetValue(keepGoing),
                WithMarkdown = parsed.GetValue(markdown),
            });
            if (ParameterOptions.Refusal(parameters) is { } refusal)
            {
                Console.Error.WriteLine(refusal);
                return Task.FromResult(ExitCode.Usage);
            }

            if (RefusesParameter(
                [.. parameters.Keys.Where(
                    name => name != nameof(ParameterOptions.Scale) && !name.StartsWith("SNN_", StringComparison.Ordinal))],
                        parsed.GetValue(files)!))
            {
                return Task.FromResult(ExitCode.Usage);
            }

            return RunAsync([.. requests], parsed.GetValue(jobs), parsed.GetValue(junit), cancellation);
        });
        return command;
    }

    private static Option<TimeSpan?> Seconds(string name, string description)
    {
        return new Option<TimeSpan?>(name)
        {
            Description = description,
            HelpName = "S",
            CustomParser = result =>
            {
                if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
                    && seconds is > 0 and < 1e6)
                {
                    return TimeSpan.FromSeconds(seconds);
                }

                result.AddError($"{name} takes seconds, above 0 and below 1,000,000.");
                return null;
            },
        };
    }

    // a parameter that no notebook reads is a slip of the keyboard: the run would take the notebook's own value without a word
    private static bool RefusesParameter(string[] names, string[] files)
    {
        if (names.Length == 0)
        {
            return false;
        }

        NotebookParameters[] notebooks;
        try
        {
            notebooks = [.. files.Select(file => new NotebookParameters(file))];
        }
        catch (NotebookException)
        {
            // the run says which of them cannot be read
            return false;
        }

        foreach (var name in names.Where(name => !notebooks.Any(notebook => notebook.Has(name))))
        {
            var nearest = notebooks.Select(notebook => notebook.Nearest(name)).OfType<string>().FirstOrDefault();
            Console.Error.WriteLine(
                $"--set {name}: "
                + (notebooks.Length == 1 ? $"{Printable.Name(files[0])} reads no parameter" : "none of the notebooks reads a parameter")
                + $" of that name.{(nearest is null ? "" : $" Did you mean {nearest}?")} A variable that only a library reads is set in "
                + $"the shell instead: {name}=... snn run.");
            return true;
        }

        return false;
    }

    private static async Task<int> RunAsync(RunRequest[] requests, int jobs, string? junit, CancellationToken cancellation)
    {
        if (requests.GroupBy(request => Path.GetFileNameWithoutExtension(request.NotebookPath))
            .FirstOrDefault(group => group.Count() > 1) is { } twins)
        {
            Console.Error.WriteLine(
                $"{string.Join(" and ", twins.Select(request => Printable.Name(request.NotebookPath)))} would write the same files. Run "
                + "them apart, with another --out.");
            return ExitCode.Usage;
        }

        if (junit is not null)
        {
            try
            {
                ExportFile.Prepare(junit);
            }
            catch (NotebookException e)
            {
                Console.Error.WriteLine(e.Message);
                return ExitCode.Usage;
            }
        }

        ShareCores(jobs);
        var runner = NotebookRunner.OfThisProgram();
        var reports = new RunReport?[requests.Length];
        var unreadable = false;
        await Parallel.ForEachAsync(Enumerable.Range(0, requests.Length), new ParallelOptions { MaxDegreeOfParallelism = jobs },
            async (i, _) =>
        {
            if (cancellation.IsCancellationRequested)
            {
                return;
            }

            try
            {
                var progress = new RunProgress(Path.GetFileName(requests[i].NotebookPath), withOutput: jobs == 1);
                reports[i] = await runner.RunAsync(requests[i], progress, cancellation).ConfigureAwait(false);
                progress.Finish(reports[i]!);
            }
            catch (NotebookException e)
            {
                Console.Error.WriteLine(Printable.Lines(e.Message));
                unreadable = true;
            }
        }).ConfigureAwait(false);

        if (requests.Length > 1)
        {
            WriteSummary(requests, reports);
        }

        var written = junit is null || WriteJUnit(junit, [.. reports.OfType<RunReport>()]);
        return unreadable ? ExitCode.Usage
            : written && reports.All(report => report is { Succeeded: true }) ? ExitCode.Success
            : ExitCode.Failure;
    }

    /// <summary>Threads of libtorch wait for each other in loops: with more of them than cores, each slows all others down.</summary>
    private static void ShareCores(int jobs)
    {
        if (jobs > 1 && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Threads)))
        {
            Environment.SetEnvironmentVariable(
                Threads, Math.Max(1, Environment.ProcessorCount / jobs).ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void WriteSummary(RunRequest[] requests, RunReport?[] reports)
    {
        var width = requests.Max(request => Printable.Name(request.NotebookPath).Length);
        Console.WriteLine();
        for (var i = 0; i < requests.Length; i++)
        {
            var name = Printable.Name(requests[i].NotebookPath).PadRight(width);
            Console.WriteLine(reports[i] is { } report
                ? string.Create(CultureInfo.InvariantCulture,
                    $"{name}  {(report.Succeeded ? "succeeded" : "FAILED   ")}  "
                    + $"{report.Cells.Count(cell => cell.Status == CellStatus.Succeeded),4} of {report.Cells.Count,4} cells  "
                    + $"{report.Elapsed.TotalSeconds,8:0.0} s")
                : $"{name}  not run");
        }

        Console.WriteLine(
            $"{reports.Count(report => report is { Succeeded: true })} succeeded, "
            + $"{reports.Count(report => report is not { Succeeded: true })} did not");
    }

    private static bool WriteJUnit(string path, RunReport[] reports)
    {
        try
        {
            ExportFile.Write(path, JUnitReport.Write(reports));
            return true;
        }
        catch (NotebookException e)
        {
            Console.Error.WriteLine(e.Message);
            return false;
        }
    }
}
