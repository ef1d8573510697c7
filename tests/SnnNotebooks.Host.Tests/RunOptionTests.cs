using System.Diagnostics;
using System.Xml.Linq;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Host.Tests;

public sealed class RunOptionTests : IDisposable
{
    private const string Three =
        "#!csharp\nConsole.WriteLine(\"one\"); var kept = 1;\n#!csharp\nthrow new Exception(\"two\");\n#!csharp\nkept + 2\n";
    private readonly NotebookFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Keep_going_runs_the_cells_after_a_failed_one()
    {
        var report = await folder.RunAsync(Three, request => request with { KeepGoing = true });
        Assert.False(report.Succeeded);
        Assert.Equal(2, report.FailingCell);
        Assert.Equal([CellStatus.Succeeded, CellStatus.Failed, CellStatus.Succeeded], report.Cells.Select(cell => cell.Status));
        Assert.Equal("<3>", NotebookFolder.Text(report, 3));
    }

    [Fact]
    public async Task Parameters_override_what_cells_marked_parameters_set()
    {
        var report = await folder.RunAsync(
            "#!csharp\n// parameters\n#!set --name epochs --value 3\n#!set --name name --value x\n#!csharp\n#!set --name other --value "
            + "1\n$\"{epochs + 1} {name} {other}\"\n",
            request => request with { Parameters = new Dictionary<string, string> { ["epochs"] = "8", ["other"] = "9" } });
        Assert.True(report.Succeeded, report.Failure);
        Assert.Equal("<9 x 1>", NotebookFolder.Text(report, 2));
    }

    [Fact]
    public async Task The_tool_runs_several_at_once_and_writes_junit_a_summary_and_markdown()
    {
        folder.Write("good.dib", "#!markdown\n\n# T\n\n#!csharp\n\nConsole.WriteLine(\"out ```\");\n1 + 1\n");
        folder.Write("bad.dib", Three);
        var (code, output) = await SnnAsync("run", "good.dib", "bad.dib", "--jobs", "2", "--junit", "ci/results.xml", "--md");
        Assert.Equal(1, code);
        Assert.Contains("1 succeeded, 1 did not", output, StringComparison.Ordinal);
        var suites = XDocument.Load(Path.Combine(folder.Folder, "ci", "results.xml")).Root!.Elements("testsuite").ToArray();
        Assert.Equal([("good.dib", "1", "0", "0"), ("bad.dib", "3", "1", "1")],
            suites.Select(
                suite => (suite.Attribute("name")!.Value, suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value,
                    suite.Attribute("skipped")!.Value)));
        Assert.Contains("two", suites[1].Elements("testcase").ElementAt(1).Element("failure")!.Attribute("message")!.Value,
            StringComparison.Ordinal);
        Assert.Equal("# T\n\n````csharp\nConsole.WriteLine(\"out ```\");\n1 + 1\n````\n\n````text\nout ```\n````\n\n```text\n2\n```\n",
            File.ReadAllText(Path.Combine(folder.Folder, "runs", "good.md")));
        Assert.True(File.Exists(Path.Combine(folder.Folder, "runs", "bad.ipynb")));
    }

    [Theory]
    [InlineData(2, "--jobs", "0")]
    [InlineData(2, "--cell-timeout", "x")]
    [InlineData(2, "--timeout", "-1")]
    [InlineData(2, "sub/good.dib")]
    public async Task Options_that_cannot_be_followed_are_refused(int expected, params string[] options)
    {
        folder.Write("good.dib", "1");
        Directory.CreateDirectory(Path.Combine(folder.Folder, "sub"));
        folder.Write("sub/good.dib", "1");
        var (code, _) = await SnnAsync(["run", "good.dib", .. options]);
        Assert.Equal(expected, code);
        Assert.False(Directory.Exists(Path.Combine(folder.Folder, "runs")));
    }

