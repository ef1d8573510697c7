using SnnNotebooks.Similarity;
using SnnNotebooks.Similarity.Rdms;

namespace SnnNotebooks.Neuroscience.Tests.Similarity.Rdms;

public sealed class RdmCrossValidatedBootstrapTests
{
    private const int Stimuli = 18;

    [Fact]
    public void The_correction_takes_off_the_variance_that_cutting_adds()
    {
        double Mean(int cuts) => Score(cuts, draws: 60).StandardErrors.Average();
        var (one, two, four) = (Mean(1), Mean(2), Mean(4));
        Assert.True(two < one && four < one, $"{one}, {two}, {four}");
    }

    [Fact]
    public void Draws_and_cuts_follow_from_the_seed()
    {
        Assert.Equal(Score(2, 12).Samples.SelectMany(row => row), Score(2, 12).Samples.SelectMany(row => row));
        Assert.NotEqual(Score(2, 12).Means, Score(2, 12, seed: 9).Means);
    }

    [Fact]
    public void Subjects_that_were_drawn_twice_are_never_fitted_and_scored()
    {
        var drawn = Data().Select([0, 3, 3, 1, 3]);
        var folds = RdmCrossValidation.Folds(drawn, 3, 2, seed: 4);
        Assert.Equal(6, folds.Count);
        Assert.All(folds, fold => Assert.Empty(fold.FitSubjects.Intersect(fold.TestSubjects)));
        Assert.All(folds, fold => Assert.Equal([0, 1, 3], fold.FitSubjects.Concat(fold.TestSubjects).Order()));
    }

    [Fact]
    public void What_cannot_be_cut_or_fitted_gets_a_sentence()
    {
        string Refused(Func<object> act) => Assert.ThrowsAny<ArgumentException>(act).Message;
        RdmScores Of(int subjects, int stimuli, RdmModel[]? models = null, int draws = 5) => RdmCrossValidatedBootstrap.Score(
            models ?? Models(3), Data(), RdmComparator.Cosine, subjects, stimuli, draws: draws);
        Assert.Contains("no cross-validation", Refused(() => Of(1, 1)), StringComparison.Ordinal);
        Assert.Contains("0 of 5 draws", Refused(() => Of(2, 6)), StringComparison.Ordinal);
        Assert.Contains("0 of 5 draws", Refused(() => Of(7, 1)), StringComparison.Ordinal);
        Assert.Contains("give a ridge", Refused(() => Of(1, 2, [new WeightedRdmModel("twice", Set(1, 1).Select([0, 0]))])),
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Of(2, 0));
        Assert.Throws<ArgumentException>(() => Of(2, 2, []));
    }

    private static RdmScores Score(int cuts, int draws, uint seed = 5) => RdmCrossValidatedBootstrap.Score(
        Models(3), Data(), RdmComparator.Cosine, 2, 2, RdmResampling.Both, draws, cuts, seed);

    private static RdmModel[] Models(int candidates) =>
        [new WeightedRdmModel("weighted", Set(11, candidates)), new SelectedRdmModel("selected", Set(12, candidates))];

    private static RdmSet Data() => Set(11, 6);

    /// <summary>Squared distances of patterns that share a part.</summary>
    private static RdmSet Set(uint seed, int count)
    {
        var random = new NumpyRandom(seed);
        double[][] Draw() => [.. Enumerable.Range(0, Stimuli).Select(_ => Enumerable.Range(0, 5).Select(_ => random.Normal()).ToArray())];
        var shared = Draw();
        return new RdmSet([.. Enumerable.Range(0, count).Select(_ =>
        {
            var own = Draw();
            return Enumerable.Range(0, Stimuli).SelectMany(i => Enumerable.Range(i + 1, Stimuli - i - 1).Select(j =>
                Enumerable.Range(0, 5).Sum(c => Math.Pow(shared[i][c] + own[i][c] - shared[j][c] - own[j][c], 2)))).ToArray();
        })]);
    }
}
