using System.Text.Json;
using SnnNotebooks.Exchange;
using SnnNotebooks.Latents.Benchmark;
using SnnNotebooks.TestSupport;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents.Benchmark;

/// <summary><c>snn neural bits</c> as a shell calls it.</summary>
public sealed class NeuralBitsCommandTests
{
    [Fact]
    public void Rates_are_scored_and_bad_files_named()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var (rates, spikes) = (folder.File("rates.npy"), folder.File("spikes.npy"));
        manual_seed(1);
        var truth = rand(20, 5, 3) + 0.1;
        var counts = poisson(truth);
        NumpyWriter.Write(rates, truth);
        NumpyWriter.Write(spikes, counts);
        var (code, output, error) = SnnTool.Run("neural", "bits", rates, spikes, "--json");
        Assert.True(code == 0, error);
        using var result = JsonDocument.Parse(output);
        Assert.Equal(SpikeLikelihood.BitsPerSpike(truth, counts), result.RootElement.GetProperty("bitsPerSpike").GetDouble(), 12);
        Assert.Equal(counts.sum().item<float>(), result.RootElement.GetProperty("spikes").GetDouble());

        NumpyWriter.Write(spikes, counts[..10]);
        var (shape, _, differing) = SnnTool.Run("neural", "bits", rates, spikes);
        Assert.Equal(1, shape);
        Assert.Contains("same shape", differing, StringComparison.Ordinal);
        File.WriteAllText(rates, "no array");
        var (damaged, _, unreadable) = SnnTool.Run("neural", "bits", rates, spikes);
        Assert.Equal(1, damaged);
        Assert.Contains("rates.npy", unreadable, StringComparison.Ordinal);
        Assert.Equal(2, SnnTool.Run("neural", "bits", rates, folder.File("none.npy")).Code);
    }
}
