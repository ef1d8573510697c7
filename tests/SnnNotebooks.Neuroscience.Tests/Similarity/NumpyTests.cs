using SnnNotebooks.Similarity;

namespace SnnNotebooks.Neuroscience.Tests.Similarity;

/// <summary>Draws and orders against NumPy 1.24 (RandomState) and scikit-learn's KFold: the numbers below were printed by them.</summary>
public sealed class NumpyTests
{
    [Fact]
    public void Draws_are_those_of_RandomState()
    {
        var random = new NumpyRandom(2023);
        Assert.Equal([8, 2, 5, 0, 3, 4, 1, 9, 6, 7], random.Permutation(10));
        Assert.Equal([5, 0, 6, 1, 5, 5, 5, 0], Enumerable.Range(0, 8).Select(_ => random.Integer(7)));
        Assert.Equal(0.13429957256751, random.Uniform(), 14);
        Assert.Equal(0.422700653929029, random.Uniform(), 14);
        Assert.Equal(1.3624737714867983, random.Normal(), 14);
        Assert.Equal(-1.4825807606476178, random.Normal(), 14);
        Assert.Equal(1.3814319005240356, random.Normal(), 14);
    }

    [Fact]
    public void Equal_numbers_stay_in_the_order_of_numpys_argsort()
    {
        double[] values = [1, 3, 0, 0, 3, 1, 3, 1, 3, 0, 0, 1, 0, 3, 1, 0, 2, 1, 2, 0, 2, 1, 2, 0, 3, 0, 2, 0, 1, 2, 2, 0, 3, 3, 1, 1,
            3, 2, 0, 2];
        int[] argsort = [19, 38, 12, 23, 10, 9, 15, 25, 31, 3, 2, 27, 28, 34, 21, 35, 17, 0, 14, 5, 11, 7, 18, 37, 30, 29, 16, 39, 22, 20,
            26, 8, 24, 13, 32, 33, 4, 1, 36, 6];
        Assert.Equal(argsort, NumpyOrder.Of(values));
        var ranks = Ranks.Ordinal(values);
        Assert.Equal(Enumerable.Range(0, argsort.Length), argsort.Select(index => ranks[index]));
    }

    [Fact]
    public void A_radix_sort_orders_numbers_of_all_sizes_and_signs()
    {
        var random = new Random(3);
        double[] values = [0.0, double.Epsilon, -double.Epsilon, double.MaxValue, double.MinValue, 1, -1,
            .. Enumerable.Range(0, 5000).Select(_ => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-300, 300)))];
        var ranks = Ranks.Ordinal(values);
        Assert.Equal(values.Order(), Enumerable.Range(0, values.Length).OrderBy(i => ranks[i]).Select(i => values[i]));
    }

    [Fact]
    public void Averaged_ranks_give_scipys_spearman()
    {
        Assert.Equal([1.5, 0, 1.5, 3], Ranks.Average([2.0, 1.0, 2.0, 5.0]));
        Assert.Equal(-0.20519567041703082, RankCorrelation.Spearman([1, 2, 3, 4, 5], [5, 2, 3, 2, 4.5], RankTies.Average), 12);
    }

    [Fact]
    public void Degenerate_orders_stay_fast_and_sorted()
    {
        // organ pipes and saw teeth are bad for a median of three
        double[] pipes = [.. Enumerable.Range(0, 20000).Select(i => (double)Math.Min(i, 20000 - i))];
        Assert.Equal(pipes.Order(), NumpyOrder.Of(pipes).Select(index => pipes[index]));
    }

    [Fact]
    public void Folds_hold_out_every_row_once()
    {
        var folds = KFold.Split(23, 5);
        Assert.Equal([5, 5, 5, 4, 4], folds.Select(fold => fold.Length));
        Assert.Equal(Enumerable.Range(0, 23), folds.SelectMany(fold => fold).Order());
        Assert.Throws<ArgumentOutOfRangeException>(() => KFold.Split(5, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => KFold.Split(5, 1));
    }
}
