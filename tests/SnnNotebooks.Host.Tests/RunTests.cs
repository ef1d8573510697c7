using System.Text.Json;
using System.Text.RegularExpressions;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Host.Tests;

public sealed class RunTests : IDisposable
{
    private readonly NotebookFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task State_await_values_displays_and_console_work()
    {
        var report = await folder.RunAsync("""
            #!markdown

            # A *title*

            #!csharp

            int x = 20;
            record Point(int A, int B);
            int Twice(int v) => 2 * v;

            #!csharp

            await Task.Delay(1);
            Console.WriteLine("out");
            Console.Error.Write("err");
            var shown = display("first");
            shown.Update("second");
            "later".Display();
            var nothing = HTML("<b>bold</b>").Display();
            Twice(x) + 2

            #!csharp

            new Point(1, 2)

            #!csharp
            Directory.GetCurrentDirectory() + "|" + Environment.GetEnvironmentVariable("Scale")

            #!html

            <i>i</i>
            """, parameters: ("Scale", "quick"));
        Assert.True(report.Succeeded, report.Failure);
        Assert.Equal("out\n[err]<second><later><<b>bold</b>><42>", NotebookFolder.Text(report, 3));
        var point = Assert.IsType<DisplayOutput>(Assert.Single(report.Cells[3].Outputs));
        Assert.True(point.IsResult);
        Assert.Contains("<table", point.Data["text/html"], StringComparison.Ordinal);
        Assert.Contains("Point", point.Data["text/plain"], StringComparison.Ordinal);
        Assert.Equal($"<{folder.Folder}|quick>", NotebookFolder.Text(report, 5));

        using var json = JsonDocument.Parse(File.ReadAllText(report.IpynbPath));
        Assert.Equal(
            (4, 5), (json.RootElement.GetProperty("nbformat").GetInt32(), json.RootElement.GetProperty("nbformat_minor").GetInt32()));
        var cells = json.RootElement.GetProperty("cells");
        Assert.Equal("csharp", cells[2].GetProperty("metadata").GetProperty("polyglot_notebook").GetProperty("kernelName").GetString());
        var result = cells[2].GetProperty("outputs").EnumerateArray().Last();
        Assert.Equal("execute_result", result.GetProperty("output_type").GetString());
        Assert.Equal(cells[2].GetProperty("execution_count").GetInt32(), result.GetProperty("execution_count").GetInt32());
        Assert.False(cells[0].TryGetProperty("outputs", out _));
        Assert.Equal(6, cells.EnumerateArray().Select(cell => cell.GetProperty("id").GetString()).Distinct().Count());

        var html = File.ReadAllText(report.HtmlPath);
        Assert.Contains("<title>A *title*</title>", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(new Regex("(src|href)\\s*=\\s*[\"']?https?:", RegexOptions.IgnoreCase), html);
    }

    [Theory]
    [InlineData("#!csharp\n\nvar a = 1;\n\n#!csharp\n\nvar b = 2;\nb + missing\n",
        "main.dib, cell 2, line 2 (line 8 of the file)", "CS0103")]
    [InlineData("#!csharp\n\nvar a = 1;\n\n#!csharp\n\nvar b = 0;\n\nvar c = a / b;\n", "main.dib, cell 2, line 3 (line 9 of the file)",
        "DivideByZeroException")]
    [InlineData("#!csharp\n\nint F(int v) => 1 / v;\n\n#!csharp\n\nawait Task.Yield();\nF(0)\n",
        "main.dib, cell 2, line 2 (line 8 of the file)", "DivideByZeroException")]
    [InlineData("int[] empty = [];\n\nempty[3]\n", "main.dib, cell 1, line 3 (line 3 of the file)", "IndexOutOfRangeException")]
    [InlineData("x\n#!improt a.dib\n", "main.dib, cell 1, line 2 (line 2 of the file)", "Did you mean #!import")]
    [InlineData("#!csharp\n#r \"nuget: Nowhere, 1.0.0\"\n", "main.dib, cell 1, line 1 (line 2 of the file)",
        "NU1101: Unable to find package Nowhere")]
    [InlineData("#!csharp\n#r \"nuget: SnnNotebooks.Interactive, 99.0.0\"\n", "main.dib, cell 1, line 1",
        "carries SnnNotebooks.Interactive 0.1.0")]
    [InlineData("#!csharp\n#r \"nowhere.dll\"\n", "main.dib, cell 1, line 1", "there is no assembly")]
    [InlineData("#!fsharp\nlet x = 1\n", "main.dib, cell 1, line 1", "cannot run fsharp")]
    public async Task Failures_say_where_and_what(string text, string where, string what)
    {
        var report = await folder.RunAsync(text + "\n#!csharp\n\nConsole.WriteLine(\"never\")\n");
        Assert.False(report.Succeeded);
        Assert.Contains(where, report.Failure, StringComparison.Ordinal);
        Assert.Contains(what, report.Failure, StringComparison.Ordinal);
        Assert.Equal(CellStatus.NotRun, report.Cells[^1].Status);
        Assert.Equal(CellStatus.Failed, report.Cells[report.FailingCell!.Value - 1].Status);
        Assert.Contains("\"output_type\": \"error\"", File.ReadAllText(report.IpynbPath), StringComparison.Ordinal);
        Assert.Contains(where.Split(" (")[0], File.ReadAllText(report.HtmlPath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Imports_share_state_and_name_their_own_failures()
    {
        Directory.CreateDirectory(Path.Combine(folder.Folder, "lib"));
        folder.Write("lib/good.dib", "#!markdown\n\nnot shown\n\n#!csharp\n\nusing System.Numerics;\nint Answer() => 42;\n");
        var good = await folder.RunAsync("#!csharp\n\n#!import lib/good.dib\n\n#!csharp\n\nnew Vector2(Answer(), 0).X\n");
        Assert.True(good.Succeeded, good.Failure);
        Assert.Empty(good.Cells[0].Outputs);
        Assert.Equal("<42>", NotebookFolder.Text(good, 2));

        folder.Write("lib/bad.dib", "#!csharp\n\n#!import worse.dib\n");
        folder.Write("lib/worse.dib", "#!csharp\n\nvar x = 1;\n\n#!csharp\n\n// two\nthrow new InvalidOperationException(\"deep\");\n");
        var bad = await folder.RunAsync("#!csharp\n\n#!import lib/bad.dib\n");
        Assert.Contains("main.dib, cell 1, line 1 (line 3 of the file)", bad.Failure, StringComparison.Ordinal);
        Assert.Contains("worse.dib, cell 2, line 2 (line 8 of the file): System.InvalidOperationException: deep", bad.Failure,
            StringComparison.Ordinal);
        Assert.Equal(1, bad.FailingCell);
    }

    [Fact]
    public async Task Cells_of_usings_and_comments_alone_count_for_those_after_them()
    {
        var report = await folder.RunAsync(
            "#!csharp\nusing System.Numerics;\n#!csharp\n// nothing\n#!csharp\nnew Vector2(1, 2).Y\n#!csharp\nusing No.Such.Name;\n");
        Assert.Equal("<2>", NotebookFolder.Text(report, 3));
        Assert.Contains("cell 4, line 1 (line 8 of the file): CompilationError: CS0246", report.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_of_a_jupyter_notebook_are_counted_in_their_own_cell()
    {
        folder.Write("lib.ipynb",
            IpynbWriter.Write(new Notebook([new Cell("csharp", "int F(int v) =>\n 1 / v;"), new Cell("csharp", "// two\n\nF(0)")])));
        var report = await folder.RunAsync("#!csharp\n#!import lib.ipynb\n");
        Assert.Contains("lib.ipynb, cell 2, line 3: System.DivideByZeroException", report.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_nested_too_deeply_is_a_failure_not_a_crash()
    {
        var report = await folder.RunAsync($"#!csharp\nvar deep = {new string('(', 50_000)}1{new string(')', 50_000)};\n");
        Assert.Contains("nest deeper than", report.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Circular_imports_are_refused()
    {
        folder.Write("a.dib", "#!csharp\n#!import b.dib\n");
        folder.Write("b.dib", "#!csharp\n#!import a.dib\n");
        var report = await folder.RunAsync("#!csharp\n#!import a.dib\n");
        Assert.Contains("a.dib -> b.dib -> a.dib", report.Failure, StringComparison.Ordinal);
        Assert.Contains("main.dib, cell 1", report.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Packages_the_host_carries_need_no_restore_and_are_loaded_once()
    {
        var own = Path.Combine(AppContext.BaseDirectory, "SnnNotebooks.Interactive.dll");
        var report = await folder.RunAsync($$"""
            #r "nuget: SnnNotebooks.Interactive, *-*"
            #r "{{own}}"
            using TorchSharp;
            using SnnNotebooks.Interactive;
            NotebookDisplay.Current.Show("<b>x</b>", "x");
            AppDomain.CurrentDomain.GetAssemblies().Count(a => a.GetName().Name == "SnnNotebooks.Interactive")
                + " " + nameof(torch.NewDisposeScope)
            """);
        Assert.True(report.Succeeded, report.Failure);
        Assert.Equal("<x><1 NewDisposeScope>", NotebookFolder.Text(report, 1));
    }

    [Fact]
    public async Task ToHtml_and_formatter_sources_are_found_by_name()
    {
        var report = await folder.RunAsync("""
            #!csharp
            public class TypeFormatterSourceAttribute : Attribute
            {
                public TypeFormatterSourceAttribute(Type source) => FormatterSourceType = source;
                public Type FormatterSourceType { get; }
                public string[] PreferredMimeTypes { get; set; }
            }
            public class ThingFormatter
            {
                public string MimeType { get; set; }
                public bool Format(object instance, TextWriter writer) { writer.Write("thing as " + MimeType); return true; }
            }
            public class ThingSource
            {
                public IEnumerable<object> CreateTypeFormatters() =>
                    new[] { new ThingFormatter { MimeType = "text/html" }, new ThingFormatter { MimeType = "text/plain" } };
            }
            [TypeFormatterSource(typeof(ThingSource), PreferredMimeTypes = new[] { "text/html" })] public class Thing { }
            public class Other { public string ToHtml() => "<hr>"; public override string ToString() => "other"; }
            #!csharp
            new Other().Display();
            new Thing()
            """);
        Assert.True(report.Succeeded, report.Failure);
        var displays = report.Cells[1].Outputs.Cast<DisplayOutput>().ToArray();
        Assert.Equal(("<hr>", "other"), (displays[0].Data["text/html"], displays[0].Data["text/plain"]));
        Assert.Equal(("thing as text/html", "thing as text/plain"), (displays[1].Data["text/html"], displays[1].Data["text/plain"]));
    }

    [Theory]
    [InlineData("while (true) { }", 15.0, "longer than 15 s")]
    [InlineData("Environment.FailFast(\"last words\");", null, "SIGABRT")]
    [InlineData("System.Runtime.InteropServices.Marshal.WriteInt32((IntPtr)8, 1);", null,
        "exit code|ended by itself|NullReference|AccessViolation")]
    [InlineData("new System.Threading.Thread(() => throw new Exception(\"other thread\")).Start(); System.Threading.Thread.Sleep(20000);",
        null, "SIGABRT")]
    [InlineData("[System.Runtime.InteropServices.DllImport(\"libc\")] static extern nint strlen(nint text);\nstrlen(8);", null,
        "SIGSEGV|SIGABRT")]
    public async Task A_cell_that_ends_its_process_is_named_and_outputs_are_kept(string code, double? timeout, string what)
    {
        var report = await folder.RunAsync(
            $"#!csharp\n\nConsole.WriteLine(\"kept\");\n\n#!csharp\n\nConsole.WriteLine(\"begun\");\n{code}\n\n#!csharp\n\n1\n", timeout);
        Assert.False(report.Succeeded);
        Assert.Equal(2, report.FailingCell);
        Assert.Matches(what, report.Failure);
        Assert.Contains("main.dib, cell 2", report.Failure, StringComparison.Ordinal);
        Assert.Equal("kept\n", NotebookFolder.Text(report, 1));
        Assert.StartsWith("begun\n", NotebookFolder.Text(report, 2), StringComparison.Ordinal);
        Assert.Contains("kept", File.ReadAllText(report.HtmlPath), StringComparison.Ordinal);
        Assert.Equal(CellStatus.NotRun, report.Cells[2].Status);
    }

    [Fact]
    public async Task What_a_process_writes_as_it_ends_is_waited_for()
    {
        var report = await folder.RunAsync("""
            #!csharp
            AppDomain.CurrentDomain.ProcessExit += (_, _) =>
            {
                System.Threading.Thread.Sleep(1500);
                File.WriteAllText("left.txt", "all of it");
            };
            """);
        Assert.True(report.Succeeded, report.Failure);
        Assert.Equal("all of it", File.ReadAllText(Path.Combine(folder.Folder, "left.txt")));
    }

    [Fact]
    public async Task Stopping_still_exports_what_ran()
    {
        using var stop = new CancellationTokenSource();
        var report = await folder.RunAsync(
            "#!csharp\nConsole.WriteLine(\"kept\");\n#!csharp\nConsole.WriteLine(\"now\"); System.Threading.Thread.Sleep(60000);\n",
            onEvent: e => { if (e is OutputText { Text: "now\n" }) { stop.Cancel(); } },
            stop: stop.Token);
        Assert.Contains("main.dib, cell 2: Stopped", report.Failure, StringComparison.Ordinal);
        Assert.Contains("kept", File.ReadAllText(report.IpynbPath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_thousand_lines_and_native_console_output_arrive_whole()
    {
        var report = await folder.RunAsync("""
            #!csharp
            for (var i = 0; i < 10000; i++) Console.WriteLine(i);
            #!csharp
            System.Diagnostics.Process.Start("sh", new[] { "-c", "echo native" }).WaitForExit();
            await Task.Delay(3000); // it comes by another pipe than the cell's own outputs
            """);
        Assert.True(report.Succeeded, report.Failure);
        Assert.Equal(string.Concat(Enumerable.Range(0, 10000).Select(i => $"{i}\n")), NotebookFolder.Text(report, 1));
        Assert.Equal("native\n", NotebookFolder.Text(report, 2));
    }

    [Fact]
    public async Task Data_is_escaped_html_is_honoured_and_plotly_is_embedded_only_when_used()
    {
        var plain = await folder.RunAsync("#!csharp\nConsole.WriteLine(\"<script>alert(1)</script>\");\n\"<img src=x>\"\n");
        var page = File.ReadAllText(plain.HtmlPath);
        Assert.Contains("&lt;script&gt;alert(1)", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x>", page, StringComparison.Ordinal);

        var chart = await folder.RunAsync("#!html\n\n<div id=\"c\"></div><script>Plotly.newPlot('c', [])</script>\n");
        page = File.ReadAllText(chart.HtmlPath);
        Assert.True(page.Length > 1_000_000);
        Assert.True(page.IndexOf("plotly.js v", StringComparison.Ordinal) < page.IndexOf("<body>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_notebook_that_is_none_is_refused_before_anything_runs()
    {
        var runner = new NotebookRunner(["false"]);
        Task Run(string path) => runner.RunAsync(
            new RunRequest(path, folder.Out, new Dictionary<string, string>(), null), new Progress<RunEvent>(), default);
        await Assert.ThrowsAsync<NotebookException>(() => Run(folder.Write("x.txt", "")));
        await Assert.ThrowsAsync<NotebookException>(() => Run(folder.Folder));
        await Assert.ThrowsAsync<NotebookException>(() => Run(Path.Combine(folder.Folder, "no.dib")));
        Assert.False(Directory.Exists(folder.Out));
    }

    [Fact]
    public async Task A_worker_that_cannot_start_is_a_failure_not_a_hang()
    {
        var runner = new NotebookRunner(["false"]);
        var report = await runner.RunAsync(new RunRequest(folder.Write("x.dib", "1"), folder.Out, new Dictionary<string, string>(), null),
            new Progress<RunEvent>(), default);
        Assert.Contains("exit code 1", report.Failure, StringComparison.Ordinal);
    }
}
