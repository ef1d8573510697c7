using SnnNotebooks.Datasets.Synthetic;
using System.Globalization;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>How often a stimulus was told from latent numbers.</summary>
/// <param name="Accuracy">Share of hits on test trials.</param>
/// <param name="Chance">Share of hits of a blind guess.</param>
/// <param name="Lowest">Lower end of the 95 % interval (E. Wilson 1927).</param>
/// <param name="Highest">Upper end of it.</param>
/// <param name="K">Neighbours that vote, chosen on validation trials; 0 for a linear decoder.</param>
/// <param name="Count">Test presentations.</param>
public sealed record DecodingResult(double Accuracy, double Chance, double Lowest, double Highest, int K, int Count)
{
    /// <summary>What was shown in each test presentation and what it was taken for: scenes, frames or labels by number, from 0.</summary>
    public IReadOnlyList<(int Shown, int Found)> Answers { get; init; } = [];

    /// <summary>What is taken for what, as a matrix; many stimuli in parts of neighbours.</summary>
    /// <param name="stimuli">How many there are.</param>
    /// <param name="most">At most so many rows.</param>
    /// <returns>Counts [true, taken for].</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="stimuli"/> is below 1, or <paramref name="most"/> is below
    /// 1.</exception>
    public ConfusionMatrix Confusion(int stimuli, int most = 30)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stimuli, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var size = (stimuli + most - 1) / most;
        var parts = (stimuli + size - 1) / size;
        var matrix = new ConfusionMatrix([.. Enumerable.Range(0, parts).Select(part => size == 1
            ? part.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{part * size}-{Math.Min(stimuli, (part + 1) * size) - 1}"))]);
        foreach (var (shown, found) in Answers)
        {
            matrix.Add(shown / size, found / size);
        }

        return matrix;
    }
}

/// <summary>
/// Tells scenes and movie frames from latent trajectories by their nearest neighbours (specs/tide_swapvae.md, section 7). Repeats are
/// split, not presentations: training, validation (which chooses k) and test see the same stimuli on different repeats.
/// </summary>
public static class StimulusDecoding
{
    private const double Confidence = 1.959964;
    private static readonly double[] Ridges = [1e-3, 1e-2, 0.1, 1, 10];
    private static readonly int[] Choices = [1, 3, 5, 7, 11, 15, 21];

    /// <summary>Which scene was shown.</summary>
    /// <param name="latents">[repeats, scenes, T, D]: a trajectory per presentation; all its bins together are compared.</param>
    /// <param name="seed">Which repeats are for training, validation and test: 60, 20 and 20 %.</param>
    /// <returns>The share of hits in [0, 1] with its interval, and chance beside it.</returns>
    /// <exception cref="ArgumentException">The shape is another or there are fewer than 3 repeats.</exception>
    public static DecodingResult Scenes(Tensor latents, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(latents);
        if (latents.dim() != 4)
        {
            throw new ArgumentException(
                $"Latents are [{string.Join(", ", latents.shape)}]; expected [repeats, scenes, T, D].", nameof(latents));
        }

        using var flat = latents.flatten(2);
        return Decode(flat, (found, truth) => found == truth, 1.0 / latents.shape[1], seed);
    }

    /// <summary>Which scene was shown, by ridge regression on one number per scene; the ridge is chosen on validation trials.</summary>
    /// <param name="latents">[repeats, scenes, T, D].</param>
    /// <param name="seed">Which repeats are for training, validation and test: 60, 20 and 20 %.</param>
    /// <returns>The share of hits in [0, 1] with its interval, and chance beside it.</returns>
    /// <exception cref="ArgumentException">The shape is another or there are fewer than 3 repeats.</exception>
    public static DecodingResult ScenesLinearly(Tensor latents, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(latents);
        if (latents.dim() != 4)
        {
            throw new ArgumentException(
                $"Latents are [{string.Join(", ", latents.shape)}]; expected [repeats, scenes, T, D].", nameof(latents));
        }

        using var flat = latents.flatten(2);
        var scenes = latents.shape[1];
        return DecodeLinearly(
            flat, eye(scenes, dtype: float64, device: flat.device), (found, truth) => found == truth, 1.0 / scenes, seed);
    }

    /// <summary>Which frame of a movie was shown, to within a window.</summary>
    /// <param name="latents">[repeats, frames, D].</param>
    /// <param name="window">A hit is less than this many frames away: 30 for one second.</param>
    /// <param name="seed">Which repeats are for training, validation and test.</param>
    /// <returns>The share of hits in [0, 1] with its interval, and chance beside it.</returns>
    /// <exception cref="ArgumentException">The shape is another or there are fewer than 3 repeats.</exception>
    public static DecodingResult Frames(Tensor latents, int window = 30, int seed = 0)
    {
        var chance = FrameChance(latents, window);
        return Decode(latents, (found, truth) => Math.Abs(found - truth) < window, chance, seed);
    }

    /// <summary>
    /// Which frame of a movie was shown, by ridge regression on one number per frame, 1 within the window and 0 elsewhere; the ridge is
    /// chosen on validation trials.
    /// </summary>
    /// <param name="latents">[repeats, frames, D].</param>
    /// <param name="window">A hit is less than this many frames away: 30 for one second.</param>
    /// <param name="seed">Which repeats are for training, validation and test.</param>
    /// <returns>The share of hits in [0, 1] with its interval, and chance beside it.</returns>
    /// <exception cref="ArgumentException">The shape is another or there are fewer than 3 repeats.</exception>
    public static DecodingResult FramesLinearly(Tensor latents, int window = 30, int seed = 0)
    {
        var chance = FrameChance(latents, window);
        using var places = arange(latents.shape[1], dtype: float64, device: latents.device);
        using var near = (places.unsqueeze(0) - places.unsqueeze(1)).abs().lt(window).to(float64);
        return DecodeLinearly(latents, near, (found, truth) => Math.Abs(found - truth) < window, chance, seed);
    }

    // the share of hits of a guess, over all frames
    private static double FrameChance(Tensor latents, int window)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        if (latents.dim() != 3)
        {
            throw new ArgumentException(
                $"Latents are [{string.Join(", ", latents.shape)}]; expected [repeats, frames, D].", nameof(latents));
        }

        var frames = (int)latents.shape[1];
        return Enumerable.Range(0, frames)
            .Average(frame => (double)(Math.Min(frames - 1, frame + window - 1) - Math.Max(0, frame - window + 1) + 1) / frames);
    }

    // targets: a row for each stimulus with the numbers that stand for it
    private static DecodingResult DecodeLinearly(Tensor latents, Tensor targets, Func<long, long, bool> hit, double chance, int seed)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var split = new Split(latents.to(float64), seed);
        var (centre, spread) = (split.Examples.mean([0]), split.Examples.std(0, unbiased: false) + 1e-9);
        Tensor Design(Tensor rows) => cat([(rows - centre) / spread, ones([rows.shape[0], 1], float64, rows.device)], 1);
        var design = Design(split.Examples);
        var gram = design.t().Product(design);
        var products = design.t().Product(targets.index_select(0, tensor(split.Labels, device: targets.device)));
        long[] Answers(Tensor rows, double ridge)
        {
            using var inner = NewDisposeScope();
            var identity = eye(design.shape[1], dtype: float64, device: design.device);
            var weights = linalg.solve(gram + (ridge * design.shape[0] * identity), products);
            return Design(rows).Product(weights).argmax(1).Numbers<long>();
        }

        int Hits(long[] answers) => answers.Zip(split.Truth(split.Held)).Count(pair => hit(pair.First, pair.Second));
        var best = Ridges.MaxBy(ridge => Hits(Answers(split.Validation, ridge)));
        var found = Answers(split.Test, best);
        return Result(found, split.Truth(split.Held), Hits(found), chance, neighbours: 0);
    }

