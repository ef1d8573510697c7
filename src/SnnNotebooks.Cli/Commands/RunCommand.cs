using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SnnNotebooks.Host;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn run</c>: notebooks from the command line, each in a process of its own.</summary>
internal static class RunCommand
{
    private static readonly string[] Scales = ["quick", "laptop", "paper"];

    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Notebooks (.dib or .ipynb).", Arity = ArgumentArity.OneOrMore };
        var scale = new Option<string?>("--scale") { Description = "How much to run: quick, laptop or paper (the notebook's parameter Scale)." };
        scale.AcceptOnlyFromAmong(Scales);
        var set = new Option<string[]>("--set") { Description = "A parameter, Name=Value; may be repeated.", AllowMultipleArgumentsPerToken = false };
        set.Validators.Add(RefuseNoParameter);
        var output = new Option<string>("--out") { Description = "Folder for NAME.ipynb and NAME.html.", DefaultValueFactory = _ => "runs" };
        var timeout = new Option<double?>("--timeout") { Description = "Seconds a notebook may take; no limit where not given." };
        timeout.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<double?>() is { } seconds && seconds is not (> 0 and < 1e6))
            {
                result.AddError("--timeout takes seconds, above 0 and below 1,000,000.");
            }
        });
        var command = new Command("run", "Runs notebooks; leaves each as an executed .ipynb and a self-contained .html.") { files, scale, set, output, timeout };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(files)!,
            Parameters(parsed.GetValue(set) ?? [], parsed.GetValue(scale)),
            parsed.GetValue(output)!,
            parsed.GetValue(timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            cancellation));
        return command;
    }

    private static void RefuseNoParameter(OptionResult result)
    {
        foreach (var token in result.Tokens.Select(token => token.Value))
        {
            var name = token.Split('=')[0];
            if (!token.Contains('=', StringComparison.Ordinal) || name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') || char.IsAsciiDigit(name[0]))
            {
                result.AddError($"--set {token}: expected Name=Value, where the name has letters, digits and underscores.");
            }
        }
    }

    private static Dictionary<string, string> Parameters(string[] settings, string? scale)
    {
        var parameters = settings.Select(setting => setting.Split('=', 2)).GroupBy(pair => pair[0]).ToDictionary(group => group.Key, group => group.Last()[1]);
        if (scale is not null)
        {
            parameters["Scale"] = scale;
        }

        return parameters;
    }

    private static async Task<int> RunAsync(string[] files, Dictionary<string, string> parameters, string output, TimeSpan? timeout, CancellationToken cancellation)
    {
        var worst = ExitCode.Success;
        var runner = NotebookRunner.OfThisProgram();
        foreach (var file in files)
        {
            try
            {
                var progress = new RunProgress(Path.GetFileName(file));
                var report = await runner.RunAsync(new RunRequest(file, output, parameters, timeout), progress, cancellation).ConfigureAwait(false);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: {(report.Succeeded ? "succeeded" : "FAILED")}, {report.Cells.Count(cell => cell.Status == CellStatus.Succeeded)} of {report.Cells.Count} cells, {report.Elapsed.TotalSeconds:0.0} s"));
                foreach (var written in new[] { report.IpynbPath, report.HtmlPath }.Where(File.Exists))
                {
                    Console.WriteLine($"  {written}");
                }

                if (!report.Succeeded)
                {
                    Console.Error.WriteLine(report.Failure);
                    worst = Math.Max(worst, ExitCode.Failure);
                }
            }
            catch (NotebookException unreadable)
            {
                Console.Error.WriteLine(unreadable.Message);
                worst = ExitCode.Usage;
            }

            if (cancellation.IsCancellationRequested)
            {
                return ExitCode.Failure;
            }
        }

        return worst;
    }
}
