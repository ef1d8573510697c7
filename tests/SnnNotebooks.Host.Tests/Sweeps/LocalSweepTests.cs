using System.Globalization;
using System.Text.Json;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Sweeps;

/// <summary>Sweeps on this machine, with the real tool.</summary>
public sealed class LocalSweepTests : IDisposable
{
    private readonly SweepWorkshop shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public void Notebooks_and_trainings_leave_rows_a_table_and_a_page_and_what_failed_is_run_again()
    {
        shop.Write("sweep.json", """
            { "title": "<b>tiny</b>", "runs": [
              { "notebook": "tiny.dib", "variants": { "sound": { "Gain": 2 }, "weak": { "Gain": 3, "FailUnless": 1 } }, "seeds": [1, 2] },
              { "train": "spikformer", "set": { "features": 16, "heads": 2, "depth": 1, "time-steps": 2, "images": 32, "batch": 16,
                "epochs": 2 }, "seeds": [1] } ] }
            """);

        var (code, output) = shop.Snn("sweep", "sweep.json", "--out", "out", "--local", "2");
        Assert.True(code == 1, output);
        Assert.Contains("FAILED with exit code 1", output, StringComparison.Ordinal);
        Assert.Contains("missing: tiny weak seed 1; tiny weak seed 2", output, StringComparison.Ordinal);
        Assert.Contains("5 tasks: 3 done, 2 failed", shop.Snn("sweep", "status", "out").Output, StringComparison.Ordinal);

        Assert.Equal(2, shop.Snn("sweep", "sweep.json", "--out", "out").Code); // rows are there
        shop.Write("mended.txt", string.Empty);
        var again = shop.Snn("sweep", "sweep.json", "--out", "out", "--resume");
        Assert.True(again.Code == 0, again.Output);
        Assert.Equal(["1 2", "1 3", "1 3", "2 2", "2 3", "2 3"], shop.Began.Order());

        var rows = shop.Rows();
        Assert.Equal(5, rows.Length);
        Assert.All(rows, row => Assert.Equal(0, row.GetProperty("exit").GetInt32()));
        var weak = rows.Single(row => row.GetProperty("task").GetString()!.StartsWith("tiny-weak-s2", StringComparison.Ordinal));
        Assert.Equal((2, 6.0), (weak.GetProperty("attempts").GetInt32(), weak.GetProperty("figures").GetProperty("product").GetDouble()));
        var trained = rows.Single(row => row.GetProperty("network").ValueKind == JsonValueKind.String);
        Assert.InRange(trained.GetProperty("figures").GetProperty("test accuracy").GetDouble(), 0, 1);
        Assert.Equal(2, trained.GetProperty("curves").GetProperty("test accuracy").GetProperty("values").GetArrayLength());
        Assert.Equal("2.10.0", trained.GetProperty("versions").GetProperty("libtorch").GetString()![..6]);

        using var table = JsonDocument.Parse(shop.Snn("sweep", "table", "out", "--json").Output);
        var sound = table.RootElement.GetProperty("lines")[0];
        Assert.Equal("tiny sound", sound.GetProperty("run").GetString());
        Assert.Equal(3, sound.GetProperty("mean").GetDouble()); // of 2 and 4
        Assert.Equal(Math.Sqrt(2), sound.GetProperty("deviation").GetDouble(), 12);
        Assert.Empty(table.RootElement.GetProperty("missing").EnumerateArray());

        var page = File.ReadAllText(shop.FileOf("out/index.html"));
        Assert.Contains("&lt;b&gt;tiny&lt;/b&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>tiny", page, StringComparison.Ordinal);
        Assert.Contains("tiny.html", page, StringComparison.Ordinal);
        Assert.Contains("report.html", page, StringComparison.Ordinal);
        Assert.Contains("product, mean of the seeds", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_whose_starter_was_killed_is_not_run_beside_itself()
    {
        shop.Write("sweep.json", """{ "runs": [ { "notebook": "tiny.dib", "set": { "Hold": 1, "Gain": 1 }, "seeds": [7] } ] }""");
        using var first = shop.Start(new Dictionary<string, string>(), "sweep", "sweep.json", "--out", "out");
        SweepWorkshop.Until(() => shop.Began.Length == 1, "the notebook began");
        SweepWorkshop.Kill("KILL", first.Id);
        first.WaitForExit();

        var beside = shop.Snn("sweep", "sweep.json", "--out", "out", "--resume");
        Assert.Equal(1, beside.Code);
        Assert.Contains("another process runs it", beside.Output, StringComparison.Ordinal);
        Assert.Contains("running tiny seed 7", shop.Snn("sweep", "status", "out").Output, StringComparison.Ordinal);
        Assert.Empty(shop.Rows());

        shop.Write("go.txt", string.Empty);
        SweepWorkshop.Until(() => !shop.Snn("sweep", "status", "out").Output.Contains("running", StringComparison.Ordinal), "it ended");
        Assert.Single(shop.Began);
        Assert.Equal(0, shop.Snn("sweep", "sweep.json", "--out", "out", "--resume").Code);
        Assert.Single(shop.Rows());
        Assert.Equal(2, shop.Began.Length);
    }

    [Fact]
    public void Two_sweeps_in_one_folder_share_the_tasks()
    {
        shop.Write("sweep.json", """{ "runs": [ { "notebook": "tiny.dib", "set": { "Gain": 1 }, "seeds": [1, 2, 3, 4] } ] }""");
        using var first = shop.Start(new Dictionary<string, string>(), "sweep", "sweep.json", "--out", "out", "--resume");
        using var second = shop.Start(new Dictionary<string, string>(), "sweep", "sweep.json", "--out", "out", "--resume", "--local", "2");
        var outputs = new[] { first, second }.Select(sweep => sweep.StandardOutput.ReadToEndAsync()).ToArray();
        Assert.True(first.WaitForExit(600_000) && second.WaitForExit(600_000), "they did not end");
        Assert.Equal(["1 1", "2 1", "3 1", "4 1"], shop.Began.Order());
        Assert.Equal(4, shop.Rows().Length);
        Assert.All(shop.Rows(), row => Assert.Equal(1, row.GetProperty("attempts").GetInt32()));
        Assert.All(outputs, output => Assert.DoesNotContain("FAILED", output.Result, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void A_sweep_that_is_stopped_leaves_no_row_of_the_task_under_way(string signal)
    {
        shop.Write("sweep.json", """{ "runs": [ { "notebook": "tiny.dib", "set": { "Hold": 1, "Gain": 1 }, "seeds": [1, 2] } ] }""");
        using var sweep = shop.Start(new Dictionary<string, string>(), "sweep", "sweep.json", "--out", "out");
        SweepWorkshop.Until(() => shop.Began.Length == 1, "the notebook began");
        SweepWorkshop.Kill(signal, sweep.Id);
        Assert.True(sweep.WaitForExit(600_000), "it did not stop");
        Assert.Contains("stopped", sweep.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        Assert.NotEqual(0, sweep.ExitCode);
        Assert.Empty(shop.Rows());
        Assert.Single(shop.Began);
    }

    [Fact]
    public void A_damaged_row_is_named_and_run_again()
    {
        shop.Write("sweep.json", """{ "runs": [ { "notebook": "tiny.dib", "set": { "Gain": 1 }, "seeds": [1] } ] }""");
        Assert.Equal(0, shop.Snn("sweep", "sweep.json", "--out", "out").Code);
        var row = Directory.EnumerateFiles(shop.FileOf("out/rows")).Single();
        var whole = File.ReadAllBytes(row);
        foreach (var damage in new[] { whole[..(whole.Length / 2)], [], [0xff, 0xfe, 0], "{}"u8.ToArray(), "null"u8.ToArray(),
            "[[[["u8.ToArray() })
        {
            File.WriteAllBytes(row, damage);
            var status = shop.Snn("sweep", "status", "out");
            Assert.True(status.Code == 0 && status.Output.Contains("damaged tiny seed 1", StringComparison.Ordinal), status.Output);
            Assert.Equal(0, shop.Snn("sweep", "table", "out").Code);
        }

        Assert.Equal(0, shop.Snn("sweep", "sweep.json", "--out", "out", "--resume").Code);
        Assert.Single(shop.Rows());
    }

    [Theory]
    [InlineData("""{ "runs": [ { "notebook": "tiny.dib", "set": { "Gian": 1 } } ] }""", "Did you mean Gain?")]
    [InlineData("""{ "runs": [ { "notebook": "seedless.dib", "seeds": [1, 2] } ] }""", "reads no parameter Seed")]
    [InlineData("""{ "runs": [ { "train": "qkformer", "set": { "dept": 1 } } ] }""", "`snn train` refuses it")]
    [InlineData("""{ "runs": [ { "train": "qkfromer" } ] }""", "`snn train` refuses it")]
    public void Slips_are_found_before_the_first_task(string text, string says)
    {
        shop.Write("seedless.dib", "#!csharp\n1\n");
        shop.Write("sweep.json", text);
        var (code, output) = shop.Snn("sweep", "sweep.json", "--out", "out");
        Assert.Equal(2, code);
        Assert.Contains(says, output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(shop.FileOf("out")));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("table")]
    public void A_folder_of_no_sweep_is_refused(string verb) => Assert.Equal(2, shop.Snn("sweep", verb, ".").Code);
}
