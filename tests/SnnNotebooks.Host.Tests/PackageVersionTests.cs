using SnnNotebooks.Host.Packages;

namespace SnnNotebooks.Host.Tests;

public sealed class PackageVersionTests : IDisposable
{
    private readonly NotebookFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("X", null, "*")]
    [InlineData("X, 1.2.3", "1.2.3", "[1.2.3]")]
    [InlineData("X,1.*", "1.*", "1.*")]
    [InlineData(" X , [2.8.26, 2.9) ", "[2.8.26,2.9)", "[2.8.26,2.9)")]
    [InlineData("X, ( , 2.0 ]", "(,2.0]", "(,2.0]")]
    [InlineData("X, [ 1.0 ]", "[1.0]", "[1.0]")]
    [InlineData("X, (1.0,\t)", "(1.0,)", "(1.0,)")]
    public void Versions_and_ranges_are_read(string text, string? version, string range)
    {
        var request = PackageRequest.Parse(text);
        Assert.Equal(("X", version, range), (request.Id, request.Version, request.Range));
    }

    [Theory]
    [InlineData("X, 1.0 2.0")]
    [InlineData("X, [1.0, 2.0")]
    [InlineData("X,")]
    [InlineData("X, 1.0\" Include=\"Y")]
    public void What_is_no_version_is_refused(string text) => Assert.Throws<NotebookException>(() => PackageRequest.Parse(text));

    [Fact]
    public async Task A_second_version_is_refused_once_the_first_is_in_use_and_taken_before()
    {
        const string Used = "typeof(Newtonsoft.Json.JsonConvert).Assembly.GetName().Version.Major";
        var report = await folder.RunAsync(
            $"#!csharp\n#r \"nuget: Newtonsoft.Json, 9.0.1\"\n{Used}\n#!csharp\n\n#r \"nuget: Newtonsoft.Json, "
            + $"13.0.3\"\n{Used}\n#!csharp\n#r \"nuget: Newtonsoft.Json, 9.0.1\"\n{Used}\n", request => request with { KeepGoing = true });
        Assert.Equal("<9>", NotebookFolder.Text(report, 1));
        Assert.Contains("main.dib, cell 2, line 1", report.Failure, StringComparison.Ordinal);
        Assert.Contains("Newtonsoft.Json 13.0.3 cannot come beside Newtonsoft.Json 9.0.1", report.Failure, StringComparison.Ordinal);
        Assert.Equal("<9>", NotebookFolder.Text(report, 3));

        var early = await folder.RunAsync(
            $"#!csharp\n#r \"nuget: Newtonsoft.Json, 9.0.1\"\nvar kept = 1;\n#!csharp\n#r \"nuget: Newtonsoft.Json, 13.0.3\"\n{Used} + "
            + "kept\n");
        Assert.Equal("<14>", NotebookFolder.Text(early, 2));
    }
}
