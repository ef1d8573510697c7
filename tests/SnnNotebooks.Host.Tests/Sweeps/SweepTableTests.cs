using System.Text.Json;
using SnnNotebooks.Cli.Sweeps;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Sweeps;

/// <summary>Rows put together.</summary>
public sealed class SweepTableTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();
    private readonly SweepFolder folder;
    private readonly SweepPlan plan;

    public SweepTableTests()
    {
        File.WriteAllText(temporary.File("a.dib"), "#!csharp\n1\n");
        File.WriteAllText(temporary.File("s.json"),
            """{ "runs": [ { "notebook": "a.dib", "grid": { "G": [1, 2] }, "seeds": [1, 2, 3] }, { "train": "n" } ] }""");
        (folder, plan) = (new SweepFolder(temporary.File("out")), SweepFile.Read(temporary.File("s.json")));
    }

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void Mean_and_deviation_are_of_the_seeds_that_are_there_and_the_others_are_named()
    {
        Row(0, ("x", 1), ("y", 5));
        Row(1, ("x", 2));
        Row(2, ("x", 6));
        Row(4, 1, [("x", 100)]); // failed: its figures do not count
        Row(6, ("x", 7));

        var table = SweepTable.Of(folder, plan);

        Assert.Equal(["a G=1 x", "a G=1 y", "n x"], table.Lines.Select(line => $"{line.Run} {line.Figure}"));
        Assert.Equal((3, 3.0, Math.Sqrt(7)), (table.Lines[0].Count, table.Lines[0].Mean, table.Lines[0].Deviation));
        Assert.Empty(table.Lines[0].Missing);
        Assert.Equal((1, 5.0, null), (table.Lines[1].Count, table.Lines[1].Mean, table.Lines[1].Deviation));
        Assert.Equal(["2", "3"], table.Lines[1].Missing);
        Assert.Equal(["a G=2 seed 1", "a G=2 seed 2", "a G=2 seed 3"], table.Missing);
        Assert.Empty(table.Cautions);
    }

    [Fact]
    public void Rows_of_different_programs_or_notebooks_are_said_to_be()
    {
        Row(0, 0, [("x", 1)], "1.0", "aa");
        Row(1, 0, [("x", 2)], "1.1", "bb");
        Assert.Collection(SweepTable.Of(folder, plan).Cautions,
            caution => Assert.Contains("different snn: 1.0, 1.1", caution, StringComparison.Ordinal),
            caution => Assert.Contains("a.dib was changed between rows", caution, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_kept_comes_back_and_a_damaged_plan_is_refused()
    {
        folder.Save(plan);
        Assert.Equal(plan.Tasks.Select(task => (task.Id, task.Title)), folder.Load().Tasks.Select(task => (task.Id, task.Title)));
        var path = temporary.File("out/plan.json");
        var whole = File.ReadAllText(path);
        string[] damaged =
        [
            "", "{}", "null", "[]", "{\"tasks\":[null]}", whole[..(whole.Length / 2)],
            whole.Replace(plan.Tasks[0].Id, "../../etc", StringComparison.Ordinal), 
            whole.Replace("\"G\"", "null", StringComparison.Ordinal),
        ];
        foreach (var text in damaged)
        {
            File.WriteAllText(path, text);
            Assert.Contains("damaged", Assert.Throws<InvalidDataException>(folder.Load).Message, StringComparison.Ordinal);
        }
    }

    private void Row(int task, params (string, double)[] figures) => Row(task, 0, figures);

    private void Row(int task, int exit, (string Name, double Value)[] figures, string version = "1.0", string hash = "aa")
    {
        var of = plan.Tasks[task];
        folder.Save(new TaskRow(of.Id, of.Name, null, of.Notebook, of.Network, new Dictionary<string, JsonElement>(), of.Seed, exit, null,
            DateTime.UnixEpoch, 1, 1, "host", null, new Dictionary<string, string> { ["snn"] = version, ["system"] = $"{task}" },
            of.Notebook is null ? null : hash, figures.ToDictionary(figure => figure.Name, figure => figure.Value),
            new Dictionary<string, TaskCurve>()));
    }
}
