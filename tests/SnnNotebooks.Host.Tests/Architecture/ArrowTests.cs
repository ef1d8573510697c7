using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Architecture;

/// <summary>Who may know whom: tool, host, views, library, and the library's own parts.</summary>
public sealed class ArrowTests
{
    private const string Kit = "SnnNotebooks";

    // each project, what it refers to, and which libraries beside the framework it may use
    private static readonly Dictionary<string, (string[] Projects, string[] Libraries)> Arrows = new()
    {
        ["Core"] = ([], ["TorchSharp"]),
        ["Data"] = (["Core"], ["TorchSharp", "PureHDF", "K4os", "SkiaSharp", "StbImageSharp", "ZstdSharp"]),
        ["Models"] = (["Core"], ["TorchSharp", "System.Numerics.Tensors"]),
        ["Neuroscience"] = (["Data", "Models"], ["TorchSharp", "MathNet.Numerics"]),
        ["Memristive"] = (["Data"], ["TorchSharp"]),
        ["Distributed"] = (["Core"], ["TorchSharp"]),
        ["Conformance"] = (["Neuroscience"], ["TorchSharp"]),
        [""] = (["Core", "Data", "Distributed", "Memristive", "Models", "Neuroscience"], []),
        ["Interactive"] = ([""], ["TorchSharp", "Microsoft.DotNet.Interactive.Formatting", "Microsoft.AspNetCore.Html"]),
        ["Interactive.Frames"] = (
            ["Interactive"],
            ["Deedle", "FSharp.Core", "Microsoft.Data.Analysis", "Plotly.NET", "Microsoft.DotNet.Interactive.Formatting"]),
        ["Host"] = (
            ["Interactive"],
            ["Markdig", "Microsoft.CodeAnalysis", "Microsoft.DotNet.Interactive.Formatting", "Microsoft.AspNetCore.Html", "NetMQ"]),
        ["LibTorch.Cpu"] = ([], []),
        ["Cli"] = (
            ["", "Conformance", "Host", "Interactive", "Interactive.Frames", "LibTorch.Cpu"],
            ["System.CommandLine", "TorchSharp", "Parquet"]),
    };

    public static TheoryData<string> Projects => [.. Arrows.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_to_those_below_it_alone(string name)
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "src", Name(name), Name(name) + ".csproj"));

        var references = project.Descendants("ProjectReference")
            .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));

        Assert.Empty(references.Except(Arrows[name].Projects.Select(Name)));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void An_assembly_uses_those_below_it_alone(string name)
    {
        var allowed = Below(name).Select(Name).ToHashSet();

        var used = References(name).Where(reference => !IsFramework(reference)).ToArray();

        Assert.Empty(used.Where(IsKit).Except(allowed));
        Assert.DoesNotContain(used, reference => !IsKit(reference) && !Arrows[name].Libraries.Any(library => IsOf(reference, library)));
    }

    [Fact]
    public void The_host_knows_nothing_of_spikes() => Assert.Equal([Name("Interactive")], References("Host").Where(IsKit));

    [Fact]
    public void Every_project_has_its_arrows() => Assert.Equal(
        Arrows.Keys.Select(Name).Append(Name("Weave")).Order(),
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetFileNameWithoutExtension(path)!).Order());

    [Fact]
    public void The_package_of_all_holds_no_code_of_its_own() =>
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", Kit), "*.cs"));

    private static string Name(string project) => project.Length == 0 ? Kit : $"{Kit}.{project}";

    private static HashSet<string> Below(string name) => [.. Arrows[name].Projects.SelectMany(next => Below(next).Append(next))];

    private static bool IsKit(string assembly) => IsOf(assembly, Kit);

    private static bool IsOf(string assembly, string family) =>
        assembly == family || assembly.StartsWith(family + ".", StringComparison.Ordinal);

    private static bool IsFramework(string assembly) =>
        File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, assembly + ".dll"));

    private static string[] References(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, (name == "Cli" ? "snn" : Name(name)) + ".dll");
        using var image = new PEReader(File.OpenRead(path));
        var metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
