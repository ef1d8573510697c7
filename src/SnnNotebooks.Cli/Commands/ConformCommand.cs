using System.CommandLine;
using SnnNotebooks.Conformance;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn conform</c>: compares the kit with reference files, one line each; the last line of all is the count.</summary>
internal static class ConformCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "A folder with reference files; its sub-folders are searched too." };
        var command = new Command("conform",
            "Compares the kit with every reference file under a folder; ends with `N passed, N failed`.") { folder };
        command.SetAction(parsed => Run(parsed.GetValue(folder)!));
        return command;
    }

    private static int Run(string folder)
    {
        var counts = new Dictionary<ConformanceOutcome, int>();
        try
        {
            foreach (var (file, result) in ConformanceSuites.Run(folder))
            {
                counts[result.Outcome] = counts.GetValueOrDefault(result.Outcome) + 1;
                var detail = result.Detail is null ? string.Empty : $": {result.Detail.ReplaceLineEndings(" ").Shown()}";
                Console.WriteLine($"{Word(result.Outcome)} {file.Shown()} {result.Case.Shown()}{detail}");
            }
        }
        catch (DirectoryNotFoundException missing)
        {
            Console.Error.WriteLine(missing.Message.Shown());
            return ExitCode.Usage;
        }

        var (passed, failed, skipped) = (counts.GetValueOrDefault(ConformanceOutcome.Passed),
            counts.GetValueOrDefault(ConformanceOutcome.Failed), counts.GetValueOrDefault(ConformanceOutcome.Skipped));
        if (passed + failed + skipped == 0)
        {
            Console.WriteLine($"no reference file of a known format is under {folder}");
            failed = 1;
        }

        Console.WriteLine($"{passed} passed, {failed} failed{(skipped > 0 ? $", {skipped} skipped" : string.Empty)}");
        return failed == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static string Word(ConformanceOutcome outcome) => outcome switch
    {
        ConformanceOutcome.Passed => "passed ",
        ConformanceOutcome.Failed => "FAILED ",
        _ => "skipped",
    };
}
