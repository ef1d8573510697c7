using System.Diagnostics;
using System.Text.RegularExpressions;
using SnnNotebooks.Host.Running;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

/// <summary>The option <c>--device</c> of every verb that runs networks, and the notebooks' parameter.</summary>
public sealed partial class DeviceOptionTests : IDisposable
{
    private readonly NotebookFolder folder = new();

    public void Dispose() => folder.Dispose();

    [WithoutGpuTheory]
    [InlineData("train", "spikformer", "--out", "w.safetensors", "--device", "cuda")]
    [InlineData("train", "qkformer", "--out", "w.safetensors", "--device", "CUDA:1")]
    [InlineData("run", "x.dib", "--device", "cuda")]
    [InlineData("run", "x.dib", "--set", "Device=cuda:0")]
    [InlineData("serve", "x.dib", "--device", "cuda")]
    [InlineData("serve", "x.dib", "--set", "Device=cuda")]
    [InlineData("eval", "spikformer", "--weights", "w.pt", "--data", "mnist", "--device", "cuda")]
    [InlineData("conform", ".", "--device", "cuda")]
    [InlineData("conform", ".", "--device", "cpu,cuda")]
    [InlineData("nir", "simulate", "g.nir", "x.npy", "--dt", "1", "--out", "y.npy", "--device", "cuda")]
    public async Task A_GPU_that_is_not_there_ends_the_tool_with_2_and_one_sentence(params string[] arguments)
    {
        folder.Write("x.dib", "File.WriteAllText(\"ran\", \"\"); Parameters.Device");
        var (code, output, errors) = await SnnAsync(arguments);
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Matches(@"\Acuda:\d cannot be used: [^\n]+\bcpu\.\n\z", errors);
        Assert.Contains("libcuda.so.1", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.Folder, "ran")));
        Assert.False(File.Exists(Path.Combine(folder.Folder, "w.safetensors")));
    }

    [WithoutGpuTheory]
    [InlineData("cuda")]
    public async Task Every_notebook_says_in_one_sentence_that_a_GPU_is_not_there(string device)
    {
        var notebooks = Directory.EnumerateFiles(Path.Combine(Repository.Root, "notebooks"), "*.dib", SearchOption.AllDirectories)
            .Where(file => !Path.GetFileName(file).StartsWith('_')).ToArray();
        Assert.InRange(notebooks.Length, 23, 100);
        await Parallel.ForEachAsync(notebooks, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (file, _) =>
        {
            var (code, output, errors) = await SnnAsync("run", file, "--scale", "quick", "--set", $"Device={device}");
            Assert.Equal((2, string.Empty), (code, output));
            Assert.Matches(@"\Acuda:0 cannot be used: [^\n]+\bcpu\.\n\z", errors);
        });
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Folder, "*.ipynb", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("train", "spikformer", "--out", "w.safetensors", "--device", "gpu")]
    [InlineData("run", "x.dib", "--device", "cuda:x")]
    [InlineData("run", "x.dib", "--set", "Device=tpu")]
    [InlineData("conform", ".", "--device", "cpu,cuda,cpu")]
    [InlineData("conform", ".", "--device", "")]
    public async Task A_name_that_is_no_device_is_refused(params string[] arguments)
    {
        folder.Write("x.dib", "Parameters.Device");
        var (code, _, errors) = await SnnAsync(arguments);
        Assert.Equal(2, code);
        Assert.Contains("expected cpu, cuda or cuda:N", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_notebook_takes_the_device_and_one_that_reads_none_is_told()
    {
        folder.Write(
            "reads.dib",
            "#r \"nuget: SnnNotebooks.Interactive\"\nusing SnnNotebooks;\nusing SnnNotebooks.Interactive;\n"
            + "Console.WriteLine(\"on \" + ComputeDevice.NameOf(Parameters.Device));");
        folder.Write("other.dib", "1 + 1");
        var (read, output, errors) = await SnnAsync("run", "reads.dib", "--device", "cpu");
        Assert.True(read == 0, output + errors);
        Assert.Contains("on cpu", output, StringComparison.Ordinal);
        var (refused, _, message) = await SnnAsync("run", "other.dib", "--device", "cpu");
        Assert.Equal(2, refused);
        Assert.Contains("Device: other.dib reads no parameter", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_notebook_that_trains_or_runs_a_network_of_tensors_takes_a_device()
    {
        var notebooks = Directory.EnumerateFiles(Path.Combine(Repository.Root, "notebooks"), "*.dib", SearchOption.AllDirectories)
            .Where(file => Runs().IsMatch(File.ReadAllText(file))).ToArray();
        Assert.InRange(notebooks.Length, 12, 100);
        Assert.Empty(notebooks.Where(file => !new NotebookParameters(file).Has("Device")).Select(Path.GetFileName));
    }

    [GeneratedRegex(@"new Trainer\(|VariantComparison\.Run|new FeatureExtractor\(|\.backward\(\)|VaeModel\(|new NirNetwork\(|new Stdp\(")]
    private static partial Regex Runs();

    private async Task<(int Code, string Output, string Errors)> SnnAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "snn.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Folder,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }
}
