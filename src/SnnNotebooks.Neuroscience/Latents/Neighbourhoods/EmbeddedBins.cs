using System.Security.Cryptography;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>
/// Bins with a place in an embedding that has no map: those of the fit keep theirs, others are placed among their nearest, and expected
/// counts are those of the nearest in the embedding.
/// </summary>
internal sealed class EmbeddedBins : IDisposable
{
    private const int Readers = 15; // bins whose counts are averaged

    private readonly Tensor points; // [n, N], float64, smoothed
    private readonly Tensor counts; // [n, N], float32
    private readonly Tensor places; // [n, D], float64
    private readonly Dictionary<string, long> trials = new(StringComparer.Ordinal); // by their bytes, the first bin
    private readonly Func<double[], double[]> weigh;
    private readonly int neighbours;

    /// <summary>Keeps an embedding.</summary>
    /// <param name="smooth">[trials, T, N]: what was embedded.</param>
    /// <param name="counts">The counts themselves.</param>
    /// <param name="places">[trials * T, D], float64.</param>
    /// <param name="neighbours">Among how many a new bin is placed.</param>
    /// <param name="weigh">Their weights from their distances, nearest first; any positive scale.</param>
    public EmbeddedBins(Tensor smooth, Tensor counts, Tensor places, int neighbours, Func<double[], double[]> weigh)
    {
        using var scope = NewDisposeScope();
        points = Points(smooth).DetachFromDisposeScope();
        this.counts = counts.cpu().flatten(0, 1).clone().DetachFromDisposeScope();
        this.places = places.clone().DetachFromDisposeScope();
        (this.neighbours, this.weigh) = ((int)Math.Min(neighbours, points.shape[0]), weigh);
        for (var trial = 0L; trial < smooth.shape[0]; trial++)
        {
            trials.TryAdd(Key(smooth[trial]), trial * smooth.shape[1]);
        }
    }

    /// <summary>Bins as points [trials * T, N], float64, on the CPU.</summary>
    public static Tensor Points(Tensor smooth) => smooth.cpu().to(float64).flatten(0, 1);

    /// <summary>[trials, T, D], float32, on the device of the input; a trial of the fit gets its own places.</summary>
    public Tensor Embed(Tensor smooth)
    {
        using var scope = NewDisposeScope();
        var bins = smooth.shape[1];
        Tensor[] found = [.. Enumerable.Range(0, (int)smooth.shape[0]).Select(trial => smooth[trial]).Select(
            trial => trials.TryGetValue(Key(trial), out var first) ? places.narrow(0, first, bins) : Placed(trial))];
        return stack(found).to(float32).to(smooth.device).MoveToOuterDisposeScope();
    }

    /// <summary>[trials, T, N]: mean counts of the bins that are nearest to places [trials, T, D].</summary>
    public Tensor Read(Tensor latents)
    {
        using var scope = NewDisposeScope();
        var readers = (int)Math.Min(Readers, places.shape[0]);
        var nearest = ExactNeighbours.Between(Points(latents), places, readers);
        var indices = tensor(Array.ConvertAll(nearest.Places, place => (long)place), device: CPU);
        return counts.index_select(0, indices).view(latents.shape[0], latents.shape[1], readers, -1).mean([2]).to(latents.device)
            .MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        points.Dispose();
        counts.Dispose();
        places.Dispose();
    }

    private Tensor Placed(Tensor trial)
    {
        var nearest = ExactNeighbours.Between(trial.cpu().to(float64), points, neighbours);
        var weights = nearest.Distances.Chunk(neighbours).SelectMany(distances =>
        {
            var raw = weigh(distances);
            var sum = raw.Sum();
            return raw.Select(weight => weight / sum);
        }).ToArray();
        var near = places.index_select(0, tensor(Array.ConvertAll(nearest.Places, place => (long)place), device: CPU));
        return (near * tensor(weights, device: CPU).unsqueeze(1)).view(trial.shape[0], neighbours, -1).sum(1);
    }

    private static string Key(Tensor trial)
    {
        using var here = trial.cpu().contiguous();
        return Convert.ToHexString(SHA256.HashData(here.bytes));
    }
}
