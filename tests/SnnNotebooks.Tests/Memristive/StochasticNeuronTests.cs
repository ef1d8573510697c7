using SnnNotebooks.Memristive;

namespace SnnNotebooks.Tests.Memristive;

/// <summary>
/// Means of random bits against what they estimate. Each test sums ((mean - p) / standard error)^2 over its neurons: chi-square with
/// as many degrees of freedom, whose 99.9999 % quantile for 64 is below 132. Seeds are fixed, so that a pass stays one.
/// </summary>
public sealed class StochasticNeuronTests
{
    private const int Reads = 200_000;
    private const double Quantile = 132;
    private static readonly float[] Columns = [.. Enumerable.Range(0, 64).Select(i => (i - 32) / 8f)];

    [Theory]
    [InlineData(NeuronNoise.Logistic, 1f)]
    [InlineData(NeuronNoise.Logistic, 0.5f)]
    [InlineData(NeuronNoise.Gaussian, 1f)]
    public void The_mean_of_the_reads_is_the_probability(NeuronNoise noise, float theta)
    {
        var neuron = new StochasticNeuron(noise, theta);
        var p = neuron.Probabilities(Columns);
        var stream = new RandomStream(1, SamplingRole.Forward);
        var counts = new double[64];
        for (var read = 0; read < Reads; read++)
        {
            Add(counts, neuron.Fire(Columns, stream, (ulong)read));
        }

        Assert.InRange(ChiSquare(counts, [.. p.Select(value => (double)value)], Reads), 20, Quantile);
    }

    [Fact]
    public void Probabilities_are_the_distribution_functions_of_the_noise()
    {
        var logistic = new StochasticNeuron(NeuronNoise.Logistic, 2).Probabilities(Columns);
        var gaussian = new StochasticNeuron(NeuronNoise.Gaussian).Probabilities(Columns);
        for (var i = 0; i < 64; i++)
        {
            Assert.Equal(1 / (1 + Math.Exp(-Columns[i] / 2)), logistic[i], 1e-6);
            Assert.Equal(Normal(Columns[i] / 1.702), gaussian[i], 1e-6);

            // why 1.702: the two noises then resemble each other
            Assert.Equal(1 / (1 + Math.Exp(-Columns[i])), gaussian[i], 0.0105);
        }
    }

    [Fact]
    public void Certain_neurons_are_certain_and_bad_scales_are_refused()
    {
        var neuron = new StochasticNeuron();
        var stream = new RandomStream(1, SamplingRole.Forward);
        for (ulong read = 0; read < 10_000; read++)
        {
            Assert.Equal([0, 1], neuron.Fire([-1000, 1000], stream, read));
        }

        foreach (var theta in new[] { 0, -1, float.NaN, float.PositiveInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new StochasticNeuron(NeuronNoise.Logistic, theta));
        }
    }

    [Theory]
    [InlineData(DerivativeEstimator.TwoReads, false)]
    [InlineData(DerivativeEstimator.TwoReads, true)]
    [InlineData(DerivativeEstimator.Scaled, false)]
    [InlineData(DerivativeEstimator.Exclusive, false)]
    [InlineData(DerivativeEstimator.Exclusive, true)]
    [InlineData(DerivativeEstimator.Window, false)]
    [InlineData(DerivativeEstimator.NoiselessWindow, false)]
    [InlineData(DerivativeEstimator.None, false)]
    public void The_mean_of_the_read_derivatives_is_what_they_estimate(DerivativeEstimator estimator, bool shared)
    {
        var rule = LearningRule.BinaryStochastic with { Derivative = new DerivativeRule(estimator, shared, 0.7f) };
        var network = new StochasticNetwork(NetworkOptions.Dense(64, 2) with { Seed = 9 }, 4, 4);
        var forward = new ForwardPass(network);
        var backward = new BackwardPass(network, forward, rule);
        var counts = new double[64];
        float[] pixels = [.. Enumerable.Range(0, 16).Select(i => i % 2f)];
        for (var read = 0; read < Reads; read++)
        {
            // pixels are 0 or 1, so that the first layer's column sums are always the same
            forward.Run(pixels, SignalMode.Stochastic, SignalMode.Stochastic, null, (ulong)read);
            Add(counts, backward.Derivatives(0, (ulong)read));
        }

        double[] expected = [.. forward.Columns[0].Select(z => (double)z).Select(z => (p: Logistic(z), z)).Select(at => estimator switch
        {
            DerivativeEstimator.TwoReads => at.p * (1 - at.p),
            DerivativeEstimator.Scaled => 4 * at.p * (1 - at.p),
            DerivativeEstimator.Exclusive => 2 * at.p * (1 - at.p),
            DerivativeEstimator.Window => Logistic(at.z + 0.7) - Logistic(at.z - 0.7),
            DerivativeEstimator.NoiselessWindow => Math.Abs(at.z) < 0.7 ? 1 : 0,
            _ => 1,
        })];
        if (estimator is DerivativeEstimator.NoiselessWindow or DerivativeEstimator.None)
        {
            Assert.Equal(expected, counts.Select(count => count / Reads));
        }
        else
        {
            Assert.InRange(ChiSquare(counts, expected, Reads), 20, Quantile);
        }
    }

