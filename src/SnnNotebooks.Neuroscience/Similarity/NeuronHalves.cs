using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>How well any model could do: one half of a population against the other.</summary>
public static class NeuronHalves
{
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
    public static IReadOnlyList<SimilarityScore> Scores(
        SimilarityMetric metric, Tensor neural, int splits = 100, uint seed = MovieFrames.Seed)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(neural);
        ArgumentOutOfRangeException.ThrowIfLessThan(splits, 1);
        if (neural.dim() != 2 || neural.shape[1] < 2)
        {
            throw new ArgumentException(
                $"A population [stimuli, neurons] of at least two neurons can be split; this is [{string.Join(", ", neural.shape)}].",
                nameof(neural));
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
}