    private static DecodingResult Decode(Tensor latents, Func<long, long, bool> hit, double chance, int seed)
    {
        using var scope = NewDisposeScope();
        var split = new Split(latents, seed);
        long[] Answers(Tensor queries, int k) => NearestNeighbours.Predict(split.Examples, split.Labels, queries, k);
        int Hits(long[] answers) => answers.Zip(split.Truth(split.Held)).Count(pair => hit(pair.First, pair.Second));
        var best = Choices.Where(k => k <= split.Labels.Length).MaxBy(k => Hits(Answers(split.Validation, k)));
        var found = Answers(split.Test, best);
        return Result(found, split.Truth(split.Held), Hits(found), chance, best);
    }

    /// <summary>A result with its interval.</summary>
    internal static DecodingResult Result(long[] found, long[] shown, int hits, double chance, int neighbours)
    {
        var count = found.Length;
        var share = (double)hits / count;
        var middle = (share + (Confidence * Confidence / (2 * count))) / (1 + (Confidence * Confidence / count));
        var half = Confidence * Math.Sqrt((share * (1 - share) / count) + (Confidence * Confidence / (4.0 * count * count)))
            / (1 + (Confidence * Confidence / count));
        return new DecodingResult(share, chance, middle - half, middle + half, neighbours, count)
        {
            Answers = [.. shown.Zip(found, (a, b) => ((int)a, (int)b))],
        };
    }

    /// <summary>Repeats [repeats, stimuli, F] in three parts, as rows with the stimulus as label.</summary>
    private sealed class Split
    {
        public Split(Tensor latents, int seed)
        {
            var repeats = (int)latents.shape[0];
            if (repeats < 3)
            {
                throw new ArgumentException(
                    $"There are {repeats} repeats; expected at least 3, for training, validation and test.", nameof(latents));
            }

            Stimuli = (int)latents.shape[1];
            Held = Math.Max(1, repeats / 5);
            var order = new SeededDraws(seed, stream: 90).Permutation(repeats);
            Tensor Of(int[] chosen) => latents.index_select(
                0, tensor(Array.ConvertAll(chosen, repeat => (long)repeat), device: latents.device)).flatten(0, 1);
            (Test, Validation, Examples) = (Of(order[..Held]), Of(order[Held..(2 * Held)]), Of(order[(2 * Held)..]));
            Labels = Truth(repeats - (2 * Held));
        }

        public int Stimuli { get; }

        public int Held { get; }

        public Tensor Examples { get; }

        public Tensor Validation { get; }

        public Tensor Test { get; }

        public long[] Labels { get; }

        public long[] Truth(int repeats) => [.. Enumerable.Range(0, repeats * Stimuli).Select(row => (long)(row % Stimuli))];
    }
}
