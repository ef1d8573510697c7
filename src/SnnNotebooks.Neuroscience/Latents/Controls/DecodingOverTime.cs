using SnnNotebooks.Datasets.Synthetic;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents.Controls;

/// <summary>
/// Tells each trial's condition from its latent numbers, bin by bin: linear discriminant analysis with one covariance, shrunk towards its
/// diagonal, cross-validated over trials; and the same with the conditions shuffled among trials.
/// </summary>
public static class DecodingOverTime
{
    private const int Stream = 98;
    private const double Shrinkage = 0.1;
    private const double Least = 1e-9;

    /// <summary>Decodes.</summary>
    /// <param name="latents">[trials, T, D], finite.</param>
    /// <param name="conditions">A condition for each trial, at least two different ones.</param>
    /// <param name="folds">Parts the trials of each condition are cut in.</param>
    /// <param name="shuffles">How often conditions are shuffled.</param>
    /// <param name="seed">Of parts and shuffles.</param>
    /// <returns>Shares of hits in [0, 1], bin by bin, with those of shuffled conditions beside them.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit, a number is not finite, or there are fewer than two conditions with at
    /// least two trials.</exception>
    public static ConditionDecoding Of(
        Tensor latents, IReadOnlyList<string> conditions, int folds = 5, int shuffles = 100, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentNullException.ThrowIfNull(conditions);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(shuffles, 1);
        var names = conditions.Distinct().ToArray();
        if (latents.dim() != 3 || latents.numel() == 0 || latents.shape[0] != conditions.Count || names.Length < 2
            || names.Count(name => conditions.Count(own => own == name) > 1) < 2)
        {
            throw new ArgumentException(
                $"Latents are [{string.Join(", ", latents.shape)}] with {conditions.Count} conditions, {names.Length} of them different; "
                + "expected [trials, T, D] and a condition for each trial, at least two of them with two trials.", nameof(conditions));
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        var values = latents.detach().cpu().to(float64).transpose(0, 1).contiguous(); // [T, trials, D]
        values.sub_(values.mean([1], keepdim: true));
        if (!values.isfinite().all().ToBoolean())
        {
            throw new ArgumentException("A latent number is infinite or NaN; expected finite ones.", nameof(latents));
        }

        var labels = conditions.Select(name => (long)Array.IndexOf(names, name)).ToArray();
        var draws = new SeededDraws(seed, Stream);
        var moment = values.transpose(1, 2).Product(values); // [T, D, D], of all trials
        var (found, accuracy) = Decoded(values, moment, labels, names.Length, folds, draws);
        var blind = new double[shuffles][];
        for (var i = 0; i < shuffles; i++)
        {
            long[] mixed = [.. labels];
            draws.Shuffle(mixed.AsSpan());
            blind[i] = Decoded(values, moment, mixed, names.Length, folds, draws).Accuracy;
        }

        double[] Percentile(double share) => [.. Enumerable.Range(0, accuracy.Length)
            .Select(bin => blind.Select(of => of[bin]).Order().ElementAt((int)Math.Round(share * (shuffles - 1))))];
        return new ConditionDecoding(names, found, accuracy,
            labels.GroupBy(label => label).Max(group => group.Count()) / (double)labels.Length, Percentile(0.025), Percentile(0.975));
    }

    /// <summary>Sums over the trials that are learned from are those over all trials less those over the others.</summary>
    private static (int[,] Found, double[] Accuracy) Decoded(
        Tensor values, Tensor moment, long[] labels, int classes, int folds, SeededDraws draws)
    {
        using var all = NewDisposeScope();
        var (bins, trials) = ((int)values.shape[0], labels.Length);
        var found = new int[trials, bins];
        var fold = Folds(labels, folds, draws);
        var hot = nn.functional.one_hot(tensor(labels), classes).to(float64); // [trials, C]
        var (sums, sizes) = (hot.t().Product(values), hot.sum([0])); // [T, C, D], [C]
        for (var part = 0; part < folds; part++)
        {
            using var scope = NewDisposeScope();
            long[] test = [.. Enumerable.Range(0, trials).Where(trial => fold[trial] == part).Select(trial => (long)trial)];
            if (test.Length == 0)
            {
                continue;
            }

            var (asked, own) = (values.index_select(1, tensor(test)), hot.index_select(0, tensor(test)));
            var answers = Answers(
                moment - asked.transpose(1, 2).Product(asked), sums - own.t().Product(asked), sizes - own.sum([0]), asked)
                .contiguous().Numbers<long>();
            for (var bin = 0; bin < bins; bin++)
            {
                for (var i = 0; i < test.Length; i++)
                {
                    found[test[i], bin] = (int)answers[(bin * test.Length) + i];
                }
            }
        }

        return (found, [.. Enumerable.Range(0, bins).Select(
            bin => Enumerable.Range(0, trials).Count(trial => found[trial, bin] == labels[trial]) / (double)trials)]);
    }

    /// <summary>The class of each asked row [T, asked], of the largest x' S^-1 m - m' S^-1 m / 2 + log(share).</summary>
    /// <param name="moment">[T, D, D]: sum of x x' over the trials that are learned from.</param>
    /// <param name="sums">[T, C, D]: sum of x over those of each class.</param>
    /// <param name="sizes">[C]: how many those are.</param>
    /// <param name="asked">[T, asked, D].</param>
    private static Tensor Answers(Tensor moment, Tensor sums, Tensor sizes, Tensor asked)
    {
        var known = sizes.sum();
        var means = sums / sizes.clamp(min: 1).unsqueeze(1); // [T, C, D]
        var covariance = (moment - sums.transpose(1, 2).Product(means)) / known;
        var diagonal = covariance.diagonal(dim1: 1, dim2: 2);
        var floor = (Least * diagonal.amax([1], keepdim: true)) + double.Epsilon;
        var shrunk = ((1 - Shrinkage) * covariance) + ((Shrinkage * diagonal) + floor).clamp(min: 1e-300).diag_embed();
        var weights = linalg.solve(shrunk, means.transpose(1, 2)); // [T, D, C]
        var offset = (sizes / known).log() - (0.5 * (means.transpose(1, 2) * weights).sum([1])); // [T, C]; no trial, no chance
        return (asked.Product(weights) + offset.unsqueeze(1)).argmax(2);
    }

    // the trials of each condition are dealt out evenly, beginning where the condition before ended
    private static int[] Folds(long[] labels, int folds, SeededDraws draws)
    {
        var fold = new int[labels.Length];
        var next = 0;
        foreach (var trial in draws.Permutation(labels.Length).OrderBy(trial => labels[trial]))
        {
            fold[trial] = next++ % folds;
        }

        return fold;
    }
}
