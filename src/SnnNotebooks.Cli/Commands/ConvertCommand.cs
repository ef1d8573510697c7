using System.CommandLine;
using SnnNotebooks.Host;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Exporting;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn convert</c>: notebooks from one format to another, or a check that nothing would be lost.</summary>
internal static class ConvertCommand
{
    private static readonly Dictionary<string, Func<Notebook, string, string>> Writers = new(StringComparer.OrdinalIgnoreCase)
    {
        [".dib"] = (notebook, _) => DibWriter.Write(notebook),
        [".ipynb"] = (notebook, _) => IpynbWriter.Write(notebook),
    };

    public static Command Create()
    {
        var input = new Argument<string?>("IN") { Description = "A notebook (.dib or .ipynb).", Arity = ArgumentArity.ZeroOrOne };
        var output = new Argument<string?>("OUT")
        {
            Description = "The file to write; its ending says the format: .dib or .ipynb.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var check = new Option<string?>("--check")
        {
            Description = "Instead: checks every notebook under this folder for a round trip without loss.",
            HelpName = "DIR",
        };
        var command = new Command("convert", "Converts a notebook between formats, or checks a folder of them.") { input, output, check };
        command.Validators.Add(result =>
        {
            var files = new[] { input, output }.Count(argument => result.GetValue(argument) is not null);
            if (files != (result.GetValue(check) is null ? 2 : 0))
            {
                result.AddError("Expected either IN and OUT, or --check DIR.");
            }
        });
        command.SetAction(
            parsed => parsed.GetValue(check) is { } folder ? Check(folder) : Convert(parsed.GetValue(input)!, parsed.GetValue(output)!));
        return command;
    }

    private static int Convert(string input, string output)
    {
        if (!Writers.TryGetValue(Path.GetExtension(output), out var write))
        {
            Console.Error.WriteLine(
                $"{output} does not say its format. Expected a name that ends in one of {string.Join(", ", Writers.Keys)}.");
            return ExitCode.Usage;
        }

        if (!File.Exists(input) || !NotebookFile.IsNotebook(input))
        {
            Console.Error.WriteLine(File.Exists(input)
                ? $"{input} is not a notebook by its name. Expected a .dib or .ipynb file."
                : $"There is no notebook at {Path.GetFullPath(input)}.");
            return ExitCode.Usage;
        }

        try
        {
            var notebook = NotebookFile.Read(input);
            ExportFile.Write(output, write(notebook, input));
            if (Path.GetExtension(output).Equals(".dib", StringComparison.OrdinalIgnoreCase)
                && RoundTrip.LostAsDib(notebook) is { Count: > 0 } lost)
            {
                Console.Error.WriteLine(
                    $"{Printable.Name(output)} was written without {string.Join(", ", lost.Select(Printable.Name))}: a .dib cannot hold "
                    + $"them. Keep {Printable.Name(input)} if you need them.");
            }

            return ExitCode.Success;
        }
        catch (NotebookException failed)
        {
            Console.Error.WriteLine(failed.Message);
            return ExitCode.Failure;
        }
    }

    private static int Check(string folder)
    {
        if (!Directory.Exists(folder))
        {
            Console.Error.WriteLine($"There is no folder {Path.GetFullPath(folder)}.");
            return ExitCode.Usage;
        }

        var (passed, failed) = (0, 0);
        foreach (var file in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true })
            .Where(NotebookFile.IsNotebook).Order(StringComparer.Ordinal))
        {
            try
            {
                Console.WriteLine(RoundTrip.Check(file)
                    ? $"passed {file}"
                    : $"passed {file} (kept whole, but not in canonical form: `snn convert {file} {file}` rewrites it)");
                passed++;
            }
            catch (NotebookException broken)
            {
                Console.WriteLine($"FAILED {broken.Message.ReplaceLineEndings(" ")}");
                failed++;
            }
        }

        Console.WriteLine($"{passed} passed, {failed} failed");
        return failed == 0 ? ExitCode.Success : ExitCode.Failure;
    }
}
