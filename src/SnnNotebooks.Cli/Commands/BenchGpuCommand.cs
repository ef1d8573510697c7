using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SnnNotebooks.Cli.Bench;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn bench gpu</c>: the kit and the libraries a Python has, in turns; tables, and verdicts on the kit's goals.</summary>
internal static class BenchGpuCommand
{
    private const double KitSeconds = 28; // of a process, its start included
    private const double PeerSeconds = 50; // three of each stay below four minutes
    private const double AllSeconds = 600; // of each, where everything is asked for
    private const double Ending = 8; // before its end no further case is begun

    public static Command Create()
    {
        var device = new Option<string>("--device")
        {
            Description = "cuda or cuda:N; with --trial also cpu.",
            DefaultValueFactory = _ => "cuda",
            HelpName = "DEVICE",
        };
        var trial = new Option<bool>("--trial")
        {
            Description = "Tiny sizes and no goals: whether the command and its peers work here. Its times say nothing.",
        };
        var all = new Option<bool>("--all")
        {
            Description = "The long rows, too: 8192 and 16384 neurons, PyTorch's compiler. Up to an hour.",
        };
        var python = new Option<string?>("--python")
        {
            Description = "The Python whose libraries are the peers; by default that of SNN_LIBTORCH, else python3.",
            HelpName = "PROGRAM",
        };
        var output = new Option<string?>("--out")
        {
            Description = "Writes the same as JSON, with every process's median.", HelpName = "FILE",
        };
        var command = new Command(
            "gpu", "Times kit and peers in turns, three processes each, in under four minutes; says pass, fail or inconclusive.")
        {
            device, trial, all, python, output,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(
            parsed.GetValue(device)!, parsed.GetValue(trial) ? BenchPlan.Trial : parsed.GetValue(all) ? BenchPlan.All : BenchPlan.Gpu,
            parsed.GetValue(python) ?? Python(), parsed.GetValue(output), cancellation)));
        return command;
    }

    private static int Run(string device, BenchPlan plan, string python, string? output, CancellationToken cancellation)
    {
        var trial = plan == BenchPlan.Trial;
        if (DeviceOption.Refusal(device) is { } refusal)
        {
            Console.Error.WriteLine(refusal);
            return ExitCode.Usage;
        }

        if (!trial && device.Equals("cpu", StringComparison.OrdinalIgnoreCase))
        {
            Console.Error.WriteLine("The sizes of `snn bench gpu` are those of a GPU: name one, or take --trial.");
            return ExitCode.Usage;
        }

        var folder = Directory.CreateTempSubdirectory("snn-bench-").FullName;
        try
        {
            var script = Path.Combine(folder, "gpu_peer.py");
            Script(script);
            var (kitSeconds, peerSeconds) = plan == BenchPlan.Gpu ? (KitSeconds, PeerSeconds) : (AllSeconds, AllSeconds);
            var (program, first) = Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) != "dotnet"
                ? (own, Array.Empty<string>())
                : ("dotnet", [Path.Combine(AppContext.BaseDirectory, "snn.dll")]);
            var kit = new BenchProcess(program, [.. first, "bench", KitWorker.Verb, Given("kit.json", kitSeconds)], kitSeconds);
            var peers = new BenchProcess(python, [script, Given("peers.json", peerSeconds)], peerSeconds);
            var turns = new BenchTurns([kit.Lines, peers.Lines], trial ? 1 : 3);
            var tables = new BenchTables(plan, turns.Run(
                turn => Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"process {turn + 1} of {turns.Rounds * turns.Processes.Count}")),
                cancellation), turns.Rounds);
            Console.Write(tables.Text());
            if (output is not null)
            {
                AtomicFile.Write(output, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(tables.Json())));
                Console.WriteLine($"wrote {output}");
            }

            if (cancellation.IsCancellationRequested)
            {
                Console.Error.WriteLine("It was stopped before its end: the tables hold what was measured until then.");
                return ExitCode.Failure;
            }

            return tables.Verdicts.Any(verdict => verdict.Outcome == BenchOutcome.Fail) ? ExitCode.Failure : ExitCode.Success;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(failed.Sentence());
            return ExitCode.Failure;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        string Given(string name, double seconds)
        {
            var path = Path.Combine(folder, name);
            File.WriteAllText(path, JsonSerializer.Serialize(new WorkPlan(device, seconds - Ending, plan.Cases)));
            return path;
        }
    }

    /// <summary>The Python of the libtorch in use, where there is one beside it; else the first on the search path.</summary>
    private static string Python() =>
        Environment.GetEnvironmentVariable("SNN_LIBTORCH") is { Length: > 0 } folder
        && Path.GetFullPath(Path.Combine(folder, "..", "..", "..", "..", "..", "bin", "python3")) is var beside && File.Exists(beside)
            ? beside
            : "python3";

    private static void Script(string path)
    {
        using var from = typeof(BenchGpuCommand).Assembly.GetManifestResourceStream("gpu_peer.py")!;
        using var to = File.Create(path);
        from.CopyTo(to);
    }
}
