using System.Reflection;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Host.Cells;

namespace SnnNotebooks.Host.Tests;

public sealed class CellLanguageTests : IDisposable
{
    private readonly NotebookFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Discards_compile_in_all_their_forms()
    {
        var report = await folder.RunAsync("""
            #!csharp
            var d = new Dictionary<string, int> { ["a"] = 1 };
            _ = d.Remove("a");
            int.TryParse("3", out _);
            int.TryParse("3", out var _);
            (_, var second) = (1, 2);
            var (_, third) = (1, 3);
            foreach (var _ in new[] { 1 }) { }
            Func<int, int, int> zero = (_, _) => 0;
            _ = d is { Count: _ };
            _ = await Task.FromResult(1);
            void Inner() { _ = second switch { _ => 1 }; }
            Inner();
            $"{d.Count} {second} {third}"
            #!csharp
            div(b("bold"))
            #!csharp
            using static Microsoft.DotNet.Interactive.Formatting.PocketViewTags;
            span("both").ToString()
            """);
        Assert.True(report.Succeeded, report.Failure);
        Assert.Equal("<0 2 3>", NotebookFolder.Text(report, 1));
        Assert.Contains("<div><b>bold</b></div>", NotebookFolder.Text(report, 2), StringComparison.Ordinal);
        Assert.Equal("<<span>both</span>>", NotebookFolder.Text(report, 3));
    }

    [Fact]
    public void Cells_see_every_element_of_the_formatting_library()
    {
        static IEnumerable<string> Names(Type type) =>
            type.GetProperties(BindingFlags.Static | BindingFlags.Public).Select(property => property.Name).Order(StringComparer.Ordinal);
        Assert.Equal(Names(typeof(PocketViewTags)).Where(name => name != "_"), Names(typeof(HtmlTags)));
        Assert.All(Names(typeof(HtmlTags)), name => Assert.NotNull(typeof(HtmlTags).GetProperty(name)!.GetValue(null)));
    }

    [Theory]
    [InlineData("Console.ReadLine()")]
    [InlineData("Console.Read()")]
    [InlineData("Console.In.ReadToEnd()")]
    [InlineData("await Console.In.ReadLineAsync()")]
    [InlineData("await Kernel.GetInputAsync(\"name\")")]
    public async Task Reading_without_an_input_says_so(string code)
    {
        var report = await folder.RunAsync($"#!csharp\n{code}\n");
        Assert.Contains("there is no input", report.Failure, StringComparison.Ordinal);
        Assert.Contains("cell 1, line 1", report.Failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3", "8", "<8 System.Int32>")]
    [InlineData("3", "08", "<8 System.Int32>")]
    [InlineData("3", "2.5", "is a whole number (3 in the notebook), and 2.5 is none")]
    [InlineData("0.5", "1", "<1 System.Double>")]
    [InlineData("0.5", "x", "is a number")]
    [InlineData("true", "false", "<False System.Boolean>")]
    [InlineData("true", "1", "is true or false")]
    [InlineData("\"001\"", "002", "<002 System.String>")]
    [InlineData("subject", "002", "<002 System.String>")]
    [InlineData("subject", "true", "<true System.String>")]
    [InlineData("\"001\"", "@csharp:1", "<@csharp:1 System.String>")]
    [InlineData("null", "2.5", "<2.5 System.Double>")]
    [InlineData("@csharp:1+1", "7", "<7 System.Int32>")]
    public async Task A_parameter_keeps_the_kind_of_the_notebook(string own, string given, string says)
    {
        var report = await folder.RunAsync($"#!csharp\n// parameters\n#!set --name p --value {own}\n#!csharp\n$\"{{p}} {{p.GetType()}}\"\n",
            request => request with { Parameters = new Dictionary<string, string> { ["p"] = given } });
        Assert.Contains(says, report.Succeeded ? NotebookFolder.Text(report, 2) : report.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Surrogate_pairs_written_in_halves_arrive_whole()
    {
        var report = await folder.RunAsync(
            "#!csharp\nforeach (var c in \"a\\U0001F9E0b\") Console.Write(c);\nConsole.Write('\\ud83e'); Console.Error.Write(\"!\"); "
            + "Console.Write(\"\\udde0\");\n");
        Assert.Equal("a\U0001F9E0b[!]\U0001F9E0", NotebookFolder.Text(report, 1));
    }
}