    [Theory]
    [InlineData(NeuronNoise.Logistic)]
    [InlineData(NeuronNoise.Gaussian)]
    public void The_exact_derivative_is_the_slope_of_the_probability(NeuronNoise noise)
    {
        var neuron = new StochasticNeuron(noise, 1.3f);
        var p = neuron.Probabilities(Columns);
        var slopes = new float[64];
        neuron.Slopes(Columns, p, slopes);
        var (above, below) = (neuron.Probabilities([.. Columns.Select(z => z + 0.01f)]),
            neuron.Probabilities([.. Columns.Select(z => z - 0.01f)]));
        for (var i = 0; i < 64; i++)
        {
            Assert.Equal((above[i] - below[i]) / 0.02f, slopes[i], 2e-4f);
        }
    }

    [Fact]
    public void Stochastic_signs_are_unbiased_up_to_the_clip_and_hard_ones_have_a_threshold()
    {
        var network = new StochasticNetwork(NetworkOptions.Dense(64, 2), 4, 4);
        var backward = new BackwardPass(network, new ForwardPass(network), LearningRule.BinaryStochastic);
        var stream = new RandomStream(1, SamplingRole.Error);
        var counts = new double[64];
        var signs = new float[64];
        for (var read = 0; read < Reads; read++)
        {
            Columns.CopyTo(signs, 0);
            backward.Binarize(signs, new ErrorRule(ErrorBinarization.Stochastic, 2.5f), stream, (ulong)read);
            Assert.True(Math.Sign(Columns[read % 64]) == Math.Sign(signs[read % 64]) || signs[read % 64] == 0);
            Add(counts, [.. signs.Select(MathF.Abs)]);
        }

        Assert.InRange(ChiSquare(counts, [.. Columns.Select(g => Math.Min(1, Math.Abs(g) / 2.5))], Reads), 15, Quantile);
        Columns.CopyTo(signs, 0);
        backward.Binarize(signs, new ErrorRule(ErrorBinarization.Hard, 0.5f), stream, 0);
        Assert.Equal(Columns.Select(g => g > 0.5f ? 1f : g < -0.5f ? -1f : 0f), signs);
    }

    private static void Add(double[] counts, ReadOnlySpan<float> bits)
    {
        for (var i = 0; i < bits.Length; i++)
        {
            counts[i] += bits[i];
        }
    }

    private static double ChiSquare(double[] counts, double[] expected, int reads)
    {
        var sum = 0.0;
        for (var i = 0; i < counts.Length; i++)
        {
            var p = expected[i];
            if (p is 0 or 1)
            {
                Assert.Equal(p, counts[i] / reads);
            }
            else
            {
                sum += Math.Pow((counts[i] / reads) - p, 2) * reads / (p * (1 - p));
            }
        }

        return sum;
    }

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    // Simpson's rule over the density
    private static double Normal(double x)
    {
        const int Steps = 2000;
        var (from, sum) = (-9.0, 0.0);
        var step = (x - from) / Steps;
        for (var i = 0; i <= Steps; i++)
        {
            var at = from + (i * step);
            sum += Math.Exp(-at * at / 2) * (i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2);
        }

        return sum * step / 3 / Math.Sqrt(2 * Math.PI);
    }
}
