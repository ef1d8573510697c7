using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>How well any model could do: the neurons against themselves.</summary>
public static class SplitHalf
{
    /// <summary>The seed of the published ceilings.</summary>
    public const uint Seed = 2023;

    /// <summary>
    /// Scores one random half of a population against the other, again and again (arXiv:2306.01354, neural ceiling): the first half of
    /// NumPy's permutation of the neurons takes the model's place.
    /// </summary>
    /// <param name="metric">The metric.</param>
    /// <param name="neural">[S, N] with at least two neurons.</param>
    /// <param name="splits">How many splits.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The score of each split.</returns>
    /// <exception cref="ArgumentException">There are fewer than two neurons.</exception>
    public static IReadOnlyList<SimilarityScore> OfNeurons(SimilarityMetric metric, Tensor neural, int splits = 100, uint seed = Seed)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(neural);
        ArgumentOutOfRangeException.ThrowIfLessThan(splits, 1);
        if (neural.dim() != 2 || neural.shape[1] < 2)
        {
            throw new ArgumentException($"A population [stimuli, neurons] of at least two neurons can be split; this is [{string.Join(", ", neural.shape)}].", nameof(neural));
        }

        var (random, neurons) = (new NumpyRandom(seed), (int)neural.shape[1]);
        var scores = new List<SimilarityScore>();
        for (var split = 0; split < splits; split++)
        {
            using var scope = NewDisposeScope();
            var order = tensor(Array.ConvertAll(random.Permutation(neurons), neuron => (long)neuron));
            var first = neural.index_select(1, order.narrow(0, 0, neurons / 2));
            var second = neural.index_select(1, order.narrow(0, neurons / 2, neurons - (neurons / 2)));
            scores.Add(metric.Score(first, second));
        }

        return scores;
    }

    /// <summary>
    /// Reliability of each neuron: its mean responses over two random halves of the trials are correlated over stimuli, and the
    /// correlation r is carried over to all trials, 2 r / (1 + r) (Spearman, Brown); the mean over many splits.
    /// </summary>
    /// <param name="trials">[trials, S, N] with at least two trials.</param>
    /// <param name="splits">How many splits.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>[N], float64; NaN for neurons that do not vary. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">The shape is another, or there is one trial only.</exception>
    public static Tensor OfTrials(Tensor trials, int splits = 100, uint seed = Seed)
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentOutOfRangeException.ThrowIfLessThan(splits, 1);
        if (trials.dim() != 3 || trials.shape[0] < 2)
        {
            throw new ArgumentException($"Trials [trials, stimuli, neurons] with at least two trials are needed; this is [{string.Join(", ", trials.shape)}].", nameof(trials));
        }

        using var scope = NewDisposeScope();
        var values = trials.to(ScalarType.Float64);
        var (random, count) = (new NumpyRandom(seed), (int)trials.shape[0]);
        var sum = zeros(trials.shape[2], ScalarType.Float64);
        for (var split = 0; split < splits; split++)
        {
            using var inner = NewDisposeScope();
            var order = tensor(Array.ConvertAll(random.Permutation(count), trial => (long)trial));
            var first = values.index_select(0, order.narrow(0, 0, count / 2)).mean([0]);
            var second = values.index_select(0, order.narrow(0, count / 2, count - (count / 2))).mean([0]);
            var r = Correlation(first, second);
            sum.add_(2 * r / (1 + r));
        }

        return (sum / splits).MoveToOuterDisposeScope();
    }

    private static Tensor Correlation(Tensor a, Tensor b)
    {
        var (x, y) = (a - a.mean([0], keepdim: true), b - b.mean([0], keepdim: true));
        return (x * y).sum([0]) / (x.square().sum([0]) * y.square().sum([0])).sqrt();
    }
}
