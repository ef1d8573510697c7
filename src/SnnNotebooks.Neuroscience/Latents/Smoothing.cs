using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Smooths counts over time.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Width">In bins; 0 for none.</param>
/// <param name="SeesFuture">Whether later bins count too.</param>
public sealed record Smoothing(string Name, double Width, bool SeesFuture)
{
    /// <summary>Counts as they are.</summary>
    public static Smoothing None { get; } = new("counts", 0, false);

    /// <summary>A bin and what came before, falling off exponentially: the fair rival of a model that filters.</summary>
    /// <param name="width">Time constant in bins.</param>
    public static Smoothing Causal(double width) => new($"causal, {width} bins", Positive(width), false);

    /// <summary>A bell over past and future.</summary>
    /// <param name="width">Standard deviation in bins.</param>
    public static Smoothing Gaussian(double width) => new($"Gaussian, {width} bins, sees the future", Positive(width), true);

    /// <summary>Smooths trials; weights are renormalised at the ends.</summary>
    /// <param name="counts">[trials, T, N].</param>
    /// <returns>The same shape; the caller disposes it.</returns>
    public Tensor Apply(Tensor counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (Width == 0)
        {
            return counts.alias();
        }

        using var scope = NewDisposeScope();
        var steps = arange(counts.shape[1], dtype: counts.dtype, device: counts.device);
        var distance = steps.unsqueeze(1) - steps;
        var past = SeesFuture ? distance : distance.clamp(min: 0); // of far bins to come the exponential would be infinite
        var kernel = SeesFuture ? (-0.5 * (past / Width).square()).exp() : (-past / Width).exp() * distance.ge(0);
        return (kernel / kernel.sum([1], keepdim: true)).Product(counts).MoveToOuterDisposeScope();
    }

    private static double Positive(double width) => width > 0 && double.IsFinite(width)
        ? width
        : throw new ArgumentOutOfRangeException(nameof(width), width, "Expected a positive number of bins.");
}
