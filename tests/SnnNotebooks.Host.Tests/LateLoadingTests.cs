using System.Diagnostics;
using SnnNotebooks.Cli;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

/// <summary>libtorch takes a third of a second to load: command lines that compute nothing do without it.</summary>
public sealed class LateLoadingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Help_of_every_verb_is_given_without_libtorch()
    {
        var lines = Verbs.Names.Select(verb => new[] { verb, "--help" }).Append(["--help"]);
        await Parallel.ForEachAsync(lines, async (line, _) =>
        {
            var (code, output, libraries) = await SnnAsync(line);
            Assert.Equal(0, code);
            Assert.Contains("Usage:", output, StringComparison.Ordinal);
            Assert.Empty(libraries);
        });
    }

    [Theory]
    [InlineData(0, "--version")]
    [InlineData(0, "[suggest:4]", "snn tr")]
    [InlineData(0, "[suggest:13]", "snn train --re")]
    [InlineData(0, "[suggest:19]", "snn latents --model ")]
    [InlineData(2, "trian")]
    [InlineData(2, "data")]
    [InlineData(2, "train", "spikformer")]
    [InlineData(2, "train", "nosuch", "--out", "w.safetensors")]
    [InlineData(2, "train", "spikformer", "--out", "w.safetensors", "--device", "gpu")]
    [InlineData(2, "train", "spikformer", "--out", "w.safetensors", "--recipe", "nosuch")]
    [InlineData(2, "conform", ".", "--device", "gpu")]
    [InlineData(2, "similarity", "nosuch", "a.npy", "b.npy")]
    [InlineData(2, "run", "nosuch.dib")]
    [InlineData(2, "sweep", "nosuch.json")]
    public async Task What_ends_before_the_work_begins_loads_no_libtorch(int expected, params string[] line)
    {
        var (code, _, libraries) = await SnnAsync(line);
        Assert.Equal(expected, code);
        Assert.Empty(libraries);
    }

    [Theory]
    [InlineData("recipes")]
    [InlineData("run", "nosuch.dib", "--device", "CPU")] // a device is made to know whether it is there
    public async Task Where_there_is_work_it_is_loaded_once_and_from_one_folder(params string[] line)
    {
        var (_, _, libraries) = await SnnAsync(line);
        Assert.Single(libraries, library => library.EndsWith("/libtorch_cpu.so", StringComparison.Ordinal));
    }

    /// <summary>Runs the tool under a loader that says which libraries it loads.</summary>
    private async Task<(int Code, string Output, string[] TorchLibraries)> SnnAsync(string[] line)
    {
        var log = Path.Combine(folder.Path, Guid.NewGuid().ToString("N"));
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "snn.dll"), .. line])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path,
            Environment = { ["LD_DEBUG"] = "files", ["LD_DEBUG_OUTPUT"] = log },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        await errors;
        const string Loaded = "calling init: ";
        var loaded = File.ReadLines($"{log}.{process.Id}").Where(said => said.Contains(Loaded, StringComparison.Ordinal))
            .Select(said => said[(said.IndexOf(Loaded, StringComparison.Ordinal) + Loaded.Length)..].Trim()).ToArray();
        Assert.Contains(loaded, library => library.EndsWith("/libcoreclr.so", StringComparison.Ordinal)); // the loader did say it
        return (process.ExitCode, output, [.. loaded.Where(library => library.Contains("torch", StringComparison.OrdinalIgnoreCase))]);
    }
}
