using SnnNotebooks.Benchmarks.Measured;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

/// <summary>notebooks/measured.md is what tests/SnnNotebooks.Benchmarks/results say, and those say what a ratio needs.</summary>
public sealed class MeasuredPageTests
{
    private static readonly string Results = Path.Combine(Repository.Root, "tests", "SnnNotebooks.Benchmarks", "results");

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Results, "*.json").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_question_keeps_every_figure_with_its_origin(string file) =>
        Assert.Empty(QuestionCheck.Faults(Question.Load(Path.Combine(Results, file))));

    [Fact]
    public void The_page_is_what_the_results_say()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "notebooks", "measured.md"));

        var made = MeasuredPage.Write(Question.LoadAll(Results).Select(each => each.Question));

        Assert.True(
            page == made,
            "notebooks/measured.md is not what tests/SnnNotebooks.Benchmarks/results give: change those, then run "
            + "`dotnet run -c Release --project tests/SnnNotebooks.Benchmarks -- page`.");
    }

    [Fact]
    public void README_quotes_the_page()
    {
        var page = File.ReadAllLines(Path.Combine(Repository.Root, "notebooks", "measured.md"));

        var quoted = File.ReadLines(Path.Combine(Repository.Root, "README.md"))
            .SkipWhile(line => line != "<!-- quoted from notebooks/measured.md -->").Skip(1)
            .TakeWhile(line => line != "<!-- end of the quotation -->").Where(line => line.Length > 0).ToArray();

        Assert.NotEmpty(quoted);
        Assert.Empty(quoted.Except(page));
    }

    [Theory]
    [InlineData("x", "2026-11-30", "an EPYC", "PyTorch 2.6", "3.0", 0)]
    [InlineData("x", "2026-11-30", "an EPYC", "SpikingJelly at afb13226", "3.0", 0)]
    [InlineData("x", "2026-11-30", "an EPYC", "this kit, one thread", "3.0", 0)]
    [InlineData("x", "2026-11-30", "an EPYC", "PyTorch", "3.0", 1)]
    [InlineData("x", "2026-11-30", "an EPYC", null, "3.0", 1)]
    [InlineData("x", "2026-11-30", "an EPYC", null, "(3.0 x)", 2)]
    [InlineData(" ", "2026-11-30", "an EPYC", "PyTorch 2.6", "3.0", 1)]
    [InlineData("x", "30 November", "an EPYC", "PyTorch 2.6", "3.0", 1)]
    [InlineData("x", "2026-11-30", "", "PyTorch 2.6", "3.0", 1)]
    public void A_ratio_needs_peer_version_date_machine_and_command(
        string command, string date, string machine, string? peer, string cell, int faults)
    {
        var table = new MeasuredTable(command, date, machine, null, [new MeasuredColumn("peer / kit", peer)], [[cell]]);

        Assert.Equal(faults, QuestionCheck.Faults(new Question("How fast", [], [table], [], [])).Count());
    }

    [Theory]
    [InlineData("Three times as many.", 0)]
    [InlineData("It is 3.1 times faster than PyTorch 2.6.", 1)]
    public void A_ratio_stands_in_a_table(string text, int faults) =>
        Assert.Equal(faults, QuestionCheck.Faults(new Question("How fast", [text], [], [], [text])).Count() / 2);

    [Fact]
    public void A_timing_says_who_is_ahead_and_what_could_not_be_measured()
    {
        var timing = new Timing(
            "bench", "2026-11-30", "an EPYC, idle", null, "ms",
            [new("kit", "this kit", true), new("compiled", "PyTorch 2.6", true), new("C", "GCC 12", false)],
            [
                new("T = 4", new Dictionary<string, Sample>
                {
                    ["kit"] = new([2, 2.1, 1.9], 1.8), ["compiled"] = new([7, 8, 7.5], 6), ["C"] = new([1, 1, 1], 1),
                }),
                new("T = 8", new Dictionary<string, Sample> { ["kit"] = new([2, 2, 2], 2), ["compiled"] = new([1.5, 1.4, 1.6], 1) }),
                new("T = 16", new Dictionary<string, Sample>
                {
                    ["kit"] = new([2, 2, 2], 2), ["compiled"] = new([], 0, "compilation had not ended after 60 s"),
                }),
            ],
            [new("compiled", 3)]);

        var page = MeasuredPage.Write([new Question("How fast: LIF", [], [], [timing], [])]);

        Assert.Contains("## How fast\n\n### LIF\n", page, StringComparison.Ordinal);
        Assert.Contains("| T = 4 | 2.00 (1.80) | 7.50 (6.00) | 1.00 (1.00) | 3.75 (compiled) |", page, StringComparison.Ordinal);
        Assert.Contains("No figure of compiled: compilation had not ended after 60 s (T = 16).", page, StringComparison.Ordinal);
        Assert.Contains("compiled / kit at least 3: T = 4 pass (3.75), T = 8 fail (0.75).", page, StringComparison.Ordinal);
        Assert.Contains("Rivals ahead: T = 8, compiled takes 0.75 of the kit's (lost).", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_is_read_as_it_was_written()
    {
        using var folder = new NotebookFolder();
        var path = Path.Combine(folder.Folder, "question.json");
        var timing = new Timing(
            "bench", "2026-11-30", "an EPYC", null, "ms", [new("kit", "this kit", true)],
            [new("T = 4", new Dictionary<string, Sample> { ["kit"] = new([], 0, "it was not there") })], []);
        var question = new Question("How fast", ["Text."], [], [timing], []);

        question.Save(path);

        Assert.Equal(MeasuredPage.Write([question]), MeasuredPage.Write([Question.Load(path)]));
    }

    [Fact]
    public void Processes_of_a_later_run_are_added_where_nothing_else_changed()
    {
        Timing Run(string machine, params double[] times) => new(
            "bench", "2026-11-30", machine, null, "ms", [new("kit", "this kit", true), new("rival", "1.0", true)],
            [
                new("T = 4", new Dictionary<string, Sample>
                {
                    ["kit"] = new(times, times.Min()), ["rival"] = new([], 0, "compilation had not ended"),
                }),
            ], []);

        var both = AddedProcesses.Of(Run("an EPYC", 3, 2), Run("an EPYC", 1))!.Cases.Single().Found;

        Assert.Equal([3.0, 2.0, 1.0], both["kit"].Processes);
        Assert.Equal(1, both["kit"].Least);
        Assert.NotNull(both["rival"].None);
        Assert.Null(AddedProcesses.Of(Run("an EPYC", 3), Run("a Xeon", 1)));
    }

    [Theory]
    [InlineData(new[] { 6.0, 7.0 }, new[] { 2.0, 2.0 }, "Pass")]
    [InlineData(new[] { 5.0, 7.0 }, new[] { 2.0, 2.0 }, "Inconclusive")]
    [InlineData(new[] { 4.0, 5.0 }, new[] { 2.0, 2.0 }, "Fail")]
    [InlineData(new[] { 9.0 }, new[] { 2.0, 2.0 }, "Inconclusive")]
    public void A_goal_is_judged_by_the_spread(double[] other, double[] kit, string outcome) =>
        Assert.Equal(outcome, Comparison.Of(new Sample(other, 1), new Sample(kit, 1))!.Value.Reaches(3).ToString());
}
