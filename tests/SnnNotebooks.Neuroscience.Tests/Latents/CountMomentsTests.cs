using SnnNotebooks.Latents;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents;

public sealed class CountMomentsTests
{
    /// <summary>Whole and other numbers, more neurons than are multiplied at once, more bins than one part holds.</summary>
    [Theory]
    [InlineData(3, 40_000, 1)]
    [InlineData(300, 9_000, 1)]
    [InlineData(300, 9_000, 0.37)]
    [InlineData(130, 17_000, 1000)]
    public void Mean_and_covariance_are_those_of_all_bins(int neurons, int bins, double scale)
    {
        using var scope = NewDisposeScope();
        manual_seed(neurons);
        var counts = (poisson(rand(1, neurons) * 3 * ones(bins, 1)) * scale).to(float32).reshape(10, -1, neurons);
        var rows = counts.flatten(0, 1).to(float64);
        var centred = rows - rows.mean([0]);

        var (mean, covariance) = CountMoments.Of(counts);

        Assert.True((mean - rows.mean([0])).abs().max().ToDouble() < 1e-10 * scale);
        Assert.True((covariance - (centred.t().Product(centred) / bins)).abs().max().ToDouble() < 1e-12 * scale * scale);
        Assert.Equal(0, (covariance - covariance.t()).abs().max().ToDouble());
    }
}
