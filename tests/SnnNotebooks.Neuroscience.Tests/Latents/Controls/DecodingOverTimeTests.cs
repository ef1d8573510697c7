using SnnNotebooks.Latents.Controls;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents.Controls;

public sealed class DecodingOverTimeTests
{
    private static readonly string[] Conditions = [.. Enumerable.Range(0, 90).Select(trial => $"target {trial % 3}")];

    [Fact]
    public void Conditions_are_told_from_the_bin_on_in_which_they_part_and_before_at_chance()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var means = eye(3).repeat(30, 1).unsqueeze(1) * arange(10).ge(5).to(ScalarType.Float32).reshape(1, 10, 1) * 4;

        var decoded = DecodingOverTime.Of(means + randn(90, 10, 3), Conditions, shuffles: 40);

        Assert.All(decoded.Accuracy.Skip(5), share => Assert.InRange(share, 0.9, 1));
        Assert.InRange(decoded.Accuracy.Take(5).Average(), 0.2, 0.45);
        Assert.Equal(1.0 / 3, decoded.Chance, 12);
        Assert.All(decoded.ShuffledHighest, share => Assert.InRange(share, 1.0 / 3, 0.6));
        Assert.All(decoded.ShuffledLowest, share => Assert.InRange(share, 0.1, 1.0 / 3));
        Assert.Equal(["target 0", "target 1", "target 2"], decoded.Conditions);
        Assert.Equal(decoded.Accuracy[9], Enumerable.Range(0, 90).Count(trial => decoded.Found[trial, 9] == trial % 3) / 90.0, 12);
    }

    [Fact]
    public void A_trial_never_tells_its_own_condition()
    {
        // as many dimensions as trials: whoever was shown a trial could tell it without fail
        using var scope = NewDisposeScope();
        manual_seed(2);

        Assert.InRange(DecodingOverTime.Of(randn(90, 2, 60), Conditions, shuffles: 1).Accuracy.Average(), 0.15, 0.5);
    }

    [Fact]
    public void Dimensions_that_do_not_vary_do_no_harm()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var told = 4 * eye(3).repeat(30, 1).unsqueeze(1) + randn(90, 2, 3);

        Assert.InRange(DecodingOverTime.Of(cat([told, zeros(90, 2, 2)], 2), Conditions, shuffles: 1).Accuracy.Average(), 0.9, 1);
    }

    [Fact]
    public void What_cannot_be_told_apart_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("1 of them different", Assert.Throws<ArgumentException>(
            () => DecodingOverTime.Of(randn(4, 2, 2), ["a", "a", "a", "a"])).Message, StringComparison.Ordinal);
        Assert.Contains("3 conditions", Assert.Throws<ArgumentException>(
            () => DecodingOverTime.Of(randn(4, 2, 2), ["a", "a", "b"])).Message, StringComparison.Ordinal);
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(
            () => DecodingOverTime.Of(full(4, 2, 2, float.NaN), ["a", "a", "b", "b"])).Message, StringComparison.Ordinal);
    }
}
