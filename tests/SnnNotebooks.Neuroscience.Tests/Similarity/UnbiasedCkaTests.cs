using SnnNotebooks.Similarity;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Similarity;

public sealed class UnbiasedCkaTests
{
    [Fact]
    public void Unrelated_responses_of_many_features_score_about_zero()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (a, b) = (randn(20, 2000, float64), randn(20, 2000, float64));
        Assert.InRange(new UnbiasedCka().Score(a, b).OrNaN, -0.3, 0.3);
        Assert.InRange(new Cka().Score(a, b).OrNaN, 0.9, 1); // what the bias does
        Assert.Equal(1, new UnbiasedCka().Score(a, a * 3 + 1).OrNaN, 1e-9);
    }

    [Fact]
    public void Three_stimuli_are_too_few()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("needs 4", new UnbiasedCka().Score(randn(3, 5), randn(3, 5)).Undefined, StringComparison.Ordinal);
    }
}
