using SnnNotebooks.Datasets.Synthetic;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>How often a stimulus was told from latent numbers.</summary>
/// <param name="Accuracy">Share of hits on test trials.</param>
/// <param name="Chance">Share of hits of a blind guess.</param>
/// <param name="Lowest">Lower end of the 95 % interval (E. Wilson 1927).</param>
/// <param name="Highest">Upper end of it.</param>
/// <param name="K">Neighbours that vote, chosen on validation trials.</param>
/// <param name="Count">Test presentations.</param>
public sealed record DecodingResult(double Accuracy, double Chance, double Lowest, double Highest, int K, int Count);

/// <summary>
/// Tells scenes and movie frames from latent trajectories by their nearest neighbours (specs/tide_swapvae.md, section 7). Repeats are split,
/// not presentations: training, validation (which chooses k) and test see the same stimuli on different repeats.
/// </summary>
public static class StimulusDecoding
{
    private const double Confidence = 1.959964;
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
        var (repeats, stimuli) = ((int)latents.shape[0], (int)latents.shape[1]);
        if (repeats < 3)
        {
            throw new ArgumentException($"There are {repeats} repeats; expected at least 3, for training, validation and test.", nameof(latents));
        }

        using var scope = NewDisposeScope();
        var order = new SeededDraws(seed, stream: 90).Permutation(repeats);
        var held = Math.Max(1, repeats / 5);
        Tensor Of(int[] chosen) => latents.index_select(0, tensor(Array.ConvertAll(chosen, repeat => (long)repeat))).flatten(0, 1);
        long[] Labels(int count) => [.. Enumerable.Range(0, count).SelectMany(_ => Enumerable.Range(0, stimuli).Select(stimulus => (long)stimulus))];
        var (test, validation, training) = (order[..held], order[held..(2 * held)], order[(2 * held)..]);
        var (examples, labels) = (Of(training), Labels(training.Length));
        int Hits(Tensor queries, int count, int k)
        {
            var truth = Labels(count);
            return NearestNeighbours.Predict(examples, labels, queries, k).Zip(truth).Count(pair => hit(pair.First, pair.Second));
        }

        var (tried, asked) = (Of(validation), Of(test));
        var best = Choices.Where(k => k <= labels.Length).MaxBy(k => Hits(tried, held, k));
        var count = held * stimuli;
        var share = (double)Hits(asked, held, best) / count;
        var middle = (share + (Confidence * Confidence / (2 * count))) / (1 + (Confidence * Confidence / count));
        var half = Confidence * Math.Sqrt((share * (1 - share) / count) + (Confidence * Confidence / (4.0 * count * count))) / (1 + (Confidence * Confidence / count));
        return new DecodingResult(share, chance, middle - half, middle + half, best, count);
    }
}
