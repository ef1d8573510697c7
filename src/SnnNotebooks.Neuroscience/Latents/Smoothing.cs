using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Smooths counts over time.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Width">In bins; 0 for none.</param>
/// <param name="SeesFuture">Whether later bins count too.</param>
public sealed record Smoothing(string Name, double Width, bool SeesFuture)
{
    private const int BinsAtOnce = 256; // the matrix of weights has as many rows, and columns for these bins and what they see
    private const double TailReach = 40; // widths: exp(-40)
    private const double BellReach = 10; // exp(-50)

    /// <summary>Counts as they are.</summary>
    public static Smoothing None { get; } = new("counts", 0, false);

    /// <summary>A bin and what came before, falling off exponentially: the fair rival of a model that filters.</summary>
    /// <param name="width">Time constant in bins.</param>
    /// <returns>The filter.</returns>
    public static Smoothing Causal(double width) => new($"causal, {width} bins", Positive(width), false);

    /// <summary>A bell over past and future.</summary>
    /// <param name="width">Standard deviation in bins.</param>
    /// <returns>The filter.</returns>
    public static Smoothing Gaussian(double width) => new($"Gaussian, {width} bins, sees the future", Positive(width), true);

    /// <summary>Smooths trials; weights are renormalised at the ends.</summary>
    /// <param name="counts">[trials, T, N].</param>
    /// <returns>The same shape; the caller disposes it.</returns>
    public Tensor Apply(Tensor counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (Width == 0 || counts.numel() == 0)
        {
            return counts.alias();
        }

        using var scope = NewDisposeScope();
        var bins = counts.shape[1];
        var reach = Math.Min(bins, Math.Ceiling((SeesFuture ? BellReach : TailReach) * Width)); // weights beyond are nothing in float32
        List<Tensor> parts = [];
        for (var first = 0L; first < bins; first += BinsAtOnce)
        {
            var end = Math.Min(bins, first + BinsAtOnce);
            var (from, to) = (Math.Max(0, first - (long)reach), SeesFuture ? Math.Min(bins, end + (long)reach) : end);
            parts.Add(Weights(first, end, from, to, counts).Product(counts.narrow(1, from, to - from)));
        }

        return (parts.Count == 1 ? parts[0] : cat(parts, 1)).MoveToOuterDisposeScope();
    }

    /// <summary>How much each bin [from, to) counts for each of [first, end); rows make 1.</summary>
    private Tensor Weights(long first, long end, long from, long to, Tensor like)
    {
        Tensor Bins(long start, long stop) => arange(start, stop, dtype: like.dtype, device: like.device);
        var distance = Bins(first, end).unsqueeze(1) - Bins(from, to);
        var past = SeesFuture ? distance : distance.clamp(min: 0); // of far bins to come the exponential would be infinite
        var weights = SeesFuture ? (-0.5 * (past / Width).square()).exp() : (-past / Width).exp() * distance.ge(0);
        return weights / weights.sum([1], keepdim: true);
    }

    private static double Positive(double width) => width > 0 && double.IsFinite(width)
        ? width
        : throw new ArgumentOutOfRangeException(nameof(width), width, "Expected a positive number of bins.");
}
