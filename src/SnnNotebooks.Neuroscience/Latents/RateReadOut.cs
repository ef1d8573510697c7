using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Expected counts from latent numbers by ridge regression, for encoders that come without a decoder.</summary>
internal sealed class RateReadOut : IDisposable
{
    private const double Ridge = 1e-3;

    private readonly Tensor weights;
    private readonly double floor;

    /// <summary>Fits the map.</summary>
    /// <param name="latents">[trials, T, D].</param>
    /// <param name="counts">[trials, T, N].</param>
    public RateReadOut(Tensor latents, Tensor counts)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        floor = CountCheck.Floor(counts);
        var design = WithOne(latents.flatten(0, 1)).to(float64);
        var gram = design.t().Product(design) + (Ridge * design.shape[0] * eye(design.shape[1], dtype: float64, device: design.device));
        weights = linalg.solve(gram, design.t().Product(counts.flatten(0, 1).to(float64))).to(float32).DetachFromDisposeScope();
    }

    /// <summary>Expected counts [trials, T, N], at least 0 where counts were; the caller disposes them.</summary>
    public Tensor Rates(Tensor latents)
    {
        using var scope = NewDisposeScope();
        return WithOne(latents).Product(weights).clamp(min: floor).MoveToOuterDisposeScope();
    }

    public void Dispose() => weights.Dispose();

    private static Tensor WithOne(Tensor values) => cat([values, ones_like(values.narrow(-1, 0, 1))], -1);
}
