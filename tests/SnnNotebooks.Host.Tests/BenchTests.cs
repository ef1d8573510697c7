using System.Diagnostics;
using System.Text.Json;
using SnnNotebooks.Cli.Bench;
using SnnNotebooks.Host.Tests.Sweeps;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

/// <summary>
/// <c>snn bench gpu</c> without a GPU: turns, verdicts and tables on a peer that stands in, and the real command at trial sizes.
/// </summary>
public sealed class BenchTests
{
    private static readonly Dictionary<(string, string), BenchMemory> None = [];

    private static readonly BenchPlan Plan = new(
        [new("a", "lif", "both", 4, 64), new("copy", "copy", "forward", 1, 64), new("own", "own", "both", 4, 64)],
        [
            new("a", BenchYardstick.SpikingJelly, 0.4), new("a", BenchYardstick.Bytes, 1.2, "copy"),
            new("own", BenchYardstick.Own, 1.1, "a"),
        ]);

    [Fact]
    public void Processes_take_turns_and_are_told_apart_by_their_lines()
    {
        var order = new List<string>();
        IEnumerable<string> Kit() => Said(order, "kit", "{\"about\":\"kit 1\"}", "a warning", Line("a", "kit", 1, 2, 3));
        IEnumerable<string> Peer() => Said(
            order, "peer", Line("a", "spikingjelly torch", 10), "{\"case\":\"a\",\"backend\":\"x\",\"error\":\"none\"}");
        var turns = new List<int>();
        var rounds = new BenchTurns([_ => Kit(), _ => Peer()]).Run(turns.Add, CancellationToken.None);
        Assert.Equal(["kit", "peer", "kit", "peer", "kit", "peer"], order);
        Assert.Equal([0, 1, 2, 3, 4, 5], turns);
        Assert.All(rounds, lines => Assert.Equal(4, lines.Count));
        var times = BenchTimes.Collect(rounds);
        Assert.Equal([2.0, 2, 2], times[("a", "kit")].Medians);
        Assert.Equal((2.0, 1.0, 0.0), (times[("a", "kit")].Median, times[("a", "kit")].Least, times[("a", "kit")].Spread));
    }

    [Fact]
    public void What_is_stopped_before_its_end_keeps_its_tables_and_makes_no_verdict()
    {
        using var stop = new CancellationTokenSource();
        var order = new List<string>();
        var turns = new BenchTurns(
        [
            _ => Said(order, "kit", Line("a", "kit", 1), Line("copy", "kit", 1)),
            _ => Said(order, "peer", Line("a", "spikingjelly torch", 10)),
        ]);
        var rounds = turns.Run(
            turn =>
            {
                if (turn == 3)
                {
                    stop.Cancel();
                }
            },
            stop.Token);
        Assert.Equal(["kit", "peer", "kit", "peer"], order);
        Assert.Equal([3, 3], rounds.Select(lines => lines.Count));
        var tables = new BenchTables(Plan, rounds, turns.Rounds);
        Assert.Contains("1.000 (1.000; 0 %)", tables.Text(), StringComparison.Ordinal);
        Assert.All(tables.Verdicts, verdict => Assert.Equal(BenchOutcome.Inconclusive, verdict.Outcome));
    }

