using SnnNotebooks.Cli.Sweeps;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Training;

namespace SnnNotebooks.Host.Tests.Sweeps;

/// <summary>Figures on their way from a run to its row.</summary>
public sealed class FiguresFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Path => folder.File("figures.jsonl");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_a_run_records_arrives_and_the_last_of_a_name_counts()
    {
        Environment.SetEnvironmentVariable(RunFigures.Variable, Path);
        try
        {
            RunFigures.Record("rate \"µ\"\n(Hz)", 1.0 / 3);
            RunFigures.Record("undefined", double.NaN);
            RunFigures.Record("again", 1);
            RunFigures.Record("again", 2);
            RunFigures.Record("net", new TrainingHistory([new EpochResult(1, 0, 0, 0.25, 1), new EpochResult(2, 0, 0, 0.5, 1)], false));
        }
        finally
        {
            Environment.SetEnvironmentVariable(RunFigures.Variable, null);
        }

        RunFigures.Record("after", 1); // nobody asks: nothing is written
        var (figures, curves, versions) = new FiguresFile(Path).Read(out var damaged);

        Assert.Null(damaged);
        Assert.Equal(
            new Dictionary<string, double> { ["rate \"µ\"\n(Hz)"] = 1.0 / 3, ["undefined"] = double.NaN, ["again"] = 2,
                ["net test accuracy"] = 0.5 },
            figures);
        Assert.Equal("epoch", curves["net test accuracy"].Axis);
        Assert.Equal([0.25, 0.5], curves["net test accuracy"].Values);
        Assert.Equal(["SnnNotebooks", "libtorch", "threads"], versions.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("not json")]
    [InlineData("{\"figure\":\"\",\"value\":1}")]
    [InlineData("{\"figure\":\"a\",\"value\":\"many\"}")]
    [InlineData("{\"figure\":\"a\",\"value\":null}")]
    [InlineData("{\"figure\":\"a\",\"curve\":[1]}")]
    [InlineData("{\"figure\":\"a\",\"value\":1e999999}{")]
    public void A_line_that_is_no_figure_is_named_and_the_others_are_read(string line)
    {
        File.WriteAllText(Path, $"{{\"figure\":\"good\",\"value\":1}}\n{line}\n");
        var (figures, _, _) = new FiguresFile(Path).Read(out var damaged);
        Assert.Contains("line 2 is no figure", damaged, StringComparison.Ordinal);
        Assert.Equal(1, figures["good"]);
    }

    [Fact]
    public void A_file_of_absurd_size_is_not_read()
    {
        using (var file = File.Create(Path))
        {
            file.SetLength(100L << 20);
        }

        Bounded.Run(() =>
        {
            Assert.Empty(new FiguresFile(Path).Read(out var damaged).Figures);
            Assert.Contains("64 MiB", damaged, StringComparison.Ordinal);
        });
    }
}
