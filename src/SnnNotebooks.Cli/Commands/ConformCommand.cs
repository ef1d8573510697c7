using System.CommandLine;
using SnnNotebooks.Conformance;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn conform</c>: compares the kit with reference files, one line each; the last line of all is the count.</summary>
internal static class ConformCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "A folder with reference files; its sub-folders are searched too." };
        var devices = new Option<string>("--device")
        {
            Description = $"Where to compute: {ComputeDevice.Expected}; "
                + "two with a comma between them (cpu,cuda) are also compared with each "
                + "other, bit for bit where the kit promises the same bits.",
            DefaultValueFactory = _ => "cpu",
            HelpName = "DEVICE[,DEVICE]",
        };
        devices.Validators.Add(result =>
        {
            var names = (result.GetValueOrDefault<string>() ?? string.Empty).Split(',');
            if (names.Length > 2 || !names.All(ComputeDevice.IsName))
            {
                result.AddError($"--device {string.Join(',', names)}: expected {ComputeDevice.Expected}, or two of them with a comma.");
            }
        });
        var command = new Command("conform",
            "Compares the kit with every reference file under a folder; ends with `N passed, N failed`.") { folder, devices };
        command.SetAction(parsed => Run(parsed.GetValue(folder)!, parsed.GetValue(devices)!.Split(',')));
        return command;
    }

    private static int Run(string folder, string[] devices)
    {
        var counts = new Dictionary<ConformanceOutcome, int>();
        try
        {
            var places = Array.ConvertAll(devices, ComputeDevice.Named);
            var results = places is [var one, var other]
                ? DeviceComparison.Run(folder, one, other)
                : ConformanceSuites.Run(folder, places[0]);
            foreach (var (file, result) in results)
            {
                counts[result.Outcome] = counts.GetValueOrDefault(result.Outcome) + 1;
                var detail = result.Detail is null ? string.Empty : $": {result.Detail.ReplaceLineEndings(" ").Shown()}";
                Console.WriteLine($"{Word(result.Outcome)} {file.Shown()} {result.Case.Shown()}{detail}");
            }
        }
        catch (Exception missing) when (missing is DirectoryNotFoundException or ArgumentException)
        {
            Console.Error.WriteLine(missing.Sentence());
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