    [Theory]
    [InlineData(new[] { 1.0, 1, 1 }, new[] { 3.0, 3, 3 }, "Pass", 1.0 / 3)]
    [InlineData(new[] { 1.0, 1, 1 }, new[] { 2.0, 2, 2 }, "Fail", 0.5)]
    [InlineData(new[] { 1.0, 1, 1.3 }, new[] { 3.0, 3, 3 }, "Inconclusive", 1.0 / 3)]
    [InlineData(new[] { 1.0, 1.3, 1.3 }, new[] { 3.0, 3, 3.5 }, "Inconclusive", 1.3 / 3)]
    [InlineData(new[] { 1.0, 1 }, new[] { 30.0, 30, 30 }, "Inconclusive", 1.0 / 30)]
    [InlineData(new[] { 1.0, 1, 1 }, new double[0], "Inconclusive", double.NaN)]
    [InlineData(new double[0], new[] { 1.0, 1, 1 }, "Inconclusive", double.NaN)]
    public void A_goal_is_kept_by_the_slowest_process_missed_by_the_fastest_or_open(
        double[] kit, double[] peer, string outcome, double ratio)
    {
        var times = Times(("kit", kit), ("spikingjelly torch", [100, 100, 100]), ("spikingjelly triton", peer));
        if (peer.Length == 0)
        {
            times.Remove(("a", "spikingjelly torch"));
        }

        var verdict = BenchVerdict.Of(Plan.Goals[0], times, None, 3);
        Assert.Equal(outcome, verdict.Outcome.ToString());
        Assert.Equal(ratio, verdict.Ratio, 1e-12);
        Assert.True(peer.Length == 0 || kit.Length == 0 || verdict.Against.StartsWith("spikingjelly triton", StringComparison.Ordinal));
    }

