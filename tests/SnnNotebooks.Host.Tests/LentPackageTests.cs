using System.IO.Compression;

namespace SnnNotebooks.Host.Tests;

public sealed class LentPackageTests : IDisposable
{
    private const string Setup = "#!csharp\n#r \"nuget: SnnNotebooks.Interactive.Frames, *-*\"\n"
        + "SnnNotebooks.Interactive.FrameFormatters.Register();\n";
    private const string Chart = "#!csharp\nPlotly.NET.CSharp.Chart.Line<int, int, string>(new[] { 1, 2 }, new[] { 3, 1 })\n";
    private const string Drawn = "<chart of Plotly.NET: 1 scatter>";

    private readonly NotebookFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData(Chart)]
    public async Task A_package_that_needs_one_of_those_the_kit_brings_is_served_by_the_kits(string before)
    {
        Package("Needs.Plotly", "Plotly.NET", "5.0.0");
        var report = await folder.RunAsync($"{Setup}{before}#!csharp\n#i \"nuget: .\"\n#r \"nuget: Needs.Plotly, 1.0.0\"\n{Chart}"
            + "#!csharp\ntypeof(Plotly.NET.GenericChart).Assembly.GetName().Version.Major\n");
        var last = report.Cells.Count;
        Assert.Null(report.Failure);
        Assert.Equal((Drawn, "<6>"), (NotebookFolder.Text(report, last - 1), NotebookFolder.Text(report, last)));
    }

    /// <summary>A package without an assembly that needs another one.</summary>
    private void Package(string id, string needs, string version)
    {
        using var package = ZipFile.Open(Path.Combine(folder.Folder, $"{id}.1.0.0.nupkg"), ZipArchiveMode.Create);
        using (var specification = new StreamWriter(package.CreateEntry($"{id}.nuspec").Open()))
        {
            specification.Write(
                $"""
                <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata>
                <id>{id}</id><version>1.0.0</version><authors>test</authors><description>test</description>
                <dependencies><group targetFramework="net10.0"><dependency id="{needs}" version="{version}" /></group></dependencies>
                </metadata></package>
                """);
        }

        package.CreateEntry("lib/net10.0/_._").Open().Dispose();
    }
}
