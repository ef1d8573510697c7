using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>
/// Brain-Score's internal consistency of a recording, the ceiling of <see cref="PlsRegression"/>: half of the repeats against the other.
/// </summary>
public static class RepeatHalves
{
    /// <summary>
    /// Averages each random half of the repeats, correlates the halves neuron by neuron over stimuli, corrects r of half the data to that
    /// of all, 2 r / (1 + r) (Spearman-Brown), and takes the median over neurons. <see cref="NoiseCeiling.Of"/> makes a ceiling of the
    /// splits;
    /// <see cref="NoiseCeiling.Normalise"/> divides a score by it. Brain-Score 2 squares both before.
    /// </summary>
    /// <param name="repeats">[R, S, N]: at least two repeats, three stimuli. Any real type.</param>
    /// <param name="splits">How many splits; an odd number of repeats leaves one more in the second half.</param>
    /// <param name="seed">The seed; halves are those of scikit-learn's <c>ShuffleSplit(splits, train_size=0.5,
    /// random_state=seed)</c>.</param>
    /// <returns>The score of each split; undefined where a number is not finite or no neuron varies in both halves.</returns>
    /// <exception cref="ArgumentException">The shape is another, or the numbers are complex.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one split.</exception>
    public static IReadOnlyList<SimilarityScore> Scores(Tensor repeats, int splits = 10, uint seed = SimilarityMetrics.Seed)
    {
        const string Name = "internal consistency";
        ArgumentNullException.ThrowIfNull(repeats);
        ArgumentOutOfRangeException.ThrowIfLessThan(splits, 1);
        if (repeats.dim() != 3 || repeats.shape[0] < 2 || repeats.shape[1] < 3 || repeats.shape[2] < 1 || repeats.is_complex())
        {
            throw new ArgumentException(
                $"Expected real numbers [repeats, stimuli, neurons] with at least two repeats and three stimuli; this is "
                + $"[{string.Join(", ", repeats.shape)}].",
                nameof(repeats));
        }

        using var scope = NewDisposeScope();
        var values = repeats.to(ScalarType.Float64);
        return [.. ShuffledSplits.Draw((int)repeats.shape[0], splits, (int)repeats.shape[0] / 2, seed).Select(Score)];

        SimilarityScore Score((int[] Seen, int[] Held) split)
        {
            using var ofSplit = NewDisposeScope();
            var (first, second) = (Mean(split.Seen), Mean(split.Held));
            if (!first.isfinite().all().item<bool>() || !second.isfinite().all().item<bool>())
            {
                return SimilarityScore.None(Name, "the repeats hold numbers that are NaN or infinite");
            }

            var half = NeuronColumns.Pearson(first, second);
            var median = NeuronColumns.Median(2 * half / (1 + half));
            return double.IsNaN(median)
                ? SimilarityScore.None(Name, "no neuron varies over the stimuli in both halves")
                : SimilarityScore.Of(Name, median);
        }

        Tensor Mean(int[] half) => values.index_select(0, tensor(Array.ConvertAll(half, repeat => (long)repeat))).mean([0]);
    }
}