    [Fact]
    public void A_process_whose_further_lines_nobody_takes_is_ended()
    {
        var process = new BenchProcess("sh", ["-c", "echo $$; exec sleep 600"], 600).Lines(default).First();
        SweepWorkshop.Until(() => !IsRunning(), "it has ended");

        bool IsRunning()
        {
            try
            {
                return File.ReadAllText($"/proc/{process}/cmdline").Contains("sleep", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false; // there is no such process
            }
        }
    }

    [Fact]
    public void Bytes_and_the_kits_own_cases_are_yardsticks_too()
    {
        var times = new Dictionary<(string, string), BenchTimes>
        {
            [("a", "kit")] = new([5.5, 5.5, 5.5], 5.5), [("copy", "kit")] = new([2, 2, 2], 2), [("own", "kit")] = new([7, 7, 7], 7),
        };
        Assert.Equal((BenchOutcome.Pass, 1.1), Found(1)); // 20 bytes where the copy moves 8 in 2 ms: 5 ms
        Assert.Equal((BenchOutcome.Fail, 7 / 5.5), Found(2));

        (BenchOutcome, double) Found(int goal) =>
            BenchVerdict.Of(Plan.Goals[goal], times, None, 3) is var verdict ? (verdict.Outcome, verdict.Ratio) : default;
    }

    [Fact]
    public void A_published_figure_is_a_yardstick_without_processes_of_its_own()
    {
        var times = Times(("kit", [100, 110, 120]));
        Assert.Equal((BenchOutcome.Pass, 110 / 360.0), Judged(360));
        Assert.Equal((BenchOutcome.Inconclusive, 110 / 320.0), Judged(320));
        Assert.Equal((BenchOutcome.Fail, 110 / 280.0), Judged(280));

        (BenchOutcome, double) Judged(double published)
        {
            var goal = new BenchGoal("a", BenchYardstick.Published, 1.0 / 3, "a log", published);
            var verdict = BenchVerdict.Of(goal, times, None, 3);
            Assert.Equal("a log", verdict.Against);
            return (verdict.Outcome, verdict.Ratio);
        }
    }

    [Theory]
    [InlineData(0.0, 0.0, 0.0, "Pass")]
    [InlineData(0.01, 0.01, 0.01, "Pass")]
    [InlineData(0.03, 0.03, 0.03, "Fail")]
    [InlineData(0.0, 0.0, 0.03, "Inconclusive")]
    public void Memory_is_flat_where_it_grows_little_in_every_process(double first, double second, double third, string outcome)
    {
        // 21 samples with a sawtooth that has no trend: what grows is the line through them
        IReadOnlyList<BenchLine> Round(double growth)
        {
            var samples = Enumerable.Range(0, 21).Select(i => 1000 + (1000 * growth * i / 20) + (i % 20 == 10 ? 100 : 0)).ToArray();
            var line = BenchLine.Parse(new BenchLine("m", "kit", samples, IsMemory: true).ToString());
            Assert.True(line is { IsMemory: true, Figures.Count: 21 });
            return [line!];
        }

        IReadOnlyList<IReadOnlyList<BenchLine>> rounds = [Round(first), Round(second), Round(third)];
        var memory = BenchMemory.Collect(rounds);
        Assert.Empty(BenchTimes.Collect(rounds));
        var found = memory[("m", "kit")];
        Assert.Equal([1000 * first, 1000 * second, 1000 * third], found.Growth.Select(each => Math.Round(each, 9)));
        Assert.InRange(found.Peak, 1100, 1130);
        var goal = new BenchGoal("m", BenchYardstick.Memory, 0.012);
        Assert.Equal(outcome, BenchVerdict.Of(goal, BenchTimes.Collect(rounds), memory, 3).Outcome.ToString());
        Assert.Equal(BenchOutcome.Inconclusive, BenchVerdict.Of(goal, BenchTimes.Collect(rounds), memory, 4).Outcome);
        var plan = new BenchPlan([new("m", "memory", "fused", 4, 2, 2, Runs: 20)], [goal]);
        var text = new BenchTables(plan, rounds, 3).Text();
        Assert.Matches(@"\nm\s+kit\s+1[0-9]{3}; [0-9.]+, [0-9.]+, [0-9.]+\n", text);
        Assert.Matches($@"\n{outcome.ToUpperInvariant()}\s+m\s", text);
    }

    [Fact]
    public void Tables_name_every_case_verdict_and_failure()
    {
        IReadOnlyList<BenchLine> Round() =>
        [
            .. new[]
            {
                "{\"about\":\"kit on cuda:0\"}", Line("a", "kit", 1), Line("copy", "kit", 0.5), Line("a", "spikingjelly triton", 4),
                "{\"case\":\"own\",\"backend\":\"kit\",\"error\":\"no memory\"}",
            }.Select(BenchLine.Parse).OfType<BenchLine>(),
        ];
        var tables = new BenchTables(Plan, [Round(), Round(), Round()], 3);
        var text = tables.Text();
        Assert.Contains("kit on cuda:0", text, StringComparison.Ordinal);
        Assert.Contains("1.000 (1.000; 0 %)", text, StringComparison.Ordinal);
        Assert.Matches(@"PASS\s+a\s+0\.25 \(goal 0\.40\)\s+spikingjelly triton", text);
        Assert.Matches(@"INCONCLUSIVE\s+own\s+- \(goal 1\.10\)\s+the kit gave no times", text);
        Assert.Contains("no times: own, kit: no memory", text, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(tables.Json());
        Assert.Equal(["pass", "pass", "inconclusive"],
            json.RootElement.GetProperty("goals").EnumerateArray().Select(goal => goal.GetProperty("outcome").GetString()));
        Assert.Equal([1.0, 1, 1],
            json.RootElement.GetProperty("times")[0].GetProperty("processes").EnumerateArray().Select(each => each.GetDouble()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Traceback (most recent call last):")]
    [InlineData("[1, 2]")]
    [InlineData("{\"case\":\"a\"}")]
    [InlineData("{\"case\":\"a\",\"backend\":\"b\",\"ms\":[\"x\"]}")]
    [InlineData("{\"case\":\"a\",\"backend\":\"b\",\"ms\":[-1]}")]
    [InlineData("{\"case\":1,\"backend\":\"b\",\"ms\":[1]}")]
    [InlineData("{\"case\":\"a\",\"backend\":\"b\",\"ms\":[1e999]}")]
    public void Lines_that_are_something_else_are_passed_over(string text) => Assert.Null(BenchLine.Parse(text));

    [Fact]
    public void Goals_are_of_cases_that_are_timed()
    {
        foreach (var plan in new[] { BenchPlan.Gpu, BenchPlan.All })
        {
            var names = plan.Cases.Select(each => each.Name).ToHashSet(StringComparer.Ordinal);
            Assert.Equal(plan.Cases.Count, names.Count);
            Assert.All(plan.Goals, goal => Assert.Contains(goal.Case, names));
            Assert.All(
                plan.Goals.Where(goal => goal.Against is BenchYardstick.Own or BenchYardstick.Bytes),
                goal => Assert.Contains(goal.Other!, names));
            Assert.Equal(Kinds(plan), Kinds(BenchPlan.Trial));
        }

        Assert.DoesNotContain(BenchPlan.Gpu.Cases, each => each.IsLong);
        Assert.True(BenchPlan.All.Cases.Count > BenchPlan.Gpu.Cases.Count && BenchPlan.All.Goals.Count > BenchPlan.Gpu.Goals.Count);
        static IEnumerable<string> Kinds(BenchPlan plan) => plan.Cases.Select(each => each.Kind).Distinct().Order();
    }

    [Fact]
    public void A_process_that_fails_or_is_late_says_so_in_its_last_line()
    {
        var failed = new BenchProcess("/bin/sh", ["-c", "echo one; echo why >&2; exit 3"], 20).Lines(CancellationToken.None).ToArray();
        Assert.Equal("one", failed[0]);
        Assert.Contains("sh ended with exit code 3: why", failed[1], StringComparison.Ordinal);
        var late = new BenchProcess("/bin/sh", ["-c", "echo one; sleep 60"], 0.5).Lines(CancellationToken.None).ToArray();
        Assert.Contains("was stopped after", late[^1], StringComparison.Ordinal);
        Assert.Contains("cannot be started", Assert.Single(new BenchProcess("/nowhere/python3", [], 1).Lines(CancellationToken.None)),
            StringComparison.Ordinal);
    }

    [WithoutGpuTheory]
    [InlineData("bench", "gpu")]
    [InlineData("bench", "gpu", "--trial")]
    [InlineData("bench", "gpu", "--device", "cuda:1")]
    public async Task Without_a_GPU_it_ends_with_2_and_one_sentence(params string[] arguments)
    {
        var (code, output, errors) = await SnnAsync(arguments);
        Assert.Equal((2, string.Empty), (code, output));
        Assert.Matches(@"\Acuda:\d cannot be used: [^\n]+\n\z", errors);
    }

    [NeedsToolTheory("/usr/bin/python3", "python3-torch")]
    [InlineData("--device", "cpu", "--trial", "--python", "/usr/bin/python3")]
    public async Task At_trial_sizes_kit_and_peer_script_run_on_a_CPU(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("bench.json");
        var (code, output, errors) = await SnnAsync(["bench", "gpu", .. arguments, "--out", file]);
        Assert.True(code == 0, output + errors);
        Assert.Contains("peers of Python", output, StringComparison.Ordinal);
        Assert.DoesNotContain(", kit: ", output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        Assert.Equal(BenchPlan.Trial.Cases.Where(each => each.Kind != "memory").Select(each => each.Name), Names("times", "kit"));
        Assert.Equal(BenchPlan.Trial.Cases.Where(each => each.Kind == "memory").Select(each => each.Name), Names("memory", "kit"));
        Assert.Equal(["own equation"], Names("times", "pytorch equation"));
        Assert.Contains("has no torch.compile", output, StringComparison.Ordinal); // Debian's PyTorch is 1.13

        IEnumerable<string?> Names(string table, string backend) => json.RootElement.GetProperty(table).EnumerateArray()
            .Where(each => each.GetProperty("backend").GetString() == backend).Select(each => each.GetProperty("case").GetString());
    }

    private static Dictionary<(string, string), BenchTimes> Times(params (string Backend, double[] Medians)[] given) =>
        given.Where(each => each.Medians.Length > 0)
            .ToDictionary(each => ("a", each.Backend), each => new BenchTimes(each.Medians, each.Medians.Min()));

    private static string[] Said(List<string> order, string who, params string[] lines)
    {
        order.Add(who);
        return lines;
    }

    private static string Line(string name, string backend, params double[] times) => new BenchLine(name, backend, times).ToString();

    private static async Task<(int Code, string Output, string Errors)> SnnAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "snn.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }
}