    [Theory]
    [InlineData(2, "Did you mean Epochs?", "--set", "Epochz=9")]
    [InlineData(2, "Did you mean Recording?", "--set", "recordin=x")]
    [InlineData(2, "reads no parameter", "--set", "kept=2")]
    [InlineData(0, "3 9 lib none", "--set", "Recording=9")]
    [InlineData(0, "8 none lib none", "--set", "Epochs=8")]
    [InlineData(0, "3 none given none", "--set", "FromLibrary=given")]
    [InlineData(0, "3 none lib paper", "--scale", "paper")]
    public async Task A_parameter_that_no_notebook_reads_is_refused(int expected, string says, params string[] options)
    {
        folder.Write("lib.cs", "var library = Environment.GetEnvironmentVariable(\"FromLibrary\") ?? \"lib\";");
        folder.Write("p.dib", """
            #!csharp
            // parameters
            #!set --name Epochs --value 3
            #!csharp
            #!import lib.cs
            #!set --name kept --value 1
            string Given(string name) => Environment.GetEnvironmentVariable(name) ?? "none";
            Console.WriteLine($"{Epochs} {Given("Recording")} {library} {Given("Scale")}");
            """);
        var (code, output) = await SnnAsync(["run", "p.dib", .. options]);
        Assert.Equal(expected, code);
        Assert.Contains(says, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_terminal_shows_parts_of_lines_as_one_and_names_without_control_characters()
    {
        folder.Write("a\u001b[31m.dib",
            "#!csharp\n/* \u001b[2J */ Console.Write(\"loss: \"); Console.Write(0.5); Console.Write(\" acc: \"); "
            + "Console.WriteLine(0.9);\n#!csharp\nConsole.Write(\"open\");\n#!csharp\n1\n");
        var (code, output) = await SnnAsync("run", "a\u001b[31m.dib");
        Assert.Equal(0, code);
        Assert.Contains("\nloss: 0.5 acc: 0.9\n", output, StringComparison.Ordinal);
        Assert.Contains("\nopen\na\\u001b[31m.dib [3/3] 1\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("\e", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_for_build_servers_that_cannot_be_written_are_found_before_the_first_cell()
    {
        folder.Write("x.dib", "File.WriteAllText(\"ran\", \"\");");
        folder.Write("file", "");
        var (code, _) = await SnnAsync("run", "x.dib", "--junit", "file/results.xml");
        Assert.Equal(2, code);
        Assert.False(File.Exists(Path.Combine(folder.Folder, "ran")));
    }

    [Fact]
    public async Task Ctrl_C_stops_the_cell_and_what_ran_is_written()
    {
        folder.Write("long.dib",
            "#!csharp\nConsole.WriteLine(\"kept\");\n#!csharp\nConsole.WriteLine(\"now\"); await Task.Delay(1);\nwhile (true) { }\n");
        using var process = Start("run", "long.dib");
        while (await process.StandardOutput.ReadLineAsync() is { } line && line != "now")
        {
        }

        using var interrupt = Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains("long.dib, cell 2: Stopped", errors, StringComparison.Ordinal);
        Assert.Contains("kept", await File.ReadAllTextAsync(Path.Combine(folder.Folder, "runs", "long.ipynb")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_notebook_deleted_while_it_runs_ends_as_if_it_were_there()
    {
        var path = folder.Write("gone.dib", "");
        var report = await folder.RunAsync(
            "#!csharp\nFile.Delete(\"main.dib\"); File.Delete(\"gone.dib\");\n#!csharp\nFile.Exists(\"main.dib\")\n");
        Assert.True(report.Succeeded, report.Failure);
        Assert.Equal("<False>", NotebookFolder.Text(report, 2));
        Assert.False(File.Exists(path));
        Assert.True(File.Exists(report.HtmlPath));
    }

    [Theory]
    [InlineData(null, "1")]
    [InlineData("7", "7")]
    public async Task Notebooks_that_run_at_once_share_the_cores(string? given, string threads)
    {
        string[] names = [.. Enumerable.Range(0, 2).Select(i => $"{i}.dib")];
        foreach (var name in names)
        {
            folder.Write(name, $"File.WriteAllText(\"{name}.txt\", Environment.GetEnvironmentVariable(\"OMP_NUM_THREADS\"));");
        }

        using var process = Start(given, ["run", .. names, "--jobs", $"{Environment.ProcessorCount}"]);
        await process.StandardOutput.ReadToEndAsync();

        Assert.All(names, name => Assert.Equal(threads, File.ReadAllText(Path.Combine(folder.Folder, name + ".txt"))));
    }

    private Process Start(params string[] arguments) => Start(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), arguments);

    private Process Start(string? threads, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "snn.dll"), .. arguments])
        {
            WorkingDirectory = folder.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = threads;
        return Process.Start(start)!;
    }

    private async Task<(int Code, string Output)> SnnAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
