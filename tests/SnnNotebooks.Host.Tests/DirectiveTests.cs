using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Tests;

public sealed class DirectiveTests : IDisposable
{
    private readonly NotebookFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Values_are_set_stored_shared_and_listed()
    {
        folder.Write("t.txt", "from a file");
        var report = await folder.RunAsync("""
            #!csharp
            #!set --name a --value 5
            #!set --name b --value 2.5
            #!set --name s --value "x y"
            #!set --name c --value @csharp:a+1
            #!value --name v
            two
            lines
            #!share v --from value --as w
            #!value --name f --from-file t.txt
            #!set --name g --value @value:f
            $"{a + b} {s} {c} {w.Replace("\n", "|")} {g}"
            #!csharp
            #!who
            #!csharp
            #!whos
            #!javascript
            #!share s --from csharp
            console.log(s);
            #!csharp
            #!lsmagic
            #!time
            """);
        Assert.True(report.Succeeded, report.Failure);
        Assert.Equal("<7.5 x y 6 two|lines from a file>", NotebookFolder.Text(report, 1));
        Assert.Equal("<a\nb\nc\ng\ns\nw>", NotebookFolder.Text(report, 2));
        Assert.Contains("<td>System.Double</td><td>2.5</td>", Assert.IsType<DisplayOutput>(report.Cells[2].Outputs[0]).Data["text/html"],
            StringComparison.Ordinal);
        Assert.Contains("const s = \"x y\";", Assert.IsType<DisplayOutput>(report.Cells[3].Outputs[0]).Data["text/html"],
            StringComparison.Ordinal);
        Assert.Contains("#!import", NotebookFolder.Text(report, 5), StringComparison.Ordinal);
        Assert.Contains("Wall time", NotebookFolder.Text(report, 5), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#!set --name a", "has no --value")]
    [InlineData("#!set --nam a --value 1", "has no option --nam")]
    [InlineData("#!set --name a --value {1", "begins like JSON")]
    [InlineData("#!set --name a --value @python:x", "no kernel python")]
    [InlineData("#!set --name a --value @input:Name", "Nobody can answer")]
    [InlineData("#!value\nx", "A value cell begins with #!value --name")]
    [InlineData("#!share x --from value", "No value is stored under x")]
    [InlineData("#!share x", "needs one name and --from")]
    [InlineData("#!value --mime-type text/plain\nx", "names no value")]
    [InlineData("#i \"nuget: nowhere\"", "there is no folder")]
    [InlineData("#r \"nuget: a b\"", "does not name a package")]
    public async Task Misused_directives_say_what_was_expected(string cell, string says)
    {
        var report = await folder.RunAsync("#!csharp\n" + cell);
        Assert.Contains("main.dib, cell 1", report.Failure, StringComparison.Ordinal);
        Assert.Contains(says, report.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_notebook_may_use_another_version_of_a_library_than_the_host()
    {
        var own = typeof(Newtonsoft.Json.JsonConvert).Assembly.Location;
        var report = await folder.RunAsync($$"""
            #r "nuget: Newtonsoft.Json, 13.0.3"
            #r "nuget: FSharp.Core, 10.0.111"
            var used = typeof(Newtonsoft.Json.JsonConvert).Assembly.Location;
            var version = System.Diagnostics.FileVersionInfo.GetVersionInfo(used).FileVersion;
            var core = typeof(Microsoft.FSharp.Core.Unit).Assembly.Location;
            $"{used == @"{{own}}"} {version.StartsWith("13.0.3")} {core.Contains("10.0.111")}"
            """);
        Assert.True(report.Succeeded, report.Failure);
        Assert.Equal("<False True True>", NotebookFolder.Text(report, 1));
    }
}
