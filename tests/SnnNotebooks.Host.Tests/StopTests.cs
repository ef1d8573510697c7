using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Host.Tests;

/// <summary>Cells that would not end by themselves, by where they hang.</summary>
public sealed class StopTests : IDisposable
{
    private const string Qsort =
        "delegate int Compare(IntPtr a, IntPtr b); [System.Runtime.InteropServices.DllImport(\"libc\")] static extern void qsort(int[] "
        + "items, nint count, nint size, Compare compare);\n";
    private readonly NotebookFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static RunRequest Options(RunRequest request) => request with { KeepGoing = true, CellTimeout = TimeSpan.FromSeconds(2) };

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("while (true) ;")]
    [InlineData("do { } while (true);")]
    [InlineData("for (;;) { try { Console.Write(\"\"); } catch { } }")]
    [InlineData("again: goto again;")]
    [InlineData("IEnumerable<int> Endless() { while (true) yield return 1; }\nforeach (var i in Endless()) ;")]
    [InlineData("long Fib(long n) => n < 2 ? n : Fib(n - 1) + Fib(n - 2);\nFib(90)")]
    [InlineData("void Tree(int n) { if (n > 0) { Tree(n - 1); Tree(n - 1); } }\nTree(90);")]
    [InlineData("class Node { public int Depth { get { return new Node().Next(80); } } public int Next(int n) => n == 0 ? 0 : "
        + "Next(n - 1) + Next(n - 1); }\nnew Node().Depth")]
    [InlineData("Func<int, int> f = null; f = n => { return n == 0 ? 0 : f(n - 1) + f(n - 1); };\nf(90)")]
    [InlineData("var stream = new MemoryStream(new byte[3]);\nwhile (true) stream.ReadByte();")]
    [InlineData("while (true) Console.Write(\"\");")]
    [InlineData("System.Threading.Thread.Sleep(60000);")]
    [InlineData("await Task.Delay(1); System.Threading.Thread.Sleep(60000);")]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("while (true) await Task.Yield();")]
    [InlineData("new System.Threading.ManualResetEvent(false).WaitOne();")]
    [InlineData("Task.Run(() => { while (true) { } }).Wait();")]
    [InlineData("await Task.Run(() => { while (true) { } });")]
    [InlineData("System.Threading.Tasks.Parallel.For(0, 4, i => { while (true) { } });")]
    [InlineData("foreach (var i in Enumerable.Repeat(1, int.MaxValue)) System.Threading.Thread.Sleep(1);")]
    public async Task What_a_cell_does_itself_is_stopped_and_the_next_one_finds_its_variables(string endless)
    {
        var report = await folder.RunAsync(
            $"#!csharp\nvar kept = 1;\n#!csharp\nvar more = 2; Console.WriteLine(\"begun\");\n{endless}\n#!csharp\nkept + more\n", Options);
        Assert.Contains("main.dib, cell 2: Timeout: the cell ran longer than 2 s and was stopped. Give it more time with --cell-timeout",
            report.Failure, StringComparison.Ordinal);
        Assert.DoesNotContain("in the background", report.Failure, StringComparison.Ordinal);
        Assert.StartsWith("begun\n", NotebookFolder.Text(report, 2), StringComparison.Ordinal);
        Assert.Equal("<3>", NotebookFolder.Text(report, 3));
    }

    [Theory]
    [InlineData("new System.Text.RegularExpressions.Regex(\"^(a+)+$\").IsMatch(new string('a', 60) + \"!\")")]
    [InlineData("new byte[1 << 30].AsSpan().Count((byte)1) + Enumerable.Range(0, "
        + "int.MaxValue).Sum(i => (long)i % 3 + Enumerable.Range(0, 1000).Count(j => j % 7 == i % 7))")]
    [InlineData("[System.Runtime.InteropServices.DllImport(\"libc\")] static extern int pause();\npause()")]
    public async Task What_a_library_does_is_left_behind_and_the_next_cell_runs(string endless)
    {
        var report = await folder.RunAsync(
            $"#!csharp\nvar kept = 1;\n#!csharp\nConsole.WriteLine(\"begun\");\n{endless}\n#!csharp\nkept + 2\n#!csharp\nvar n = 0; for "
            + "(var i = 0; i < 1000; i++) n += i;\nawait Task.Delay(10);\nn", Options);
        Assert.Contains("goes on in the background", report.Failure, StringComparison.Ordinal);
        Assert.Equal("<3>", NotebookFolder.Text(report, 3));
        Assert.Equal("<499500>", NotebookFolder.Text(report, 4));
    }

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("System.Threading.Thread.Sleep(60000); return 0;")]
    [InlineData("while (true) Console.Write(\"\");")]
    [InlineData("new System.Threading.ManualResetEvent(false).WaitOne(); return 0;")]
    public async Task Code_that_native_code_calls_is_stopped_without_ending_the_process(string endless)
    {
        var report = await folder.RunAsync(
            $"#!csharp\nvar kept = 1;\n#!csharp\n{Qsort}qsort(new[] {{ 2, 1, 3 }}, 3, 4, (a, b) => {{ {endless} "
            + "});\n#!csharp\nConsole.WriteLine(\"on\");\nkept + 2\n", Options);
        Assert.Contains("cell 2: Timeout", report.Failure, StringComparison.Ordinal);
        Assert.DoesNotContain("Crash", report.Failure, StringComparison.Ordinal);
        Assert.Equal("on\n<3>", NotebookFolder.Text(report, 3));
    }

    [Fact]
    public async Task Tasks_of_an_earlier_cell_go_on_when_a_later_one_is_stopped()
    {
        var report = await folder.RunAsync(
            "#!csharp\nvar turns = 0; var left = Task.Run(() => { while (turns < int.MaxValue) { turns++; "
            + "System.Threading.Thread.Sleep(1); } });\n#!csharp\nwhile (true) { }\n#!csharp\nvar before = turns; await "
            + "Task.Delay(500);\nturns > before\n", Options);
        Assert.Equal("<True>", NotebookFolder.Text(report, 3));
    }
}
