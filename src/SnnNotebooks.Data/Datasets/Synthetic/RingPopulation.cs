using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Synthetic;

/// <summary>
/// Poisson neurons whose two latent numbers lie on noisy arcs of a ring (the data of pi-VAE, D. Zhou and X.-X. Wei 2020, as Swap-VAE uses
/// them): u is uniform on an arc of 1/8 turn, z normal around (5 sin u, 5 cos u), and the rates are exp(2.2 tanh f(z)) with f a random
/// invertible network. Time carries nothing here but the order of the four quarters of each arc.
/// </summary>
public sealed record RingPopulation
{
    private const int Latent = 2;
    private const int Quarters = 4;
    private const int Blocks = 4;
    private const int CouplingsPerBlock = 2;
    private const int HiddenWidth = 25;

    /// <summary>How many neurons, which is also the width of the network; even.</summary>
    public int Neurons { get; init; } = 100;

    /// <summary>Which of the 8 arcs; each is one condition.</summary>
    public IReadOnlyList<int> Arcs { get; init; } = [0, 2, 4, 6];

    /// <summary>Samples of each arc before they are sorted into sequences.</summary>
    public int SamplesPerArc { get; init; } = 4000;

    /// <summary>The seed: network, latent numbers and spikes.</summary>
    public int Seed { get; init; }

    /// <summary>Generates sequences of four steps: step k of a trial is a sample of the k-th quarter of its arc.</summary>
    /// <returns>Counts [trials, 4, N], latents [trials, 4, 2]; a little less than a quarter of the samples per arc, as quarters are cut to
    /// the smallest. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">The neurons are odd or below 4, there is no arc or one outside 0 to 7, or there are fewer than
    /// 16 samples.</exception>
    public PopulationData Generate()
    {
        if (Neurons < 4 || Neurons % 2 != 0 || Arcs.Count == 0 || Arcs.Any(arc => arc is < 0 or > 7) || SamplesPerArc < 16)
        {
            throw new ArgumentException(
                $"{Neurons} neurons, arcs {string.Join(", ", Arcs)} and {SamplesPerArc} samples cannot be generated: expected an even "
                + "number of at least 4 neurons, arcs of 0 to 7 and at least 16 samples.");
        }

        var draws = new SeededDraws(Seed, stream: 10);
        List<double[]> points = [];
        List<int> conditions = [];
        foreach (var arc in Arcs)
        {
            var quarters = Enumerable.Range(0, Quarters).Select(_ => new List<double[]>()).ToArray();
            for (var sample = 0; sample < SamplesPerArc; sample++)
            {
                var place = draws.Uniform();
                quarters[(int)(place * Quarters)].Add(Around((arc + place) * 2 * Math.PI / 8, draws));
            }

            var trials = quarters.Min(quarter => quarter.Count);
            for (var trial = 0; trial < trials; trial++)
            {
                points.AddRange(quarters.Select(quarter => quarter[trial]));
                conditions.Add(arc);
            }
        }

        return Spikes([.. points], conditions);
    }

    /// <summary>The published code's noise: variances 0.1 |mean|, the first then replaced by 0.6 minus the second.</summary>
    private static double[] Around(double angle, SeededDraws draws)
    {
        var (sine, cosine) = Math.SinCos(angle);
        var second = 0.1 * Math.Abs(5 * cosine);
        return [(5 * sine) + (Math.Sqrt(0.6 - second) * draws.Normal()), (5 * cosine) + (Math.Sqrt(second) * draws.Normal())];
    }

    private PopulationData Spikes(double[][] points, List<int> conditions)
    {
        using var scope = NewDisposeScope();
        var latents = tensor(points.SelectMany(point => point).ToArray(), [points.Length, Latent]);
        var rates = exp(2.2 * tanh(Network(cat([latents, zeros([points.Length, Neurons - Latent], ScalarType.Float64)], 1))));
        var draws = new SeededDraws(Seed, stream: 11);
        var counts = Array.ConvertAll(rates.Numbers<double>(), rate => (float)draws.Poisson(rate));
        var standard = (latents - latents.mean([0])) / latents.std(0, unbiased: false);
        Tensor Sequences(Tensor values) => values.to(float32).reshape(conditions.Count, Quarters, -1).clone().MoveToOuterDisposeScope();
        return new PopulationData(Sequences(tensor(counts)), Sequences(standard), Sequences(rates), conditions);
    }

    /// <summary>
    /// Four blocks of two affine couplings (L. Dinh et al., "RealNVP", 2017); a fixed permutation before every block but the first.
    /// </summary>
    private Tensor Network(Tensor values)
    {
        var half = Neurons / 2;
        var draws = new SeededDraws(Seed, stream: 12);
        for (var block = 0; block < Blocks; block++)
        {
            if (block > 0)
            {
                // the same for every seed, as in the published code
                var order = new SeededDraws(block - 1, stream: 13).Permutation(Neurons);
                values = values.index_select(1, tensor(Array.ConvertAll(order, place => (long)place)));
            }

            for (var coupling = 0; coupling < CouplingsPerBlock; coupling++)
            {
                var kept = values.narrow(1, 0, half);
                var hidden = Dense(Dense(kept, HiddenWidth, draws).relu(), HiddenWidth, draws).relu();
                var shift = Dense(hidden, Neurons, draws);
                var scale = 0.1 * tanh(shift.narrow(1, 0, half));
                values = cat([(values.narrow(1, half, half) * exp(scale)) + shift.narrow(1, half, half), kept], 1);
            }
        }

        return values;
    }

    /// <summary>Glorot-uniform weights, no bias.</summary>
    private static Tensor Dense(Tensor input, int width, SeededDraws draws)
    {
        var limit = Math.Sqrt(6.0 / (input.shape[1] + width));
        var weights = new double[input.shape[1] * width];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = draws.Uniform(-limit, limit);
        }

        return input.Product(tensor(weights, [input.shape[1], width]));
    }
}
