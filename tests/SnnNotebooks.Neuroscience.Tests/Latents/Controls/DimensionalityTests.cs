using SnnNotebooks.Latents.Controls;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents.Controls;

public sealed class DimensionalityTests
{
    [Fact]
    public void The_ratio_is_that_of_the_covariances_eigenvalues()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var values = (randn(60, 20, 5, dtype: ScalarType.Float64) * tensor(new[] { 3.0, 2, 1, 1, 0.1 })) + 100;
        var rows = values.flatten(0, 1);
        var spread = linalg.eigvalsh((rows - rows.mean([0])).t().matmul(rows - rows.mean([0])));

        var ratio = Dimensionality.ParticipationRatio(values);

        Assert.Equal((spread.sum().square() / spread.square().sum()).ToDouble(), ratio.Value, 8);
        Assert.True(ratio.Lowest < ratio.Value && ratio.Value < ratio.Highest && ratio.Highest - ratio.Lowest < 0.5, $"{ratio}");
    }

    [Fact]
    public void Intervals_hold_the_truth_as_often_as_they_say()
    {
        // eigenvalues 4 and 1: (4 + 1)^2 / (16 + 1)
        using var scope = NewDisposeScope();
        manual_seed(2);
        var held = Enumerable.Range(0, 100).Count(seed =>
        {
            using var once = NewDisposeScope();
            var ratio = Dimensionality.ParticipationRatio(randn(30, 10, 2) * tensor(new[] { 2f, 1f }), draws: 200, seed);
            return ratio.Lowest <= 25.0 / 17 && 25.0 / 17 <= ratio.Highest;
        });

        Assert.InRange(held, 85, 100);
    }

    [Fact]
    public void What_does_not_vary_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("do not vary", Assert.Throws<ArgumentException>(() => Dimensionality.ParticipationRatio(ones(4, 3, 2))).Message,
            StringComparison.Ordinal);
    }
}
