using System.Diagnostics;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

/// <summary>The tool under a libtorch that it does not run with.</summary>
public sealed class ChosenLibTorchTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ChosenLibTorchTests()
    {
        Directory.CreateDirectory(folder.File("lib"));
        File.WriteAllText(Path.Combine(folder.File("lib"), "libtorch_cpu.so"), string.Empty);
        File.WriteAllText(folder.File("build-version"), "2.9.1");
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("models")]
    [InlineData("nir", "simulate", "g.nir", "x.npy", "--dt", "1", "--out", "y.npy")]
    [InlineData("train", "spikformer", "--out", "w.safetensors")]
    [InlineData("eval", "spikformer", "--weights", "w.pt", "--data", "mnist")]
    [InlineData("conform", ".")]
    [InlineData("bench", "gpu", "--trial", "--device", "cpu")]
    public async Task A_verb_that_needs_libtorch_ends_with_2_and_one_sentence(params string[] arguments)
    {
        var (code, output, errors) = await SnnAsync(arguments);
        Assert.Equal(
            (2, string.Empty, $"SNN_LIBTORCH is {folder.File("lib")}, which holds libtorch 2.9.1; this kit runs with 2.10 and 2.11.\n"),
            (code, output, errors));
    }

    [Theory]
    [InlineData(0, "data", "list")]
    [InlineData(1, "doctor")]
    public async Task A_verb_that_needs_none_goes_on(int expected, params string[] arguments)
    {
        var (code, output, errors) = await SnnAsync(arguments);
        Assert.True(code == expected && output.Length > 0 && errors.Length == 0, output + errors);
    }

    private async Task<(int Code, string Output, string Errors)> SnnAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "snn.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path,
            Environment = { ["SNN_LIBTORCH"] = folder.File("lib") },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }
}
