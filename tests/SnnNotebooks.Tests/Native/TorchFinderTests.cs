using SnnNotebooks.Native;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Native;

/// <summary>What <c>snn doctor --find-torch</c> finds, in environments laid out as their tools lay them out.</summary>
public sealed class TorchFinderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("home/.venv/lib/python3.12/site-packages")]
    [InlineData("work/venv/lib/python3.11/site-packages")]
    [InlineData("active/lib/python3.13/site-packages")]
    [InlineData("conda/lib/python3.12/site-packages")]
    [InlineData("home/miniforge3/envs/snn/lib/python3.12/site-packages")]
    [InlineData("home/.pyenv/versions/3.12.1/lib/python3.12/site-packages")]
    [InlineData("home/.virtualenvs/x/lib/python3.12/site-packages")]
    [InlineData("home/.local/lib/python3.12/site-packages")]
    [InlineData("listed/lib/python3.12/site-packages")]
    [InlineData("usr/lib/python3/dist-packages")]
    [InlineData("behind-a-link/lib64/python3.12/site-packages")]
    public void An_environment_is_found_where_its_tool_puts_it(string packages)
    {
        Torch(packages, "2.11.0+cu130", cuda: true);
        var found = Assert.Single(Find());
        Assert.Equal((folder.File($"{packages}/torch/lib"), "2.11.0+cu130", true, null),
            (found.Folder, found.Version, found.HasCuda, found.Refusal));
    }

    [Fact]
    public void Those_that_fit_stand_first_and_others_say_why_not()
    {
        Torch("home/.venv/lib/python3.12/site-packages", "2.1.0", cuda: true);
        Torch("work/venv/lib/python3.12/site-packages", "2.10.0+cpu", cuda: false);
        Torch("active/lib/python3.12/site-packages", "2.11.0+cu130", cuda: true);
        Directory.CreateDirectory(folder.File("conda/lib/python3.12/site-packages/torch/lib"));

        var found = Find();

        Assert.Equal(["2.11.0+cu130", "2.10.0+cpu"], found.Where(each => each.Refusal is null).Select(each => each.Version));
        var refused = found.Skip(2).ToArray();
        Assert.Equal(2, refused.Length);
        Assert.Contains(refused, each => each.Refusal!.Contains("libtorch 2.1.0; this kit runs with", StringComparison.Ordinal));
        Assert.Contains(refused, each => each.Refusal!.Contains("no libtorch_cpu.so", StringComparison.Ordinal));
    }

    [Fact]
    public void One_environment_that_is_known_by_several_ways_is_named_once()
    {
        Torch("active/lib/python3.12/site-packages", "2.11.0", cuda: true);
        Directory.CreateSymbolicLink(folder.File("conda"), folder.File("active"));
        Directory.CreateSymbolicLink(folder.File("active/lib64"), folder.File("active/lib"));
        Assert.Single(Find());
    }

    [Fact]
    public void Nothing_readable_is_nothing_found()
    {
        Directory.CreateDirectory(folder.File("home/.conda"));
        File.WriteAllText(folder.File("home/.conda/environments.txt"), "relative\n\n\0\n/nowhere\n");
        Assert.Empty(Find());
    }

    private IReadOnlyList<FoundTorch> Find()
    {
        var bin = Directory.CreateDirectory(folder.File("usr/bin")).FullName;
        File.WriteAllText(Path.Combine(bin, "python3"), string.Empty);
        var linked = Directory.CreateDirectory(folder.File("links/bin")).FullName;
        var real = Directory.CreateDirectory(folder.File("behind-a-link/bin")).FullName;
        File.WriteAllText(Path.Combine(real, "python3"), string.Empty);
        if (!File.Exists(Path.Combine(linked, "python3")))
        {
            File.CreateSymbolicLink(Path.Combine(linked, "python3"), Path.Combine(real, "python3"));
        }

        Directory.CreateDirectory(folder.File("home/.conda"));
        var list = folder.File("home/.conda/environments.txt");
        if (!File.Exists(list))
        {
            File.WriteAllText(list, folder.File("listed") + "\n");
        }

        var variables = new Dictionary<string, string>
        {
            ["VIRTUAL_ENV"] = folder.File("active"), ["CONDA_PREFIX"] = folder.File("conda"), ["PATH"] = $"{bin}:{linked}:/nowhere",
        };
        return TorchFinder.Find(TorchFinder.Prefixes(variables.GetValueOrDefault, folder.File("home"), folder.File("work"))
            .Where(prefix => prefix.StartsWith(folder.Path, StringComparison.Ordinal)));
    }

    private void Torch(string packages, string version, bool cuda)
    {
        var lib = Directory.CreateDirectory(folder.File($"{packages}/torch/lib")).FullName;
        File.WriteAllText(folder.File($"{packages}/torch/version.py"), $"__version__ = '{version}'\n");
        foreach (var library in cuda ? new[] { "libtorch_cpu.so", "libtorch_cuda.so" } : ["libtorch_cpu.so"])
        {
            File.WriteAllBytes(Path.Combine(lib, library), []);
        }
    }
}
