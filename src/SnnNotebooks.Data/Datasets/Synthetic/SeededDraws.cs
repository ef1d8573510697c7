namespace SnnNotebooks.Datasets.Synthetic;

/// <summary>
/// Random draws that are the same on every machine: SplitMix64 (G. Steele et al., "Fast splittable pseudorandom number generators", 2014)
/// with one independent stream per purpose, so that changing how often one part draws leaves the others as they were.
/// </summary>
public sealed class SeededDraws
{
    private const ulong Step = 0x9E3779B97F4A7C15;
    private const double LargestKnuthMean = 16;

    private ulong state;
    private double? spare;

    /// <summary>Starts a stream.</summary>
    /// <param name="seed">The seed of the whole data set.</param>
    /// <param name="stream">Which of its streams.</param>
    public SeededDraws(int seed, int stream)
    {
        state = Mix(Mix((ulong)seed + Step) ^ ((ulong)stream * Step));
    }

    /// <summary>A number of [0, 1) with 53 random bits.</summary>
    /// <returns>In [0, 1).</returns>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number of [<paramref name="low"/>, <paramref name="high"/>).</summary>
    /// <param name="low">The lowest.</param>
    /// <param name="high">Beyond the highest.</param>
    /// <returns>In [<paramref name="low"/>, <paramref name="high"/>).</returns>
    public double Uniform(double low, double high) => low + ((high - low) * Uniform());

    /// <summary>A whole number of 0 to <paramref name="bound"/> - 1.</summary>
    /// <param name="bound">At least 1.</param>
    /// <returns>At least 0, below <paramref name="bound"/>.</returns>
    public int Below(int bound) => (int)(Uniform() * bound);

    /// <summary>So many independent whole numbers from 0 to below a bound.</summary>
    /// <param name="count">How many.</param>
    /// <param name="bound">At least 1.</param>
    /// <returns>As many numbers as were asked for; some may be equal.</returns>
    public long[] Indices(int count, int bound)
    {
        var indices = new long[count];
        foreach (ref var index in indices.AsSpan())
        {
            index = Below(bound);
        }

        return indices;
    }

    /// <summary>A draw from N(0, 1) (Box and Muller).</summary>
    /// <returns>A finite number.</returns>
    public double Normal()
    {
        if (spare is { } kept)
        {
            spare = null;
            return kept;
        }

        var radius = Math.Sqrt(-2 * Math.Log(1 - Uniform()));
        var (sine, cosine) = Math.SinCos(2 * Math.PI * Uniform());
        spare = radius * sine;
        return radius * cosine;
    }

    /// <summary>A Poisson count (Knuth's product of uniforms, large means in parts).</summary>
    /// <param name="mean">The expected count, finite and at least 0; the time grows with it.</param>
    /// <returns>At least 0.</returns>
    public int Poisson(double mean)
    {
        var count = 0;
        for (; mean > LargestKnuthMean; mean -= LargestKnuthMean)
        {
            count += PoissonBelow(Math.Exp(-LargestKnuthMean));
        }

        return count + PoissonBelow(Math.Exp(-mean));
    }

    /// <summary>A Poisson count, from the probability of zero; for means that are drawn from often.</summary>
    /// <param name="nothing">exp(-mean), of a mean of at most about 700.</param>
    /// <returns>At least 0.</returns>
    public int PoissonBelow(double nothing)
    {
        var count = 0;
        for (var product = Uniform(); product > nothing; product *= Uniform())
        {
            count++;
        }

        return count;
    }

    /// <summary>The numbers 0 to <paramref name="length"/> - 1 in random order (Fisher and Yates).</summary>
    /// <param name="length">How many.</param>
    /// <returns>Each number once.</returns>
    public int[] Permutation(int length)
    {
        var order = Enumerable.Range(0, length).ToArray();
        Shuffle(order.AsSpan());
        return order;
    }

    /// <summary>Puts values into random order.</summary>
    /// <typeparam name="T">Of values.</typeparam>
    /// <param name="values">The values.</param>
    public void Shuffle<T>(Span<T> values)
    {
        for (var last = values.Length - 1; last > 0; last--)
        {
            var other = Below(last + 1);
            (values[last], values[other]) = (values[other], values[last]);
        }
    }

    private ulong Next() => Mix(state += Step);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
