using System.Globalization;
using System.Text;
using SnnNotebooks.Benchmarks.Measured;
using SnnNotebooks.Cli.Bench;

namespace SnnNotebooks.Benchmarks.Peers;

/// <summary>The verb <c>peer</c>: the kit and what its readers could use instead, in turns.</summary>
internal static class PeerCommand
{
    private static readonly string[] Yardsticks =
    [
        PeerRow.Hand, PeerRow.Bytes, PeerRow.Streamed, PeerRow.Dividing, PeerRow.Divisions, PeerRow.Registers, PeerRow.Cache,
        PeerRow.KitRecomputed, PeerRow.KitDense,
    ];

    /// <summary>Measures, prints tables, writes JSON.</summary>
    /// <returns>0, 1 where something failed, 2 where the command line cannot be followed.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        if (arguments is ["--setup"])
        {
            return Trixie.SetUp();
        }

        if (arguments is ["--help"] or ["-h"])
        {
            Console.WriteLine(PeerOptions.Help);
            return 0;
        }

        if (PeerOptions.Parse(arguments, out var fault) is not { } options)
        {
            Console.Error.WriteLine($"{fault} See `-- peer --help`.");
            return 2;
        }

        var folder = Directory.CreateTempSubdirectory("snn-peer-").FullName;
        try
        {
            foreach (var row in options.Rows)
            {
                var earlier = options is { Out: { } from, Adds: true } && File.Exists(Place(row, from))
                    ? Question.Load(Place(row, from)).Timings
                    : [];
                foreach (var found in Measure(row, options, folder))
                {
                    var timing = earlier.Select(each => AddedProcesses.Of(each, found)).FirstOrDefault(both => both is not null) ?? found;
                    Console.WriteLine($"\n{row.Title}, {timing.Machine}\n{Text(timing)}");
                    if (options.Out is not null)
                    {
                        Save(row, timing, options.Out);
                    }
                }
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Text(Timing timing)
    {
        var text = new StringBuilder();
        TimingTable.Write(
            timing, PeerRow.Kit,
            (header, rows) => text.AppendJoin('\n', rows.Prepend(header).Select(cells => string.Join(" | ", cells))).Append('\n'),
            paragraph => text.Append(paragraph).Append('\n'));
        return text.ToString();
    }

    /// <summary>Gives what is known after each round, so that a run that is cut short leaves what it has.</summary>
    private static IEnumerable<Timing> Measure(PeerRow row, PeerOptions options, string folder)
    {
        var machine = PeerMachine.Describe(options.Threads);
        var turns = PeerTurn.Of(row, options, folder, Console.Error.WriteLine);
        var rounds = new List<IReadOnlyList<BenchLine>>();
        while (rounds.Count < options.Processes)
        {
            var once = new BenchTurns([.. turns.Select(turn => (Func<CancellationToken, IEnumerable<string>>)turn.Timed.Lines)], 1);
            rounds.AddRange(once.Run(
                turn => Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{row.Name}: round {rounds.Count + 1} of {options.Processes}, {string.Join(", ", turns[turn].Names)}")),
                CancellationToken.None));
            yield return Timing(row, options, machine, turns, rounds);
        }
    }

    private static Timing Timing(
        PeerRow row, PeerOptions options, string machine, IReadOnlyList<PeerTurn> turns, List<IReadOnlyList<BenchLine>> rounds)
    {
        var lines = rounds.SelectMany(round => round).ToArray();
        var times = BenchTimes.Collect(rounds);
        var seen = turns.SelectMany(turn => turn.Names.Select(name => (name, turn)))
            .Where(each => lines.Any(line => line.Backend == each.name)).ToArray();
        return new Timing(
            WithoutAvx512.Command($"peer --rows {row.Name} --threads {options.Threads}")
            + $"{(options.SpikingJelly is null ? string.Empty : " --spikingjelly FOLDER")}"
            + $"{(options.SpikingJelly014 is null ? string.Empty : " --spikingjelly-014 FOLDER")}",
            DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), machine, null, row.Unit,
            [.. seen.Select(each => new TimedBackend(each.name, Version(each.turn, rounds), !Yardsticks.Contains(each.name)))],
            [
                .. row.Cases.Select(each => new TimedCase(each.Name, seen
                    .Select(who => (who.name, Sample: Found(each.Name, who.name)))
                    .Where(who => who.Sample is not null)
                    .ToDictionary(who => who.name, who => who.Sample!))),
            ],
            [.. row.Goals.Where(goal => seen.Any(each => each.name == goal.Backend))]);

        Sample? Found(string name, string who) => times.TryGetValue((name, who), out var found)
            ? new Sample([.. found.Medians.Select(Rounded)], Rounded(found.Least))
            : lines.FirstOrDefault(line => line.Case == name && line.Backend == who) is { } none
                ? new Sample([], 0, none.Error ?? "its process gave none")
                : null;
    }

    /// <summary>What the process says of itself in its first line, behind what is known of it.</summary>
    private static string Version(PeerTurn turn, List<IReadOnlyList<BenchLine>> rounds)
    {
        var lines = rounds[0];
        var first = lines.Select((line, i) => (line, i)).First(each => turn.Names.Contains(each.line.Backend)).i;
        var about = lines.Take(first).LastOrDefault(line => line.Case is null)?.Backend;
        return turn.Version + about;
    }

    private static void Save(PeerRow row, Timing timing, string folder)
    {
        var path = Place(row, folder);
        var before = File.Exists(path) ? Question.Load(path) : null;
        new Question(
            $"{WithoutAvx512.Chapter}: {row.Title}", [row.Text, .. WithoutAvx512.Text], before?.Tables ?? [],
            [.. (before?.Timings ?? []).Where(each => each.Command != timing.Command).Append(timing)], before?.Remarks ?? []).Save(path);
        Console.WriteLine($"wrote {path}");
    }

    private static string Place(PeerRow row, string folder) =>
        Path.Combine(folder, $"{(WithoutAvx512.IsOn ? 7 : 5)}{PeerRow.All.ToList().IndexOf(row)}-"
            + $"{(WithoutAvx512.IsOn ? "avx2" : "peer")}-{row.Name}.json");

    private static double Rounded(double value) => Math.Round(value, 4);
}
