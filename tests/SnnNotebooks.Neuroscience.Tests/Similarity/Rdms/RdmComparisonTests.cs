using SnnNotebooks.Similarity;
using SnnNotebooks.Similarity.Rdms;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Similarity.Rdms;

public sealed class RdmComparisonTests
{
    public static TheoryData<RdmComparator> Comparators { get; } = [.. Enum.GetValues<RdmComparator>()];

    [Theory]
    [MemberData(nameof(Comparators))]
    public void A_matrix_is_most_like_itself(RdmComparator comparator)
    {
        var set = Random(3, 2);
        var same = RdmComparison.Compare(set.Select([0]), set, comparator)[0];
        var best = comparator is RdmComparator.BuresDistance or RdmComparator.NegativeRiemannian ? 0 : 1;
        Assert.Equal(best, same[0], 1e-5);
        Assert.True(comparator == RdmComparator.BuresDistance ? same[1] > same[0] : same[1] < same[0]);
    }

    [Theory]
    [MemberData(nameof(Comparators))]
    public void Sets_that_do_not_belong_together_are_refused(RdmComparator comparator)
    {
        var set = Random(3, 1);
        var other = new RdmSet([set[0].Take(15).ToArray()]); // six stimuli
        Assert.Contains("7 stimuli and the other 6", Refusal(set, other, comparator), StringComparison.Ordinal);
        var gap = new RdmSet([set[0].Select((value, pair) => pair == 4 ? double.NaN : value).ToArray()]);
        Assert.Contains("missing", Refusal(set, gap, comparator), StringComparison.Ordinal);
        var empty = new RdmSet([Enumerable.Repeat(double.NaN, 21).ToArray()]);
        Assert.Matches("missing|0 pairs", Refusal(empty, empty, comparator));
    }

    [Theory]
    [MemberData(nameof(Comparators))]
    public void What_does_not_vary_has_no_score(RdmComparator comparator)
    {
        var zeros = new RdmSet([new double[21]]);
        var found = RdmComparison.Compare(Random(3, 1), zeros, comparator)[0][0];
        Assert.True(double.IsNaN(found) || comparator is RdmComparator.RhoA or RdmComparator.TauA or RdmComparator.BuresDistance,
            $"{found}");
    }

    [Theory]
    [InlineData(RdmComparator.WhitenedCosine)]
    [InlineData(RdmComparator.WhitenedCorrelation)]
    public void Whitening_is_the_inverse_of_the_covariance_of_distances(RdmComparator comparator)
    {
        using var scope = NewDisposeScope();
        var set = Random(5, 2);
        var random = new NumpyRandom(8);
        var x = tensor(Enumerable.Range(0, 140).Select(_ => random.Normal()).ToArray(), [20, 7]);
        var covariance = x.t().mm(x) / 20;
        foreach (var missing in new int[][] { [], [0, 3, 20] })
        {
            var gaps = new RdmSet([.. Enumerable.Range(0, 2).Select(
                row => set[row].Select((value, pair) => missing.Contains(pair) ? double.NaN : value).ToArray())]);
            var expected = Directly(gaps, missing, covariance, comparator == RdmComparator.WhitenedCorrelation);
            Assert.Equal(expected, RdmComparison.Compare(gaps.Select([0]), gaps.Select([1]), comparator, covariance)[0][0], 1e-10);
        }
    }

    [Fact]
    public void Kendalls_tau_counts_pairs()
    {
        double[] a = [1, 2, 2, 3, 5, 5, 4, 0], b = [2, 1, 3, 3, 4, 6, 6, 0];
        var (agree, differ, total) = (0, 0, 0);
        for (var i = 0; i < a.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var order = Math.Sign(a[i] - a[j]) * Math.Sign(b[i] - b[j]);
                (agree, differ, total) = (agree + (order > 0 ? 1 : 0), differ + (order < 0 ? 1 : 0), total + 1);
            }
        }

        Assert.Equal((agree - differ) / (double)total, KendallTau.A(a, b), 1e-12);
        Assert.Equal((agree - differ) / Math.Sqrt((total - 2.0) * (total - 2.0)), KendallTau.B(a, b), 1e-12);
    }

    [Fact]
    public void A_stimulus_drawn_twice_has_no_distance_to_itself()
    {
        var drawn = Random(1, 1).SelectStimuli([4, 2, 2, 6]);
        Assert.Equal([2, 2, 4, 6], drawn.Stimuli);
        Assert.True(double.IsNaN(drawn[0][0]));
        Assert.Equal(5, drawn[0].Count(double.IsFinite));
    }

    [Fact]
    public void Matrices_that_are_none_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => new RdmSet([]));
        Assert.Throws<ArgumentException>(() => new RdmSet([new double[5]]));
        Assert.Throws<ArgumentException>(() => new RdmSet([new double[3], new double[6]]));
        Assert.Throws<ArgumentException>(() => new RdmSet([[1, 2, double.PositiveInfinity]]));
        Assert.Throws<ArgumentException>(() => RdmSet.OfMatrices(arange(9, dtype: float64).view(3, 3)));
        Assert.Throws<ArgumentException>(() => RdmSet.OfMatrices(zeros(3, 4)));
        Assert.Equal([1, 2, 3], RdmSet.OfMatrices(tensor(new double[] { 0, 1, 2, 1, 0, 3, 2, 3, 0 }, [3, 3]))[0]);
    }

    private static string Refusal(RdmSet first, RdmSet second, RdmComparator comparator) =>
        Assert.Throws<ArgumentException>(() => RdmComparison.Compare(first, second, comparator)).Message;

    /// <summary>a' V^-1 b with V written out.</summary>
    private static double Directly(RdmSet set, int[] missing, Tensor covariance, bool centred)
    {
        int[] kept = [.. Enumerable.Range(0, 21).Except(missing)];
        var contrasts = zeros(21, 7, float64);
        var pair = 0;
        for (var i = 0; i < 7; i++)
        {
            for (var j = i + 1; j < 7; j++)
            {
                (contrasts[pair, i], contrasts[pair++, j]) = (1, -1);
            }
        }

        var rows = contrasts.index_select(0, tensor(Array.ConvertAll(kept, row => (long)row)));
        var v = rows.mm(covariance).mm(rows.t()).square();
        Tensor Vector(int row)
        {
            var values = tensor(kept.Select(place => set[row][place]).ToArray());
            return centred ? values - values.mean() : values;
        }

        double Product(Tensor a, Tensor b) => a.dot(linalg.solve(v, b.unsqueeze(1)).squeeze(1)).item<double>();
        var (x, y) = (Vector(0), Vector(1));
        return Product(x, y) / Math.Sqrt(Product(x, x) * Product(y, y));
    }

    /// <summary>Squared distances of seven random patterns of ten channels, so that second moments have full rank.</summary>
    private static RdmSet Random(uint seed, int count)
    {
        var random = new NumpyRandom(seed);
        return new RdmSet([.. Enumerable.Range(0, count).Select(_ =>
        {
            var x = Enumerable.Range(0, 7).Select(_ => Enumerable.Range(0, 10).Select(_ => random.Normal()).ToArray()).ToArray();
            return Enumerable.Range(0, 7).SelectMany(i => Enumerable.Range(i + 1, 6 - i)
                .Select(j => x[i].Zip(x[j], (a, b) => (a - b) * (a - b)).Sum())).ToArray();
        })]);
    }
}
