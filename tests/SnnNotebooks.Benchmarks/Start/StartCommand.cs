using System.Diagnostics;
using System.Globalization;
using SnnNotebooks.Benchmarks.Measured;
using SnnNotebooks.Benchmarks.Peers;

namespace SnnNotebooks.Benchmarks.Start;

/// <summary>The verb <c>start</c>: how long the tool and its rivals take to begin, in turns.</summary>
internal static class StartCommand
{
    private const string Help =
        """
        -- start TOOLS [RESULTS]
            TOOLS: a folder with the rivals,
                dotnet tool install Microsoft.dotnet-interactive --version 1.0.712001 --tool-path TOOLS
                dotnet tool install dotnet-repl --version 0.3.259 --tool-path TOOLS
            RESULTS: where the row's JSON is written (tests/SnnNotebooks.Benchmarks/results). Kernels need Debian package jupyter-client.
        """;

    private const string Notebook =
        "#!meta\n\n{\"kernelInfo\":{\"defaultKernelName\":\"csharp\"}}\n\n#!csharp\n\nvar a = 20;\n\n#!csharp\n\na + 1\n";

    private const string Interactive = "Microsoft.dotnet-interactive 1.0.712001";
    private const string Repl = "dotnet-repl 0.3.259";
    private const int Turns = 5;

    /// <summary>Measures, prints, writes JSON.</summary>
    /// <returns>0, 1 where a tool failed, 2 where the command line cannot be followed.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        var snn = Path.GetFullPath(Path.Combine("src", "SnnNotebooks.Cli", "bin", "Release", "net10.0", "snn"));
        if (arguments.Count is 0 or > 2 || !Directory.Exists(arguments[0]) || !File.Exists(snn))
        {
            Console.Error.WriteLine(Help);
            Console.Error.WriteLine($"The tool itself is looked for as {snn}.");
            return 2;
        }

        return FolderBench.Run(folder =>
        {
            File.WriteAllText(Path.Combine(folder, "two.dib"), Notebook);
            var machine = PeerMachine.Describe(Environment.ProcessorCount);
            var cases = StartCase.All(snn, Path.GetFullPath(arguments[0]));
            var seconds = new Dictionary<(string Case, string Tool), List<double>>();
            for (var turn = 0; turn <= Turns; turn++)
            {
                foreach (var each in cases)
                {
                    foreach (var tool in each.Commands.Keys)
                    {
                        var took = Timed(each, tool, folder);
                        if (turn > 0) // the first brings files into memory
                        {
                            (seconds.TryGetValue((each.Name, tool), out var list) ? list : seconds[(each.Name, tool)] = []).Add(took);
                        }
                    }
                }
            }

            var timing = new Timing(
                "dotnet run -c Release --project tests/SnnNotebooks.Benchmarks -- start TOOLS",
                DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), machine, null, "s",
                [
                    new(StartCase.Kit, "this kit", true), new(StartCase.Repl, Repl, true), new(StartCase.Interactive, Interactive, true),
                ],
                [
                    .. cases.Select(each => new TimedCase(each.Name, each.Commands.Keys.ToDictionary(
                        tool => tool, tool => Sample(seconds[(each.Name, tool)])))),
                ],
                []);
            TimingTable.Write(
                timing, StartCase.Kit,
                (header, rows) => Console.WriteLine(string.Join('\n', rows.Prepend(header).Select(cells => string.Join(" | ", cells)))),
                Console.WriteLine);
            if (arguments.Count == 2)
            {
                new Question("How fast it is: how long it takes to begin",
                    [
                        "From the start of the process to its end, or to the answer to a first cell `1 + 1`. Each figure is a process of "
                        + "its own; files are in memory.",
                    ], [], [timing], []).Save(Path.Combine(arguments[1], "59-start.json"));
            }
        });
    }

    private static Sample Sample(List<double> seconds) =>
        new([.. seconds.Select(value => Math.Round(value, 3))], Math.Round(seconds.Min(), 3));

    private static double Timed(StartCase each, string tool, string folder)
    {
        var command = Array.ConvertAll(each.Commands[tool], word => word
            .Replace("{notebook}", Path.Combine(folder, "two.dib"), StringComparison.Ordinal)
            .Replace("{folder}", folder, StringComparison.Ordinal));
        var reply = each.Reply?[tool];
        var start = reply is null
            ? new ProcessStartInfo(command[0], command[1..])
            : new ProcessStartInfo(
                "/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Start", "first_reply.py"), reply, .. command]);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.WorkingDirectory = folder;
        start.Environment["DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT"] = start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var took = clock.Elapsed.TotalSeconds;
        return process.ExitCode == 0
            ? reply is null ? took : double.Parse(output.TrimEnd().Split('\n')[^1], CultureInfo.InvariantCulture) // kernels print, too
            : throw new InvalidOperationException($"{tool} failed at '{each.Name}': {errors.Result}");
    }
}
