using SnnNotebooks.Similarity;
using SnnNotebooks.Similarity.Rdms;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Similarity.Rdms;

public sealed class RdmDistanceTests
{
    [Fact]
    public void Crossnobis_is_zero_on_average_where_nothing_differs_and_mahalanobis_is_not()
    {
        using var scope = NewDisposeScope();
        var (crossed, plain) = (0.0, 0.0);
        for (uint seed = 0; seed < 40; seed++)
        {
            var noise = Observed(seed);
            crossed += RdmDistances.Crossnobis(noise)[0].Average() / 40;
            plain += RdmDistances.Mahalanobis(noise, eye(8, dtype: float64))[0].Average() / 40;
        }

        Assert.InRange(crossed, -0.05, 0.05);
        Assert.InRange(plain, 0.4, 0.6); // 2 / runs
    }

    [Fact]
    public void The_cross_validated_poisson_divergence_is_the_mean_over_runs()
    {
        using var scope = NewDisposeScope();
        var counts = new Observations(Noise(1, 16, 5).abs(), Conditions(16), Runs(16));
        var folds = RdmDistances.PoissonFolds(counts);
        Assert.Equal(4, folds.Count);
        Assert.Equal(Enumerable.Range(0, 6).Select(pair => Enumerable.Range(0, 4).Average(fold => folds[fold][pair])),
            RdmDistances.PoissonCrossValidated(counts)[0], (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Bad_measurements_get_a_sentence()
    {
        using var scope = NewDisposeScope();
        var values = Noise(2, 8, 3);
        string Refused(Func<object> act) => Assert.ThrowsAny<ArgumentException>(act).Message;
        var nan = values.clone();
        nan[1, 1] = double.NaN;
        Assert.Contains("NaN", Refused(() => new Observations(nan, Conditions(8))), StringComparison.Ordinal);
        Assert.Contains("7 conditions", Refused(() => new Observations(values, Conditions(7))), StringComparison.Ordinal);
        Assert.Contains("without gaps", Refused(() => new Observations(values, [.. Conditions(8).Select(c => 2 * c)])),
            StringComparison.Ordinal);
        var oneRun = new Observations(values, Conditions(8), new int[8]);
        Assert.Contains("one run", Refused(() => RdmDistances.Crossnobis(oneRun)), StringComparison.Ordinal);
        var lacking = new Observations(values, Conditions(8), [0, 0, 0, 0, 1, 1, 1, 2]);
        Assert.Contains("show each in every run", Refused(() => RdmDistances.Crossnobis(lacking)), StringComparison.Ordinal);
        var one = new Observations(values, new int[8]);
        Assert.Contains("one condition", Refused(() => RdmDistances.Euclidean(one)), StringComparison.Ordinal);
        Assert.Contains("at least 0", Refused(() => RdmDistances.Poisson(oneRun)), StringComparison.Ordinal);
        Assert.Contains("expected [3, 3]", Refused(() => RdmDistances.Mahalanobis(oneRun, eye(2, dtype: float64))),
            StringComparison.Ordinal);
        Assert.Contains("positive definite", Refused(() => RdmDistances.Mahalanobis(oneRun, -eye(3, dtype: float64))),
            StringComparison.Ordinal);
        Assert.Contains("does not vary", Refused(() => NoiseCovariance.OfResiduals(ones(4, 2, float64))), StringComparison.Ordinal);
        Assert.Contains("degrees of freedom", Refused(() => NoiseCovariance.OfResiduals(values[..1])), StringComparison.Ordinal);
        var full = NoiseCovariance.OfResiduals(values[..3], CovarianceEstimate.Full);
        Assert.Contains("positive definite", Refused(() => NoiseCovariance.Precision(full)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_flat_pattern_has_no_correlation_distance()
    {
        using var scope = NewDisposeScope();
        var values = Noise(3, 4, 3);
        values[2] = ones(3, float64);
        var found = RdmDistances.Correlation(new Observations(values, Conditions(4)))[0];
        Assert.Equal([false, true, false, true, false, true], found.Select(double.IsNaN));
    }

    private static int[] Conditions(int rows) => [.. Enumerable.Range(0, rows).Select(row => row % 4)];

    private static int[] Runs(int rows) => [.. Enumerable.Range(0, rows).Select(row => row / 4)];

    private static Tensor Noise(uint seed, int rows, int channels)
    {
        var random = new NumpyRandom(seed);
        return tensor(Enumerable.Range(0, rows * channels).Select(_ => random.Normal()).ToArray(), [rows, channels]);
    }

    private static Observations Observed(uint seed) => new(Noise(seed, 16, 8), Conditions(16), Runs(16));
}
