using SnnNotebooks.Datasets.Synthetic;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents.Controls;

/// <summary>
/// Over how many dimensions the variance is spread: (sum of eigenvalues)^2 / (sum of their squares) of the covariance, the participation
/// ratio (P. Gao et al. 2017). 1 for a line, N where all directions vary alike.
/// </summary>
public static class Dimensionality
{
    private const int Stream = 96;
    private const int MostGroups = 40; // of whole trials that are drawn together
    private const long NeuronsAtOnce = 128;

    /// <summary>The participation ratio with its interval. Of more than 40 trials neighbours are drawn together, in 40 groups.</summary>
    /// <param name="values">[trials, T, D]: counts, smoothed counts or latents.</param>
    /// <param name="draws">Of the bootstrap.</param>
    /// <param name="seed">Of the draws.</param>
    /// <returns>A number from 1 to that of the neurons, with its interval.</returns>
    /// <exception cref="ArgumentException">The shape is another, a number is not finite, or nothing varies.</exception>
    public static Estimate ParticipationRatio(Tensor values, int draws = 500, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        if (values.dim() != 3 || values.numel() == 0)
        {
            throw new ArgumentException($"Values are [{string.Join(", ", values.shape)}]; expected [trials, T, D].", nameof(values));
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        var groups = values.detach().cpu().tensor_split(Math.Min(MostGroups, values.shape[0]), 0);
        var parts = new Parts(groups, Mean(groups));
        var whole = parts.Ratio([.. groups.Select(_ => 1.0)]);
        if (!double.IsFinite(whole))
        {
            throw new ArgumentException("Values do not vary, or are not all finite; expected finite ones that vary.", nameof(values));
        }

        var source = new SeededDraws(seed, Stream);
        return Estimate.Of(whole, Enumerable.Range(0, groups.Length > 1 ? draws : 0).Select(_ =>
        {
            var weights = new double[groups.Length];
            foreach (var drawn in source.Indices(groups.Length, groups.Length))
            {
                weights[drawn]++;
            }

            return parts.Ratio(weights);
        }));
    }

    /// <summary>Of all bins of all groups [trials, T, D], in the groups' type; sums are of float64.</summary>
    private static Tensor Mean(Tensor[] groups)
    {
        var sum = zeros(groups[0].shape[2], dtype: float64);
        foreach (var group in groups)
        {
            sum.add_(Sum(rows => rows.flatten(0, 1).to(float64), group));
        }

        return sum.div_(groups.Sum(group => (double)group.shape[0] * group.shape[1])).to(groups[0].dtype);
    }

    private static Tensor Sum(Func<Tensor, Tensor> rows, Tensor group)
    {
        using var scope = NewDisposeScope();
        return rows(group).sum([0]).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// What the ratio of any mixture of groups needs, so that a draw costs no product of matrices: with C = M / n - m m', tr C and
    /// tr C^2 = tr M^2 / n^2 - 2 m' M m / n + (m' m)^2.
    /// </summary>
    private sealed class Parts
    {
        private readonly double[] bins;
        private readonly double[] traces;
        private readonly double[] overlaps; // tr M_a M_b
        private readonly double[] products; // s_a' s_b
        private readonly double[] forms; // s_a' M_b s_c at [b, a, c]

        public Parts(Tensor[] groups, Tensor mean)
        {
            var (count, neurons) = (groups.Length, mean.shape[0]);
            bins = Array.ConvertAll(groups, group => (double)group.shape[0] * group.shape[1]);
            Tensor Rows(Tensor group) => (group.flatten(0, 1) - mean).to(float64);
            var sums = stack([.. groups.Select(group => Sum(Rows, group))]);
            products = sums.Product(sums.t()).contiguous().Numbers<double>();
            Tensor trace = zeros(count, dtype: float64), overlap = zeros(count, count, dtype: float64),
                form = zeros(count, count, count, dtype: float64);

            // all products of a thousand neurons in each of 40 groups would be 320 MB
            for (var first = 0L; first < neurons; first += NeuronsAtOnce)
            {
                using var block = NewDisposeScope();
                var own = Math.Min(NeuronsAtOnce, neurons - first);
                var moments = empty(count, own, neurons, dtype: float64);
                for (var group = 0; group < count; group++)
                {
                    using var round = NewDisposeScope();
                    var rows = Rows(groups[group]);
                    moments[group].copy_(rows.narrow(1, first, own).t().Product(rows));
                }

                trace.add_(moments.narrow(2, first, own).diagonal(dim1: 1, dim2: 2).sum([1]));
                overlap.add_(moments.flatten(1).Product(moments.flatten(1).t()));
                form.add_(sums.narrow(1, first, own).unsqueeze(0).Product(moments).Product(sums.t()));
            }

            (traces, overlaps, forms) = (trace.Numbers<double>(), overlap.Numbers<double>(), form.Numbers<double>());
        }

        public double Ratio(double[] weights)
        {
            var groups = bins.Length;
            var n = weights.Zip(bins, (weight, count) => weight * count).Sum();
            double trace = 0, squares = 0, form = 0, mean = 0;
            for (var a = 0; a < groups; a++)
            {
                trace += weights[a] * traces[a];
                for (var b = 0; b < groups; b++)
                {
                    squares += weights[a] * weights[b] * overlaps[(a * groups) + b];
                    mean += weights[a] * weights[b] * products[(a * groups) + b];
                    for (var c = 0; c < groups; c++)
                    {
                        form += weights[a] * weights[b] * weights[c] * forms[(((b * groups) + a) * groups) + c];
                    }
                }
            }

            var variance = (trace / n) - (mean / n / n);
            var square = (squares / n / n) - (2 * form / n / n / n) + (mean * mean / n / n / n / n);
            return variance * variance / square;
        }
    }
}
