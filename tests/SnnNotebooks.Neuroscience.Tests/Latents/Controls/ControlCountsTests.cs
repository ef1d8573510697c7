using SnnNotebooks.Latents.Controls;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents.Controls;

public sealed class ControlCountsTests
{
    [Theory]
    [InlineData(ControlKind.TimeShift)]
    [InlineData(ControlKind.BinShuffle)]
    [InlineData(ControlKind.TrialShuffle)]
    public void A_control_keeps_each_neurons_counts_and_ends_what_neurons_share(ControlKind kind)
    {
        using var scope = NewDisposeScope();
        var (counts, _) = Planted.Counts(factors: 1);

        var control = ControlCounts.Of(counts, kind, seed: 3);

        static Tensor Sorted(Tensor of) => of.flatten(0, 1).sort(0).Values;
        Assert.Equal(counts.shape, control.shape);
        Assert.True(Sorted(counts).Equals(Sorted(control)));
        Assert.InRange(Shared(counts), 0.12, 1);
        Assert.InRange(Shared(control), 0, 0.06);
        Assert.True(control.Equals(ControlCounts.Of(counts, kind, seed: 3)));
        Assert.False(control.Equals(ControlCounts.Of(counts, kind, seed: 4)));
    }

    [Fact]
    public void Shifts_keep_the_rhythm_of_a_neuron_and_shuffled_bins_do_not()
    {
        using var scope = NewDisposeScope();
        var (counts, _) = Planted.Counts(factors: 1);
        static double Rhythm(Tensor of)
        {
            var rows = of.flatten(0, 1).to(ScalarType.Float64);
            rows = (rows - rows.mean([0])) / rows.std(0, unbiased: false);
            return (rows.narrow(0, 1, rows.shape[0] - 1) * rows.narrow(0, 0, rows.shape[0] - 1)).mean().ToDouble();
        }

        Assert.InRange(Rhythm(counts), 0.15, 1);
        Assert.InRange(Rhythm(ControlCounts.Of(counts, ControlKind.TimeShift, 1)), Rhythm(counts) - 0.02, Rhythm(counts) + 0.02);
        Assert.InRange(Rhythm(ControlCounts.Of(counts, ControlKind.BinShuffle, 1)), -0.02, 0.02);
    }

    [Fact]
    public void Trials_are_shuffled_within_their_condition_only()
    {
        using var scope = NewDisposeScope();
        string[] conditions = [.. Enumerable.Range(0, 30).Select(trial => trial % 3 == 0 ? "left" : "right")];
        var counts = poisson(full(30, 8, 5, 4.0));
        Tensor Mean(Tensor of, string name) =>
            of[tensor(conditions.Select(condition => condition == name).ToArray())].mean([0]);

        var control = ControlCounts.Of(counts, ControlKind.TrialShuffle, 1, conditions);

        Assert.True(Mean(counts, "left").allclose(Mean(control, "left")));
        Assert.True(Mean(counts, "right").allclose(Mean(control, "right")));
        Assert.False(counts.Equals(control));
    }

    [Fact]
    public void What_is_no_recording_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("[4, 2]", Assert.Throws<ArgumentException>(() => ControlCounts.Of(ones(4, 2), ControlKind.TimeShift, 0)).Message,
            StringComparison.Ordinal);
        Assert.Contains("1 conditions",
            Assert.Throws<ArgumentException>(() => ControlCounts.Of(ones(4, 2, 2), ControlKind.TrialShuffle, 0, ["a"])).Message,
            StringComparison.Ordinal);
    }

    // the mean size of the correlation of two neurons
    private static double Shared(Tensor counts)
    {
        using var scope = NewDisposeScope();
        var rows = counts.flatten(0, 1).to(ScalarType.Float64);
        var correlations = rows.t().corrcoef();
        var pairs = correlations.triu(1);
        return (pairs.abs().sum() / (correlations.shape[0] * (correlations.shape[0] - 1) / 2)).ToDouble();
    }
}
