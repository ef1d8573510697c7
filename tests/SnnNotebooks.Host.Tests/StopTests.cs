using System.Text.Json.Nodes;
using SnnNotebooks.Host.Tests.Serving;

namespace SnnNotebooks.Host.Tests;

/// <summary>Cells that would not end by themselves, by where they hang.</summary>
public sealed class StopTests
{
    private const string Qsort =
        "delegate int Compare(IntPtr a, IntPtr b); [System.Runtime.InteropServices.DllImport(\"libc\")] static extern void qsort(int[] "
        + "items, nint count, nint size, Compare compare);\n";

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
        await using var client = await ServeClient.StartAndGreetAsync();
        await client.RunAsync("var kept = 1;");
        var (failure, ended) = await StoppedAsync(client, $"var more = 2; Console.WriteLine(\"begun\");\n{endless}");
        Assert.Contains("Interrupted", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("in the background", failure, StringComparison.Ordinal);
        Assert.True(ended);
        Assert.Equal("3", await ResultAsync(client, "kept + more"));
    }

    [Theory]
    [InlineData("new System.Text.RegularExpressions.Regex(\"^(a+)+$\").IsMatch(new string('a', 60) + \"!\")")]
    [InlineData("new byte[1 << 30].AsSpan().Count((byte)1) + Enumerable.Range(0, "
        + "int.MaxValue).Sum(i => (long)i % 3 + Enumerable.Range(0, 1000).Count(j => j % 7 == i % 7))")]
    [InlineData("[System.Runtime.InteropServices.DllImport(\"libc\")] static extern int pause();\npause()")]
    public async Task What_a_library_does_is_left_behind_and_the_next_cell_runs(string endless)
    {
        await using var client = await ServeClient.StartAndGreetAsync();
        await client.RunAsync("var kept = 1;");
        var (failure, ended) = await StoppedAsync(client, $"Console.WriteLine(\"begun\");\n{endless}");
        Assert.Contains("goes on in the background", failure, StringComparison.Ordinal);
        Assert.False(ended);
        Assert.Equal("3", await ResultAsync(client, "kept + 2"));
        Assert.Equal("499500", await ResultAsync(client, "var n = 0; for (var i = 0; i < 1000; i++) n += i;\nawait Task.Delay(10);\nn"));
    }

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("System.Threading.Thread.Sleep(60000); return 0;")]
    [InlineData("while (true) Console.Write(\"\");")]
    [InlineData("new System.Threading.ManualResetEvent(false).WaitOne(); return 0;")]
    public async Task Code_that_native_code_calls_is_stopped_without_ending_the_process(string endless)
    {
        await using var client = await ServeClient.StartAndGreetAsync();
        await client.RunAsync("var kept = 1;");
        var (failure, _) = await StoppedAsync(
            client, $"{Qsort}Console.WriteLine(\"begun\"); qsort(new[] {{ 2, 1, 3 }}, 3, 4, (a, b) => {{ {endless} }});");
        Assert.Contains("Interrupted", failure, StringComparison.Ordinal);
        Assert.Equal("3", await ResultAsync(client, "Console.WriteLine(\"on\");\nkept + 2"));
        Assert.EndsWith("on\n", client.Console(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tasks_of_an_earlier_cell_go_on_when_a_later_one_is_stopped()
    {
        await using var client = await ServeClient.StartAndGreetAsync();
        await client.RunAsync("var turns = 0; var left = Task.Run(() => { while (true) { turns++; System.Threading.Thread.Sleep(1); } });");
        await StoppedAsync(client, "Console.WriteLine(\"begun\"); while (true) { }");
        Assert.Equal("True", await ResultAsync(client, "var before = turns; while (turns == before) await Task.Delay(10);\ntrue"));
    }

    [Fact]
    public async Task A_cell_that_takes_longer_than_it_may_is_stopped_and_the_next_one_runs()
    {
        using var folder = new NotebookFolder();
        var report = await folder.RunAsync(
            "#!csharp\nvar kept = 1;\n#!csharp\nConsole.WriteLine(\"begun\"); while (true) { }\n#!csharp\nkept + 2\n",
            request => request with { KeepGoing = true, CellTimeout = TimeSpan.FromSeconds(15) });
        Assert.Contains("main.dib, cell 2: Timeout: the cell ran longer than 15 s and was stopped. Give it more time with --cell-timeout",
            report.Failure, StringComparison.Ordinal);
        Assert.StartsWith("begun\n", NotebookFolder.Text(report, 2), StringComparison.Ordinal);
        Assert.Equal("<3>", NotebookFolder.Text(report, 3));
    }

    /// <summary>What came of a cell that would not end: interrupted once it has begun, and had a moment to get to where it hangs.</summary>
    private static async Task<(string Failure, bool Ended)> StoppedAsync(ServeClient client, string code)
    {
        var cell = await client.SendAsync("execute", ("kernel", "csharp"), ("source", code));
        await client.WaitAsync(message => ServeClient.Kind(message) == "stream"
            && ((string)message["text"]!).StartsWith("begun\n", StringComparison.Ordinal));
        await Task.Delay(300);
        var interrupt = await client.SendAsync("interrupt");
        var answers = new Dictionary<string, JsonObject>();
        while (answers.Count < 2)
        {
            var answer = await client.WaitAsync(message => ServeClient.Kind(message) == "answer");
            answers[(string)answer["id"]!] = answer;
        }

        return ((string)answers[cell]["failure"]!["text"]!, (bool)answers[interrupt]["ended"]!);
    }

    private static async Task<string?> ResultAsync(ServeClient client, string code)
    {
        var answer = await client.RunAsync(code);
        Assert.Null((string?)answer["failure"]?["text"]);
        return (string?)client.Received.Last(message => ServeClient.Kind(message) == "display")["data"]!["text/plain"];
    }
}
