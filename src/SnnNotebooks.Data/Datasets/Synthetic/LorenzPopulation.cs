using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Synthetic;

/// <summary>
/// Poisson neurons driven by the Lorenz system (sigma 10, rho 28, beta 8/3; E. Lorenz 1963; as a test of latent models D. Sussillo et al.,
/// "LFADS", 2016): each condition is one trajectory of the attractor, each trial new spikes along it. Rates are exp(C z + d), z the three
/// standardised coordinates.
/// </summary>
public sealed record LorenzPopulation
{
    private const double Sigma = 10;
    private const double Rho = 28;
    private const double Beta = 8.0 / 3;
    private const int Dimensions = 3;

    /// <summary>How many neurons; 30 by default, 100 in the wider tests.</summary>
    public int Neurons { get; init; } = 30;

    /// <summary>How many trajectories.</summary>
    public int Conditions { get; init; } = 65;

    /// <summary>Trials, that is new spikes, along each trajectory.</summary>
    public int TrialsPerCondition { get; init; } = 20;

    /// <summary>Bins per trial.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>Lorenz time between two bins, one step of the fourth-order Runge-Kutta method.</summary>
    public double StepSize { get; init; } = 0.006;

    /// <summary>Steps thrown away at the start, so that trajectories lie on the attractor.</summary>
    public int BurnIn { get; init; } = 1000;

    /// <summary>Every neuron's mean count per bin over all conditions.</summary>
    public double MeanCount { get; init; } = 0.1;

    /// <summary>Read-out weights C are uniform in plus or minus this.</summary>
    public double WeightRange { get; init; } = 1;

    /// <summary>The seed: trajectories, weights and spikes.</summary>
    public int Seed { get; init; }

    /// <summary>Generates the trials, condition after condition.</summary>
    /// <returns>Counts [conditions * trials, T, N], latents [.., T, 3]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">A size is below 1 or a number not positive and finite.</exception>
    public PopulationData Generate()
    {
        Validate();
        var latents = Standardised(Trajectories());
        var rates = Rates(latents);
        var (points, trials) = (Conditions * Steps, Conditions * TrialsPerCondition);
        var silence = Array.ConvertAll(rates, rate => Math.Exp(-rate));
        var counts = new float[(long)trials * Steps * Neurons];
        var draws = new SeededDraws(Seed, stream: 2);
        var at = 0L;
        for (var condition = 0; condition < Conditions; condition++)
        {
            var probabilities = silence.AsSpan(condition * Steps * Neurons, Steps * Neurons);
            for (var trial = 0; trial < TrialsPerCondition; trial++)
            {
                foreach (var probability in probabilities)
                {
                    counts[at++] = draws.PoissonBelow(probability);
                }
            }
        }

        using var scope = NewDisposeScope();
        Tensor PerTrial(double[] values, int width) =>
            tensor(Array.ConvertAll(values, value => (float)value), [Conditions, 1, Steps, width])
            .expand(Conditions, TrialsPerCondition, Steps, width).reshape(trials, Steps, width).clone().MoveToOuterDisposeScope();
        return new PopulationData(
            tensor(counts, [trials, Steps, Neurons]).MoveToOuterDisposeScope(),
            PerTrial(latents, Dimensions),
            PerTrial(rates, Neurons),
            [.. Enumerable.Range(0, trials).Select(trial => trial / TrialsPerCondition)]);
    }

    private double[] Trajectories()
    {
        var draws = new SeededDraws(Seed, stream: 0);
        var values = new double[Conditions * Steps * Dimensions];
        for (var condition = 0; condition < Conditions; condition++)
        {
            var state = (X: draws.Uniform(-15, 15), Y: draws.Uniform(-15, 15), Z: draws.Uniform(10, 40));
            for (var step = -BurnIn; step < Steps; step++)
            {
                state = RungeKutta(state);
                if (step >= 0)
                {
                    var at = ((condition * Steps) + step) * Dimensions;
                    (values[at], values[at + 1], values[at + 2]) = state;
                }
            }
        }

        return values;
    }

    private (double X, double Y, double Z) RungeKutta((double X, double Y, double Z) p)
    {
        static (double X, double Y, double Z) Flow((double X, double Y, double Z) s) =>
            (Sigma * (s.Y - s.X), (s.X * (Rho - s.Z)) - s.Y, (s.X * s.Y) - (Beta * s.Z));
        static (double X, double Y, double Z) Along((double X, double Y, double Z) s, (double X, double Y, double Z) d, double h) =>
            (s.X + (h * d.X), s.Y + (h * d.Y), s.Z + (h * d.Z));
        var a = Flow(p);
        var b = Flow(Along(p, a, StepSize / 2));
        var c = Flow(Along(p, b, StepSize / 2));
        var d = Flow(Along(p, c, StepSize));
        return Along(p, (a.X + (2 * b.X) + (2 * c.X) + d.X, a.Y + (2 * b.Y) + (2 * c.Y) + d.Y, a.Z + (2 * b.Z) + (2 * c.Z) + d.Z),
            StepSize / 6);
    }

    private static double[] Standardised(double[] values)
    {
        var points = values.Length / Dimensions;
        for (var dimension = 0; dimension < Dimensions; dimension++)
        {
            var own = Enumerable.Range(0, points).Select(point => values[(point * Dimensions) + dimension]).ToArray();
            var mean = own.Average();
            var deviation = Math.Sqrt(own.Average(value => (value - mean) * (value - mean)));
            for (var point = 0; point < points; point++)
            {
                values[(point * Dimensions) + dimension] = (own[point] - mean) / deviation;
            }
        }

        return values;
    }

    /// <summary>Expected counts [conditions, T, N]; d puts each neuron's mean where it is asked for.</summary>
    private double[] Rates(double[] latents)
    {
        var draws = new SeededDraws(Seed, stream: 1);
        var points = Conditions * Steps;
        var rates = new double[points * Neurons];
        for (var neuron = 0; neuron < Neurons; neuron++)
        {
            var (x, y, z) = (Weight(draws), Weight(draws), Weight(draws));
            var sum = 0.0;
            for (var point = 0; point < points; point++)
            {
                var at = point * Dimensions;
                sum += rates[(point * Neurons) + neuron] = Math.Exp((x * latents[at]) + (y * latents[at + 1]) + (z * latents[at + 2]));
            }

            for (var point = 0; point < points; point++)
            {
                rates[(point * Neurons) + neuron] *= MeanCount * points / sum;
            }
        }

        return rates;
    }

    private double Weight(SeededDraws draws) => draws.Uniform(-WeightRange, WeightRange);

    private void Validate()
    {
        if (Neurons < 1 || Conditions < 1 || TrialsPerCondition < 1 || Steps < 2 || BurnIn < 0)
        {
            throw new ArgumentException(
                $"{this} cannot be generated: expected at least 1 neuron, condition and trial, 2 steps and a burn-in of at least 0.");
        }

        if (!(StepSize is > 0 and <= 0.02) || !(MeanCount is > 0 and <= 100) || !(WeightRange is >= 0 and <= 10))
        {
            throw new ArgumentException(
                $"{this} cannot be generated: expected a step of (0, 0.02] (larger ones leave the attractor), a mean count of (0, 100] "
                + "and weights within 10.");
        }
    }
}
