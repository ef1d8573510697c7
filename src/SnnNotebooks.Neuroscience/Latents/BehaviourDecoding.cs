using SnnNotebooks.Datasets.Synthetic;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>How well a behaviour is read from latent numbers by a linear map.</summary>
/// <param name="R2">Share of the variance on test trials, the mean over behaviours.</param>
/// <param name="Lowest">Lower end of the 95 % interval, by drawing test trials again.</param>
/// <param name="Highest">Upper end of it.</param>
/// <param name="Chance">The same R2 where the map was fitted to the behaviour of other trials.</param>
/// <param name="Trials">Test trials.</param>
public sealed record BehaviourScore(double R2, double Lowest, double Highest, double Chance, int Trials);

/// <summary>Reads behaviour from latent trajectories. Whole trials are split: training 60 %, validation 20 %, test 20 %.</summary>
public static class BehaviourDecoding
{
    private const int Draws = 1000;
    private static readonly double[] Ridges = [1e-6, 1e-4, 1e-3, 1e-2, 0.1, 1];
    private static readonly int[] Choices = [1, 3, 5, 7, 11, 15];

    /// <summary>Reads numbers that change from bin to bin, by ridge regression; the ridge is chosen on validation trials.</summary>
    /// <param name="latents">[trials, T, D].</param>
    /// <param name="behaviour">[trials, T, K].</param>
    /// <param name="seed">Which trials are for what.</param>
    /// <returns>R2 on test trials with its interval and chance beside it.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit, or there are fewer than 5 trials.</exception>
    public static BehaviourScore Linear(Tensor latents, Tensor behaviour, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentNullException.ThrowIfNull(behaviour);
        if (latents.dim() != 3 || behaviour.dim() != 3 || latents.shape[0] != behaviour.shape[0] || latents.shape[1] != behaviour.shape[1])
        {
            throw new ArgumentException(
                $"Latents are [{string.Join(", ", latents.shape)}] and the behaviour [{string.Join(", ", behaviour.shape)}]; expected "
                + "[trials, T, D] and [trials, T, K].", nameof(behaviour));
        }

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (train, validation, test) = Split((int)latents.shape[0], seed);
        var (x, y) = (latents.to(float64), behaviour.to(float64));
        var best = Ridges.MaxBy(ridge => Score(Parts(x, y, y, train, validation, ridge)));
        var parts = Parts(x, y, y, train, test, best);

        // the behaviour of the next training trial in place of its own
        long[] others = [.. train[1..], train[0]];
        var strange = y.index_copy(0, tensor(train, device: y.device), y.index_select(0, tensor(others, device: y.device)));
        var chance = Score(Parts(x, strange, y, train, test, best));

        var draws = new SeededDraws(seed, stream: 91);
        var scores = Enumerable.Range(0, Draws)
            .Select(_ => Score(parts, Enumerable.Range(0, test.Length).Select(_ => draws.Below(test.Length)).ToArray())).Order().ToArray();
        return new BehaviourScore(Score(parts), scores[(int)(0.025 * Draws)], scores[(int)(0.975 * Draws) - 1], chance, test.Length);
    }

    /// <summary>
    /// Tells which of several conditions a trial was, by the nearest trials in latent space (all bins together); k is chosen on validation
    /// trials.
    /// </summary>
    /// <param name="latents">[trials, T, D].</param>
    /// <param name="labels">A label from 0 for each trial.</param>
    /// <param name="seed">Which trials are for what.</param>
    /// <returns>Its chance is that of always guessing the commonest label.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit, or there are fewer than 5 trials.</exception>
    public static DecodingResult Labels(Tensor latents, IReadOnlyList<int> labels, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentNullException.ThrowIfNull(labels);
        if (latents.dim() != 3 || latents.shape[0] != labels.Count)
        {
            throw new ArgumentException(
                $"Latents are [{string.Join(", ", latents.shape)}] and there are {labels.Count} labels; expected [trials, T, D] and a "
                + "label for each trial.", nameof(labels));
        }

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (train, validation, test) = Split(labels.Count, seed);
        var rows = latents.flatten(1);
        long[] Of(long[] trials) => [.. trials.Select(trial => (long)labels[(int)trial])];
        var known = Of(train);
        var examples = rows.index_select(0, tensor(train, device: rows.device));
        long[] Answers(long[] trials, int k) =>
            NearestNeighbours.Predict(examples, known, rows.index_select(0, tensor(trials, device: rows.device)), k);
        int Hits(long[] found, long[] trials) => found.Zip(Of(trials)).Count(pair => pair.First == pair.Second);
        var best = Choices.Where(k => k <= train.Length).MaxBy(k => Hits(Answers(validation, k), validation));
        var found = Answers(test, best);
        var shown = Of(test);
        return StimulusDecoding.Result(
            found, shown, Hits(found, test), shown.GroupBy(label => label).Max(group => group.Count()) / (double)shown.Length, best);
    }

    /// <summary>The trials that the maps are fitted on: those a model may be told of before it is scored here.</summary>
    /// <param name="trials">How many there are.</param>
    /// <param name="seed">As for the scores.</param>
    internal static long[] TrainingTrials(int trials, int seed) => Split(trials, seed).Train;

    private static (long[] Train, long[] Validation, long[] Test) Split(int trials, int seed)
    {
        if (trials < 5)
        {
            throw new ArgumentException($"There are {trials} trials; expected at least 5, for training, validation and test.");
        }

        var order = new SeededDraws(seed, stream: 92).Permutation(trials).Select(trial => (long)trial).ToArray();
        var held = trials / 5;
        return (order[(2 * held)..], order[held..(2 * held)], order[..held]);
    }

    // of each asked trial and behaviour the squared residuals and the squared distances from the mean of the training trials
    private static (double[,] Residual, double[,] Total) Parts(Tensor x, Tensor y, Tensor truth, long[] train, long[] asked, double ridge)
    {
        using var scope = NewDisposeScope();
        var known = x.index_select(0, tensor(train, device: x.device)).flatten(0, 1);
        var given = y.index_select(0, tensor(train, device: y.device)).flatten(0, 1);
        var (centre, spread, offset) = (known.mean([0]), known.std(0, unbiased: false) + 1e-9, given.mean([0]));
        var standard = (known - centre) / spread;
        var gram = standard.t().Product(standard) + (ridge * known.shape[0] * eye(known.shape[1], dtype: float64, device: known.device));
        var weights = linalg.solve(gram, standard.t().Product(given - offset));
        var wanted = truth.index_select(0, tensor(asked, device: truth.device));
        var found = ((x.index_select(0, tensor(asked, device: x.device)) - centre) / spread).Product(weights) + offset;
        double[,] Sums(Tensor values)
        {
            var sums = values.square().sum([1]).contiguous();
            var flat = sums.Numbers<double>();
            var table = new double[sums.shape[0], sums.shape[1]];
            Buffer.BlockCopy(flat, 0, table, 0, flat.Length * sizeof(double));
            return table;
        }

        return (Sums(wanted - found), Sums(wanted - wanted.mean([0, 1], keepdim: true)));
    }

    private static double Score((double[,] Residual, double[,] Total) parts, int[]? trials = null)
    {
        trials ??= [.. Enumerable.Range(0, parts.Residual.GetLength(0))];
        return Enumerable.Range(0, parts.Residual.GetLength(1))
            .Average(k => 1 - (trials.Sum(trial => parts.Residual[trial, k]) / trials.Sum(trial => parts.Total[trial, k])));
    }
}
