using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Principal components of counts, as they are or smoothed.</summary>
/// <param name="components">How many; at most N are kept.</param>
/// <param name="smoothing">Before the analysis; none where null.</param>
public sealed class PcaModel(int components, Smoothing? smoothing = null) : ILatentModel
{
    private readonly Smoothing smoothing = smoothing ?? Smoothing.None;
    private Tensor? mean;
    private Tensor? axes;
    private double floor; // of what is reconstructed

    /// <inheritdoc/>
    public string Name => $"PCA {components} ({smoothing.Name})";

    /// <inheritdoc/>
    public string Citation => "K. Pearson 1901";

    /// <inheritdoc/>
    public bool TakesTraces => true;

    /// <inheritdoc/>
    public void Fit(Tensor counts)
    {
        floor = CountCheck.Floor(counts);
        ArgumentOutOfRangeException.ThrowIfLessThan(components, 1);
        Dispose();
        using var scope = NewDisposeScope();
        using var smooth = smoothing.Apply(counts);
        var (centre, covariance) = CountMoments.Of(smooth);
        var (_, vectors) = linalg.eigh(covariance);

        // eigenvalues come in ascending order
        var kept = Math.Min(components, vectors.shape[1]);
        mean = centre.to(float32).DetachFromDisposeScope();
        axes = vectors.narrow(1, vectors.shape[1] - kept, kept).flip(1).to(float32).contiguous().DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Embed(Tensor counts)
    {
        CountCheck.Embedding(counts, (int?)mean?.shape[0]);
        using var smooth = smoothing.Apply(counts);
        return CountMoments.Project(smooth, mean!, axes!);
    }

    /// <inheritdoc/>
    public Tensor Reconstruct(Tensor counts)
    {
        using var scope = NewDisposeScope();
        return (Embed(counts).Product(axes!.t()) + mean!).clamp(min: floor).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        mean?.Dispose();
        axes?.Dispose();
        (mean, axes) = (null, null);
    }
}
