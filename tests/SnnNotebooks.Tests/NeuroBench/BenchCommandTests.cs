using System.Text.Json;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.NeuroBench;

/// <summary><c>snn bench</c> as a shell calls it.</summary>
public sealed class BenchCommandTests
{
    [Fact]
    public void A_networks_metrics_are_one_object()
    {
        var (code, output, error) = SnnTool.Run("bench", "neurobench", "spikformer_cifar10_2_384", "--json");

        Assert.True(code == 0, error);
        using var result = JsonDocument.Parse(output);
        var metrics = result.RootElement.GetProperty("metrics");
        Assert.Equal("spikformer_cifar10_2_384", result.RootElement.GetProperty("network").GetString());
        Assert.Contains(
            "fresh weights, noise [1, 3, 32, 32]", result.RootElement.GetProperty("basis").GetString(), StringComparison.Ordinal);
        Assert.True(metrics.GetProperty("DenseOperations").GetDouble() > metrics.GetProperty("EffectiveAcs").GetDouble());
        Assert.Contains("products of queries", metrics.GetProperty("Uncounted")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_is_said()
    {
        var (unknown, _, nearest) = SnnTool.Run("bench", "neurobench", "spikformer_cifar10_2_38");
        Assert.Equal(2, unknown);
        Assert.Contains("spikformer_cifar10_2_384", nearest, StringComparison.Ordinal);
        var (missing, _, absent) = SnnTool.Run("bench", "neurobench", "spikformer_cifar10_2_384", "--weights", "no-such-file.pth");
        Assert.Equal(2, missing);
        Assert.Contains("no-such-file.pth", absent, StringComparison.Ordinal);
        var (model, _, known) = SnnTool.Run("bench", "mackey-glass", "gru");
        Assert.Equal(2, model);
        Assert.Contains("lstm", known, StringComparison.Ordinal);
    }
}
