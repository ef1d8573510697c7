using SnnNotebooks.Latents;
using SnnNotebooks.Latents.Controls;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents.Controls;

public sealed class LatentConsistencyTests
{
    [Fact]
    public void A_space_that_was_turned_and_stretched_is_the_same_and_one_with_half_of_it_explains_half()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var latents = randn(20, 30, 4);
        var turned = latents.matmul(randn(4, 4)) + 7;

        var table = LatentConsistency.Between([("a", latents), ("b", turned), ("half of a", latents.narrow(2, 0, 2))]);

        Assert.Equal(1, table.R2[0, 1], 6);
        Assert.Equal(1, table.R2[1, 0], 6);
        Assert.Equal(1, table.R2[0, 2], 6);
        Assert.InRange(table.R2[2, 0], 0.49, 0.52);
        Assert.InRange(table.HeldOut[2, 0], 0.46, 0.5);
        Assert.Equal(["a", "b", "half of a"], table.Names);
    }

    [Fact]
    public void R2_is_that_of_scikit_learns_linear_regression()
    {
        // numpy 1.24, scikit-learn 1.2.1: LinearRegression().fit(x, y).score(x, y), tools/golden/latent_controls.py
        using var scope = NewDisposeScope();
        var x = arange(24, dtype: ScalarType.Float64).reshape(2, 6, 2).sin();
        var y = (0.37 * arange(36, dtype: ScalarType.Float64).square()).reshape(2, 6, 3).cos();

        var table = LatentConsistency.Between([("x", x), ("y", y)]);

        Assert.Equal(XToY, table.R2[0, 1], 10);
        Assert.Equal(YToX, table.R2[1, 0], 10);
    }

    [Fact]
    public void Independent_noise_has_no_consistency()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);

        var table = LatentConsistency.Between([.. Enumerable.Range(0, 4).Select(i => ($"noise {i}", randn(40, 25, 5)))]);

        Assert.InRange(table.Mean, 0, 0.02); // D / bins by chance
        Assert.InRange(table.HeldOutMean, -0.03, 0.005);
    }

    [Fact]
    public void Halves_of_the_neurons_agree_on_what_was_planted_and_not_on_a_control()
    {
        using var scope = NewDisposeScope();
        var (counts, _) = Planted.Counts(factors: 2, neurons: 80);
        var control = ControlCounts.Of(counts, ControlKind.TimeShift, 1);
        double Agreement(Tensor of) => LatentConsistency.Between([("first", Embedded(of, 0)), ("second", Embedded(of, 40))]).HeldOutMean;

        Assert.InRange(Agreement(counts), 0.7, 1);
        Assert.InRange(Agreement(control), -0.1, 0.05);
    }

    [Fact]
    public void Sessions_with_other_neurons_are_compared_by_their_conditions()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var means = randn(6, 12, 2);
        (string Name, Tensor Latents, IReadOnlyList<string> Conditions) Session(string name, int trials)
        {
            string[] conditions = [.. Enumerable.Range(0, trials).Select(trial => $"direction {trial % 6}")];
            var noise = randn(trials, 12, 3);
            return (name, means.repeat(trials / 6, 1, 1).matmul(randn(2, 3)) + (0.3 * noise), conditions);
        }

        var table = LatentConsistency.AcrossRecordings([Session("monday", 60), Session("tuesday", 120)]);
        var (first, second) = (Session("monday", 60), Session("noise", 60));
        var blind = LatentConsistency.AcrossRecordings([first, second with { Latents = randn(60, 12, 3) }]);

        Assert.InRange(table.Mean, 0.8, 1);
        Assert.InRange(blind.Mean, 0, 0.15);
        Assert.Contains("share 0 conditions", Assert.Throws<ArgumentException>(() => LatentConsistency.AcrossRecordings(
            [first, second with { Conditions = [.. second.Conditions.Select(name => "other " + name)] }])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("1 embeddings", Assert.Throws<ArgumentException>(() => LatentConsistency.Between([("a", ones(2, 3, 1))])).Message,
            StringComparison.Ordinal);
        Assert.Contains("[2, 4, 1]", Assert.Throws<ArgumentException>(
            () => LatentConsistency.Between([("a", randn(2, 3, 1)), ("b", randn(2, 4, 1))])).Message, StringComparison.Ordinal);
        Assert.Contains("does not vary", Assert.Throws<ArgumentException>(
            () => LatentConsistency.Between([("a", ones(2, 3, 1)), ("b", randn(2, 3, 1))])).Message, StringComparison.Ordinal);
    }

    private const double XToY = 0.18747060391221745;
    private const double YToX = 0.4652954170145214;

    private static Tensor Embedded(Tensor counts, int first)
    {
        using var model = new PcaModel(2, Smoothing.Gaussian(2));
        var own = counts.narrow(2, first, 40);
        model.Fit(own);
        return model.Embed(own);
    }
}
