using SnnNotebooks.Datasets.Synthetic;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// How repeatable each neuron's responses are: trials are split into random halves, both averaged, correlated over stimuli, and corrected
/// to the full number of trials by the formula of Spearman and Brown, 2r / (1 + r); the mean over many splits
/// (specs/visual_cortex_static.md, section 2).
/// </summary>
public static class SplitHalf
{
    private const double Rounding = 1e-12;

    /// <summary>Reliability of each neuron.</summary>
    /// <param name="responses">[stimuli, trials, N]; NaN marks a trial that was not run. At least 2 stimuli, each with at least 2
    /// trials.</param>
    /// <param name="repeats">How many random splits are averaged.</param>
    /// <param name="seed">Which splits.</param>
    /// <returns>N numbers, at most 1; NaN for a neuron whose responses do not vary.</returns>
    /// <exception cref="ArgumentException">There are too few stimuli, trials or repeats.</exception>
    public static double[] Reliability(Tensor responses, int repeats = 100, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(responses);
        ArgumentOutOfRangeException.ThrowIfLessThan(repeats, 1);
        var (values, trials) = Present(responses);
        var draws = new SeededDraws(seed, stream: 80);
        var neurons = (int)responses.shape[2];
        var sum = new double[neurons];
        var (first, second) = (new double[trials.Length * neurons], new double[trials.Length * neurons]);
        for (var repeat = 0; repeat < repeats; repeat++)
        {
            for (var stimulus = 0; stimulus < trials.Length; stimulus++)
            {
                // with one trial too many, chance decides which half is larger
                var own = trials[stimulus];
                draws.Shuffle(own.AsSpan());
                var half = (own.Length + (own.Length % 2 == 0 ? 0 : draws.Below(2))) / 2;
                Mean(first.AsSpan(stimulus * neurons, neurons), values, own.AsSpan(0, half));
                Mean(second.AsSpan(stimulus * neurons, neurons), values, own.AsSpan(half));
            }

            for (var neuron = 0; neuron < neurons; neuron++)
            {
                sum[neuron] += SpearmanBrown(Pearson(first, second, neuron, neurons));
            }
        }

        return Array.ConvertAll(sum, total => total / repeats);
    }

    /// <summary>What the correlation of two halves says about the whole.</summary>
    /// <param name="halves">The correlation of the halves, -1 to 1.</param>
    /// <returns>2r / (1 + r): at most 1, minus infinity for -1.</returns>
    public static double SpearmanBrown(double halves) => 2 * halves / (1 + halves);

    /// <summary>The correlation of two given halves, neuron by neuron, without correction.</summary>
    /// <param name="first">[stimuli, N].</param>
    /// <param name="second">[stimuli, N].</param>
    /// <returns>N correlations; NaN for a neuron that does not vary in one of them.</returns>
    /// <exception cref="ArgumentException">The shapes differ or are not those of a matrix.</exception>
    public static double[] Correlation(Tensor first, Tensor second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.dim() != 2 || !first.shape.SequenceEqual(second.shape))
        {
            throw new ArgumentException(
                $"The halves are [{string.Join(", ", first.shape)}] and [{string.Join(", ", second.shape)}]; expected [stimuli, N] twice.",
                nameof(second));
        }

        using var scope = NewDisposeScope();
        var (one, other) = (Doubles(first), Doubles(second));
        var neurons = (int)first.shape[1];
        return [.. Enumerable.Range(0, neurons).Select(neuron => Pearson(one, other, neuron, neurons))];
    }

    /// <summary>The values [stimuli * trials, N], and for each stimulus the rows of its trials that were run.</summary>
    private static (double[] Values, int[][] Trials) Present(Tensor responses)
    {
        if (responses.dim() != 3 || responses.shape[0] < 2 || responses.shape[1] < 2)
        {
            throw new ArgumentException(
                $"Responses are [{string.Join(", ", responses.shape)}]; expected [stimuli, trials, "
                + "N] with at least 2 stimuli and 2 trials.", nameof(responses));
        }

        using var scope = NewDisposeScope();
        var values = Doubles(responses);
        var (stimuli, repeats, neurons) = ((int)responses.shape[0], (int)responses.shape[1], (int)responses.shape[2]);
        var trials = new int[stimuli][];
        for (var stimulus = 0; stimulus < stimuli; stimulus++)
        {
            trials[stimulus] = [.. Enumerable.Range(stimulus * repeats, repeats)
                .Where(row => !values.AsSpan(row * neurons, neurons).Contains(double.NaN))];
            if (trials[stimulus].Length < 2)
            {
                throw new ArgumentException(
                    $"Stimulus {stimulus} has {trials[stimulus].Length} complete trials; expected at least 2 of each.", nameof(responses));
            }
        }

        return (values, trials);
    }

    private static double[] Doubles(Tensor values) => values.to(float64).cpu().Numbers<double>();

    /// <summary>Sums before it divides: counts add up exactly, so that a neuron that never varies stays constant.</summary>
    private static void Mean(Span<double> target, double[] values, ReadOnlySpan<int> rows)
    {
        target.Clear();
        foreach (var row in rows)
        {
            for (var neuron = 0; neuron < target.Length; neuron++)
            {
                target[neuron] += values[(row * target.Length) + neuron];
            }
        }

        foreach (ref var sum in target)
        {
            sum /= rows.Length;
        }
    }

    private static double Pearson(double[] first, double[] second, int neuron, int neurons)
    {
        var count = first.Length / neurons;
        var (meanOne, meanOther) = (0.0, 0.0);
        for (var at = neuron; at < first.Length; at += neurons)
        {
            meanOne += first[at];
            meanOther += second[at];
        }

        meanOne /= count;
        meanOther /= count;
        var (product, squareOne, squareOther) = (0.0, 0.0, 0.0);
        for (var at = neuron; at < first.Length; at += neurons)
        {
            var (one, other) = (first[at] - meanOne, second[at] - meanOther);
            product += one * other;
            squareOne += one * one;
            squareOther += other * other;
        }

        // what rounding leaves of a constant is no variation
        static bool Varies(double squares, double mean, int count) => squares > count * Math.Pow(Rounding * mean, 2);
        return Varies(squareOne, meanOne, count) && Varies(squareOther, meanOther, count)
            ? product / (Math.Sqrt(squareOne) * Math.Sqrt(squareOther))
            : double.NaN;
    }
}
