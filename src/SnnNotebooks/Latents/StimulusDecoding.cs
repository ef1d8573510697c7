using SnnNotebooks.Datasets.Synthetic;
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
public sealed record DecodingResult(double Accuracy, double Chance, double Lowest, double Highest, int K, int Count);

/// <summary>
/// Tells scenes and movie frames from latent trajectories by their nearest neighbours (specs/tide_swapvae.md, section 7). Repeats are split,
/// not presentations: training, validation (which chooses k) and test see the same stimuli on different repeats.
/// </summary>
public static class StimulusDecoding
{
    private const double Confidence = 1.959964;
    private static readonly double[] Ridges = [1e-3, 1e-2, 0.1, 1, 10];
    private static readonly int[] Choices = [1, 3, 5, 7, 11, 15, 21];

    /// <summary>Which scene was shown.</summary>
    /// <param name="latents">[repeats, scenes, T, D]: a trajectory per presentation; all its bins together are compared.</param>
    /// <param name="seed">Which repeats are for training, validation and test: 60, 20 and 20 %.</param>
    /// <exception cref="ArgumentException">The shape is another or there are fewer than 3 repeats.</exception>
    public static DecodingResult Scenes(Tensor latents, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(latents);
        if (latents.dim() != 4)
        {
            throw new ArgumentException($"Latents are [{string.Join(", ", latents.shape)}]; expected [repeats, scenes, T, D].", nameof(latents));
        }

        using var flat = latents.flatten(2);
        return Decode(flat, (found, truth) => found == truth, 1.0 / latents.shape[1], seed);
    }

    /// <summary>Which scene was shown, by ridge regression on one number per scene; the ridge is chosen on validation trials.</summary>
    /// <param name="latents">[repeats, scenes, T, D].</param>
    /// <param name="seed">Which repeats are for training, validation and test: 60, 20 and 20 %.</param>
    /// <exception cref="ArgumentException">The shape is another or there are fewer than 3 repeats.</exception>
    public static DecodingResult ScenesLinearly(Tensor latents, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(latents);
        if (latents.dim() != 4)
        {
            throw new ArgumentException($"Latents are [{string.Join(", ", latents.shape)}]; expected [repeats, scenes, T, D].", nameof(latents));
        }

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var split = new Split(latents.flatten(2).to(float64), seed);
        var (centre, spread) = (split.Examples.mean([0]), split.Examples.std(0, unbiased: false) + 1e-9);
        Tensor Design(Tensor rows) => cat([(rows - centre) / spread, ones([rows.shape[0], 1], float64)], 1);
        var design = Design(split.Examples);
        var gram = design.t().matmul(design);
        var targets = design.t().matmul(nn.functional.one_hot(tensor(split.Labels), latents.shape[1]).to(float64));
        int Hits(Tensor rows, int repeats, double ridge)
        {
            using var inner = NewDisposeScope();
            var weights = linalg.solve(gram + (ridge * design.shape[0] * eye(design.shape[1], dtype: float64)), targets);
            return Design(rows).matmul(weights).argmax(1).data<long>().ToArray().Zip(split.Truth(repeats)).Count(pair => pair.First == pair.Second);
        }

        var best = Ridges.MaxBy(ridge => Hits(split.Validation, split.Held, ridge));
        return Result(Hits(split.Test, split.Held, best), split.Held * split.Stimuli, 1.0 / split.Stimuli, neighbours: 0);
    }

    /// <summary>Which frame of a movie was shown, to within a window.</summary>
    /// <param name="latents">[repeats, frames, D].</param>
    /// <param name="window">A hit is less than this many frames away: 30 for one second.</param>
    /// <param name="seed">Which repeats are for training, validation and test.</param>
    /// <exception cref="ArgumentException">The shape is another or there are fewer than 3 repeats.</exception>
    public static DecodingResult Frames(Tensor latents, int window = 30, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        if (latents.dim() != 3)
        {
            throw new ArgumentException($"Latents are [{string.Join(", ", latents.shape)}]; expected [repeats, frames, D].", nameof(latents));
        }

        var frames = (int)latents.shape[1];
        var chance = Enumerable.Range(0, frames).Average(frame => (double)(Math.Min(frames - 1, frame + window - 1) - Math.Max(0, frame - window + 1) + 1) / frames);
        return Decode(latents, (found, truth) => Math.Abs(found - truth) < window, chance, seed);
    }

    private static DecodingResult Decode(Tensor latents, Func<long, long, bool> hit, double chance, int seed)
    {
        using var scope = NewDisposeScope();
        var split = new Split(latents, seed);
        int Hits(Tensor queries, int k) => NearestNeighbours.Predict(split.Examples, split.Labels, queries, k).Zip(split.Truth(split.Held)).Count(pair => hit(pair.First, pair.Second));
        var best = Choices.Where(k => k <= split.Labels.Length).MaxBy(k => Hits(split.Validation, k));
        return Result(Hits(split.Test, best), split.Held * split.Stimuli, chance, best);
    }

    private static DecodingResult Result(int hits, int count, double chance, int neighbours)
    {
        var share = (double)hits / count;
        var middle = (share + (Confidence * Confidence / (2 * count))) / (1 + (Confidence * Confidence / count));
        var half = Confidence * Math.Sqrt((share * (1 - share) / count) + (Confidence * Confidence / (4.0 * count * count))) / (1 + (Confidence * Confidence / count));
        return new DecodingResult(share, chance, middle - half, middle + half, neighbours, count);
    }

    /// <summary>Repeats [repeats, stimuli, F] in three parts, as rows with the stimulus as label.</summary>
    private sealed class Split
    {
        public Split(Tensor latents, int seed)
        {
            var repeats = (int)latents.shape[0];
            if (repeats < 3)
            {
                throw new ArgumentException($"There are {repeats} repeats; expected at least 3, for training, validation and test.", nameof(latents));
            }

            Stimuli = (int)latents.shape[1];
            Held = Math.Max(1, repeats / 5);
            var order = new SeededDraws(seed, stream: 90).Permutation(repeats);
            Tensor Of(int[] chosen) => latents.index_select(0, tensor(Array.ConvertAll(chosen, repeat => (long)repeat))).flatten(0, 1);
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
