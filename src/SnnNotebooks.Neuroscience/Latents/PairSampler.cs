using SnnNotebooks.Datasets.Synthetic;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>
/// Draws positive pairs: two windows of one trial, the second a few bins before or after the first. What is drawn depends on the seed and
/// the iteration only, so that training can be taken up anywhere.
/// </summary>
/// <param name="counts">[trials, T, N].</param>
/// <param name="window">Bins of a window; 1 for pairs of bins.</param>
/// <param name="largestOffset">Offsets are uniform in plus or minus this, 0 included.</param>
/// <param name="batch">Pairs per draw.</param>
/// <param name="seed">Which pairs.</param>
public sealed class PairSampler(Tensor counts, int window, int largestOffset, int batch, int seed)
{
    /// <summary>Draws the pairs of one iteration.</summary>
    /// <param name="iteration">Which.</param>
    /// <returns>Both views [batch, window, N], and of each pair where both begin, in bins after the earlier of the two.</returns>
    public (Tensor First, Tensor Second, int[] FirstStart, int[] SecondStart) Draw(int iteration)
    {
        var draws = new SeededDraws(seed, 1_000_000 + iteration);
        var (trials, steps) = ((int)counts.shape[0], (int)counts.shape[1]);
        var trial = new long[batch];
        var (first, second) = (new int[batch], new int[batch]);
        for (var pair = 0; pair < batch; pair++)
        {
            trial[pair] = draws.Below(trials);
            var offset = draws.Below((2 * largestOffset) + 1) - largestOffset;
            first[pair] = draws.Below(steps - window - Math.Abs(offset) + 1) + Math.Max(0, -offset);
            second[pair] = first[pair] + offset;
        }

        using var scope = NewDisposeScope();
        var chosen = tensor(trial, device: counts.device).unsqueeze(1);
        Tensor View(int[] starts) =>
            counts.index(TensorIndex.Tensor(chosen), TensorIndex.Tensor(Steps(starts, window, counts.device))).MoveToOuterDisposeScope();
        var early = first.Zip(second, Math.Min).ToArray();
        return (View(first), View(second), [.. first.Zip(early, (start, begin) => start - begin)],
            [.. second.Zip(early, (start, begin) => start - begin)]);
    }

    /// <summary>[B, window]: the bins of windows that begin where they are told.</summary>
    internal static Tensor Steps(int[] starts, int window, Device device)
    {
        using var begin = tensor(Array.ConvertAll(starts, start => (long)start), device: device);
        using var column = begin.unsqueeze(1);
        using var bins = arange(window, dtype: int64, device: device);
        return column + bins;
    }
}
