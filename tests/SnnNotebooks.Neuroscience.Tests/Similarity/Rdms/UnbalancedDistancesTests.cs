using SnnNotebooks.Similarity;
using SnnNotebooks.Similarity.Rdms;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Similarity.Rdms;

public sealed class UnbalancedDistancesTests
{
    private const int Channels = 6;

    [Fact]
    public void Where_every_condition_is_in_every_run_crossnobis_is_the_balanced_one()
    {
        using var scope = NewDisposeScope();
        var precision = NoiseCovariance.Precision(NoiseCovariance.OfResiduals(Numbers(1, 20)));
        var observed = new Observations(Numbers(2, 24), [.. Rows(24).Select(row => row % 4)], [.. Rows(24).Select(row => row / 8)]);
        Near(RdmDistances.Crossnobis(observed, precision), UnbalancedDistances.Crossnobis(observed, precision));
    }

    [Fact]
    public void Without_an_order_the_observations_give_the_same_numbers()
    {
        using var scope = NewDisposeScope();
        int[] order = [.. new NumpyRandom(3).Permutation(24)];
        var values = Numbers(4, 24).abs();
        Observations Observed(int[] rows) => new(values.index_select(0, tensor(Array.ConvertAll(rows, row => (long)row))),
            [.. rows.Select(row => row % 4)], [.. rows.Select(row => row / 5)]);
        foreach (var distance in new Func<Observations, RdmSet>[]
        {
            observed => UnbalancedDistances.Crossnobis(observed), observed => UnbalancedDistances.Poisson(observed),
            observed => UnbalancedDistances.PoissonCrossValidated(observed),
        })
        {
            Near(distance(Observed([.. Rows(24)])), distance(Observed(order)));
        }
    }

    [Fact]
    public void With_unequal_repeats_nothing_that_differs_is_zero_on_average()
    {
        using var scope = NewDisposeScope();
        var (crossed, poisson) = (0.0, 0.0);
        for (uint seed = 0; seed < 60; seed++)
        {
            int[] conditions = [0, 1, 1, 1, 2, 2, 0, 1, 2, 0, 1, 1, 0, 2];
            int[] runs = [0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3];
            crossed += UnbalancedDistances.Crossnobis(new Observations(Numbers(seed, 14), conditions, runs))[0].Average() / 60;
            poisson += UnbalancedDistances.PoissonCrossValidated(
                new Observations(Numbers(seed, 14).square(), conditions, runs))[0].Average() / 60;
        }

        Assert.InRange(crossed, -0.05, 0.05);
        Assert.InRange(poisson, -0.05, 0.05);
    }

    [Fact]
    public void Pairs_of_a_condition_that_is_absent_or_in_one_run_only_are_missing()
    {
        using var scope = NewDisposeScope();
        var once = new Observations(Numbers(5, 8), [0, 1, 2, 0, 1, 0, 1, 1], [0, 0, 0, 1, 1, 2, 2, 2]);
        Assert.Equal([false, true, true], UnbalancedDistances.Crossnobis(once)[0].Select(double.IsNaN));
        Assert.DoesNotContain(double.NaN, UnbalancedDistances.Poisson(
            new Observations(Numbers(5, 8).abs(), [0, 1, 2, 0, 1, 0, 1, 1], [0, 0, 0, 1, 1, 2, 2, 2]))[0]);
        var absent = new Observations(Numbers(6, 6), [0, 2, 0, 2, 0, 2], [0, 0, 1, 1, 2, 2], conditionCount: 4);
        Assert.Equal([true, false, true, true, true, true], UnbalancedDistances.Crossnobis(absent)[0].Select(double.IsNaN));

        // six observations of two conditions leave four degrees of freedom
        var squares = 3 * Numbers(6, 6).view(3, 2, Channels).var(0, unbiased: false).sum().item<double>();
        Assert.Equal(squares / 4, NoiseCovariance.OfMeasurements(absent, CovarianceEstimate.Diagonal).trace().item<double>(), 1e-12);
    }

    [Fact]
    public void Measurements_without_pairs_or_conditions_get_a_sentence()
    {
        using var scope = NewDisposeScope();
        string Refused(Func<object> act) => Assert.ThrowsAny<ArgumentException>(act).Message;
        var absent = new Observations(Numbers(7, 4), [0, 2, 0, 2], [0, 0, 1, 1], conditionCount: 3);
        Assert.Contains("has no observation", Refused(() => RdmDistances.Euclidean(absent)), StringComparison.Ordinal);
        Assert.Contains("UnbalancedDistances", Refused(() => RdmDistances.Crossnobis(absent)), StringComparison.Ordinal);
        Assert.Contains("one run", Refused(() => UnbalancedDistances.Crossnobis(new Observations(Numbers(8, 4), [0, 1, 0, 1], new int[4]))),
            StringComparison.Ordinal);
        Assert.Contains("one condition", Refused(() => UnbalancedDistances.Poisson(new Observations(Numbers(9, 3).abs(), new int[3]))),
            StringComparison.Ordinal);
        Assert.Contains("at least 0", Refused(() => UnbalancedDistances.Poisson(absent)), StringComparison.Ordinal);
        Assert.Contains("0 to 1", Refused(() => new Observations(Numbers(9, 3), [0, 1, 2], conditionCount: 2)), StringComparison.Ordinal);
        Assert.Contains("-1 to 1", Refused(() => new Observations(Numbers(9, 3), [0, 1, -1], conditionCount: 2)), StringComparison.Ordinal);
    }

    private static IEnumerable<int> Rows(int count) => Enumerable.Range(0, count);

    private static Tensor Numbers(uint seed, int rows)
    {
        var random = new NumpyRandom(seed);
        return tensor(Rows(rows * Channels).Select(_ => random.Normal()).ToArray(), [rows, Channels]);
    }

    private static void Near(RdmSet expected, RdmSet found) =>
        Assert.Equal(expected[0], found[0], (a, b) => Math.Abs(a - b) <= 1e-12 * Math.Max(1, Math.Abs(a)));
}
