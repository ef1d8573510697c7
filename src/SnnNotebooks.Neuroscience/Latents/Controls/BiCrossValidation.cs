using SnnNotebooks.Datasets.Synthetic;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents.Controls;

/// <summary>
/// The number of principal components by bi-cross-validation (A. Owen and P. Perry 2009). Trials and neurons are both cut in parts. Of
/// data [[A, B], [C, D]] the block A of left-out trials and left-out neurons is foretold from the others by B D+ C, D+ being the
/// pseudo-inverse of the first k components of D. Leaving out trials only would never find too many: every further component brings the
/// left-out trial nearer to itself.
/// </summary>
public static class BiCrossValidation
{
    private const int Stream = 95;
    private const int Parts = 4;
    private const double Negligible = 1e-9; // of the largest eigenvalue
    private const long NumbersAtOnce = 1 << 21; // standardised, in float64

    /// <summary>Chooses the number. Neurons count alike, each divided by its standard deviation; silent ones are left out.</summary>
    /// <param name="counts">[trials, T, N], as they are or smoothed.</param>
    /// <param name="most">The most dimensions that are tried; fewer where fewer neurons are left.</param>
    /// <param name="trialParts">Into how many parts trials are cut; whole trials are left out, so that neighbouring bins are not on both
    /// sides.</param>
    /// <param name="neuronParts">Into how many parts neurons are cut.</param>
    /// <param name="seed">Which trials and neurons are left out together.</param>
    /// <returns>The error of each number of dimensions, and the numbers chosen.</returns>
    /// <exception cref="ArgumentException">There are fewer trials than parts, or fewer than two varying neurons for each part.</exception>
    public static DimensionChoice Choose(Tensor counts, int most = 30, int trialParts = Parts, int neuronParts = Parts, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(trialParts, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(neuronParts, 2);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var values = Finite(counts);
        var (middle, spread) = (values.mean([0, 1]), values.std([0, 1], unbiased: false));
        var places = spread.gt(0).nonzero().squeeze(1);
        var varying = (int)places.shape[0];
        if (counts.shape[0] < trialParts || varying < 2 * neuronParts)
        {
            throw new ArgumentException(
                $"There are {counts.shape[0]} trials and {varying} neurons that vary; expected at least {trialParts} trials and "
                + $"{2 * neuronParts} neurons, to leave some out.", nameof(counts));
        }

        var draws = new SeededDraws(seed, Stream);
        var trials = Cut(draws.Permutation((int)values.shape[0]), trialParts);
        var neurons = Cut(draws.Permutation(varying), neuronParts);
        var (offset, scale) = (middle.index_select(0, places), spread.index_select(0, places));
        Tensor Standard(long[] some) => (values.index_select(0, tensor(some)).flatten(0, 1).index_select(1, places) - offset) / scale;
        var trialsAtOnce = (int)Math.Max(1, NumbersAtOnce / (values.shape[1] * varying));
        var moments = trials.Select(part => Moment(part.Chunk(trialsAtOnce), Standard, varying)).ToArray();
        var largest = Math.Min(most, varying - neurons.Max(part => part.Length));
        var errors = new List<double[]>();
        for (var left = 0; left < trialParts; left++)
        {
            var (train, test) = Centred(moments, left);
            foreach (var part in neurons)
            {
                using var round = NewDisposeScope();
                errors.Add(Errors(train, test, part, [.. neurons.Where(other => other != part).SelectMany(other => other)], largest));
            }
        }

        double[] mean = [.. Enumerable.Range(0, largest + 1).Select(k => errors.Average(of => of[k]))];
        var best = Array.IndexOf(mean, mean.Min());
        double StandardError(Func<double[], double> value) => SampleSpread.Of(errors.Select(value)).StandardError;
        return new DimensionChoice(
            best, Enumerable.Range(0, best + 1).First(k => mean[k] - mean[best] <= StandardError(of => of[k] - of[best])), mean,
            [.. Enumerable.Range(0, largest + 1).Select(k => StandardError(of => of[k]))]);
    }

    /// <summary>Whether there are trials and varying neurons enough for <see cref="Choose"/> as it is by default.</summary>
    internal static bool HasEnough(Tensor counts)
    {
        using var spread = counts.std([0, 1], unbiased: false);
        return counts.shape[0] >= Parts && spread.gt(0).sum().item<long>() >= 2 * Parts;
    }

    /// <summary>For 0 to the largest number of components the error on the left-out block, by second moments alone.</summary>
    private static double[] Errors(Tensor train, Tensor test, long[] outside, long[] inside, int largest)
    {
        Tensor Block(Tensor of, long[] rows, long[] columns) => of.index_select(0, tensor(rows)).index_select(1, tensor(columns));
        var (ascending, vectors) = linalg.eigh(Block(train, inside, inside));
        var values = ascending.flip(0).narrow(0, 0, largest);
        var axes = vectors.flip(1).narrow(1, 0, largest);
        var useful = values > Negligible * values[0];

        // row k maps the k-th component to the left-out neurons
        var map = axes.t().Product(Block(train, inside, outside)) * where(useful, 1 / values, zeros_like(values)).unsqueeze(1);
        var along = (map * axes.t().Product(Block(test, inside, outside))).sum([1]);
        var products = axes.t().Product(Block(test, inside, inside)).Product(axes) * map.Product(map.t());
        var (total, gains, between) = (Block(test, outside, outside).trace().ToDouble(), along.Numbers<double>(),
            products.contiguous().Numbers<double>());
        var errors = new double[largest + 1];
        var error = errors[0] = total;
        for (var k = 0; k < largest; k++)
        {
            error -= 2 * gains[k];
            for (var other = 0; other < k; other++)
            {
                error += 2 * between[(k * largest) + other];
            }

            errors[k + 1] = error += between[(k * largest) + k];
        }

        return [.. errors.Select(value => value / total)];
    }

    // of training and test bins the products of neurons, both about the training mean; the last row and column are the sums
    private static (Tensor Train, Tensor Test) Centred(Tensor[] moments, int left)
    {
        var train = moments.Where((_, part) => part != left).Aggregate((sum, part) => sum + part);
        var neurons = train.shape[0] - 1;
        var mean = train[-1].narrow(0, 0, neurons) / train[-1, -1];
        Tensor About(Tensor moment)
        {
            var sums = moment[-1].narrow(0, 0, neurons);
            var cross = mean.unsqueeze(1) * sums;
            return moment.narrow(0, 0, neurons).narrow(1, 0, neurons) - cross - cross.t() + (moment[-1, -1] * mean.unsqueeze(1) * mean);
        }

        return (About(train), About(moments[left]));
    }

    /// <summary>Sums of products of all columns and a last one of ones, [N + 1, N + 1], some trials at a time.</summary>
    private static Tensor Moment(IEnumerable<long[]> trials, Func<long[], Tensor> rowsOf, int neurons)
    {
        var sum = zeros(neurons + 1, neurons + 1, dtype: float64);
        foreach (var some in trials)
        {
            using var round = NewDisposeScope();
            var rows = rowsOf(some).to(float64);
            var extended = cat([rows, ones_like(rows.narrow(1, 0, 1))], 1);
            sum.add_(extended.t().Product(extended));
        }

        return sum;
    }

    private static Tensor Finite(Tensor counts)
    {
        if (counts.dim() != 3 || counts.numel() == 0)
        {
            throw new ArgumentException($"Counts are [{string.Join(", ", counts.shape)}]; expected [trials, T, N].", nameof(counts));
        }

        var values = counts.detach().cpu().to(float32);
        using var least = values.min();
        using var most = values.max();
        return float.IsFinite(least.item<float>()) && float.IsFinite(most.item<float>()) // either is NaN where a count is
            ? values
            : throw new ArgumentException("A count is not finite; expected finite ones.", nameof(counts));
    }

    private static long[][] Cut(int[] order, int parts) => [.. Enumerable.Range(0, parts).Select(part => order
        .Where((_, place) => place % parts == part).Select(which => (long)which).Order().ToArray())];
}
