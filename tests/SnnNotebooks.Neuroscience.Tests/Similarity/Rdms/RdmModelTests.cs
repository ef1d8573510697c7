using SnnNotebooks.Similarity;
using SnnNotebooks.Similarity.Rdms;

namespace SnnNotebooks.Neuroscience.Tests.Similarity.Rdms;

public sealed class RdmModelTests
{
    [Theory]
    [InlineData(RdmFit.Regression, RdmComparator.Cosine)]
    [InlineData(RdmFit.NonNegativeRegression, RdmComparator.WhitenedCorrelation)]
    [InlineData(RdmFit.Search, RdmComparator.TauA)]
    [InlineData(RdmFit.NonNegativeSearch, RdmComparator.Spearman)]
    public void A_sum_of_candidates_is_found_again_from_some_of_the_stimuli(RdmFit fit, RdmComparator comparator)
    {
        var candidates = Random(1, 3);
        var whole = new RdmSet([candidates[0].Select((value, pair) => (0.8 * value) + (0.6 * candidates[2][pair])).ToArray()]);
        var data = whole.SelectStimuli([0, 1, 2, 4, 5, 6, 7]);
        var model = new WeightedRdmModel("sum", candidates, fit);
        var weights = model.Fit(data, comparator);
        Assert.Equal(1, RdmComparison.Compare(model.Predict(weights), whole, comparator)[0][0], comparator == RdmComparator.TauA ? 0.1
            : 0.02);
        Assert.Equal(1, weights.Sum(weight => weight * weight), 1e-9);
    }

    [Theory]
    [InlineData(1e-6)]
    [InlineData(1)]
    [InlineData(1e6)]
    public void Non_negative_weights_are_found_whatever_the_scale(double scale)
    {
        var candidates = Scaled(Random(2, 4), scale);
        var data = new RdmSet([candidates[1].Select((value, pair) => value - (0.2 * candidates[3][pair])).ToArray()]);
        var weights = new WeightedRdmModel("sum", candidates, RdmFit.NonNegativeRegression).Fit(data, RdmComparator.Cosine);
        Assert.All(weights, weight => Assert.InRange(weight, 0, 1));
        Assert.Equal(0, weights[3]);
        Assert.InRange(weights[1], 0.9, 1);
    }

    [Fact]
    public void A_mixture_of_neighbours_is_found_again()
    {
        var candidates = Random(3, 4);
        var data = new RdmSet([candidates[1].Select((value, pair) => (0.3 * value) + (0.7 * candidates[2][pair])).ToArray()]);
        Assert.Equal([0, 0.3, 0.7, 0], new InterpolatedRdmModel("way", candidates).Fit(data, RdmComparator.Correlation),
            (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([2], new SelectedRdmModel("one", candidates).Fit(candidates.Select([2]), RdmComparator.TauA));
    }

    [Fact]
    public void Models_that_cannot_be_fitted_or_asked_say_why()
    {
        var candidates = Random(4, 2);
        string Refused(Func<object> act) => Assert.ThrowsAny<ArgumentException>(act).Message;
        var weighted = new WeightedRdmModel("sum", candidates);
        Assert.Contains("no inner product", Refused(() => weighted.Fit(candidates, RdmComparator.TauA)), StringComparison.Ordinal);
        Assert.Contains("2 parameters; 1", Refused(() => weighted.Predict([1])), StringComparison.Ordinal);
        Assert.Contains("0 to 1", Refused(() => new SelectedRdmModel("one", candidates).Predict([2])), StringComparison.Ordinal);
        Assert.Contains("nothing to interpolate", Refused(
            () => new InterpolatedRdmModel("way", candidates.Select([0])).Fit(candidates, RdmComparator.Cosine)), StringComparison.Ordinal);
        Assert.Contains("has parameters", Refused(() => RdmEvaluation.Fixed([weighted], candidates, RdmComparator.Cosine)),
            StringComparison.Ordinal);
        Assert.Contains("0 models", Refused(() => RdmEvaluation.Fixed([], candidates, RdmComparator.Cosine)), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new WeightedRdmModel("sum", candidates, ridge: double.NaN));
    }

    [Fact]
    public void One_subject_has_a_score_and_no_errors()
    {
        var set = Random(5, 3);
        var scores = RdmEvaluation.Fixed([new FixedRdmModel("a", set.Select([1]))], set.Select([0]), RdmComparator.Cosine);
        Assert.True(double.IsFinite(scores.Means[0]));
        Assert.True(double.IsNaN(scores.StandardErrors[0]) && double.IsNaN(scores.AgainstZero()[0]));
        Assert.Throws<InvalidOperationException>(scores.PairwiseByDraws);
    }

    [Fact]
    public void Folds_share_no_stimulus_between_fit_and_test_and_test_each_once()
    {
        var data = Random(6, 5);
        var folds = RdmCrossValidation.Folds(data, 2, 2);
        Assert.Equal(4, folds.Count);
        Assert.All(folds, fold => Assert.Empty(fold.FitStimuli.Intersect(fold.TestStimuli)));
        Assert.All(folds, fold => Assert.Empty(fold.FitSubjects.Intersect(fold.TestSubjects)));
        Assert.Equal(Enumerable.Range(0, 8), folds.Take(2).SelectMany(fold => fold.TestStimuli).Order());
        Assert.Contains("cannot be cut", Assert.Throws<ArgumentException>(() => RdmCrossValidation.Folds(data, 1, 3)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Many_tests_are_decided_together()
    {
        double[] p = [0.001, 0.012, 0.014, 0.2, 0.9, double.NaN];
        Assert.Equal([true, true, true, false, false, false], Significance.Of(p, 0.05, MultipleTests.Uncorrected));
        Assert.Equal([true, false, false, false, false, false], Significance.Of(p, 0.05, MultipleTests.Bonferroni));
        Assert.Equal([true, true, true, false, false, false], Significance.Of(p, 0.05, MultipleTests.FalseDiscoveryRate));
        Assert.Empty(Significance.Of([]));
        Assert.Throws<ArgumentException>(() => Significance.Of([1.5]));
    }

    private static RdmSet Scaled(RdmSet set, double scale) =>
        new([.. Enumerable.Range(0, set.Count).Select(row => set[row].Select(value => value * scale).ToArray())]);

    private static RdmSet Random(uint seed, int count)
    {
        var random = new NumpyRandom(seed);
        return new RdmSet([.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 28).Select(_ => 1 + random.Uniform()).ToArray())]);
    }
}
