using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>
/// Factor analysis of counts: like principal components, but every neuron has noise of its own (expectation and maximisation, D. Rubin and
/// D. Thayer 1982).
/// </summary>
/// <param name="factors">How many.</param>
public sealed class FactorAnalysisModel(int factors) : ILatentModel
{
    private const double LeastNoise = 1e-6;

    private Tensor? mean;
    private Tensor? loadings;
    private Tensor? projection;
    private double floor; // of what is reconstructed

    /// <inheritdoc/>
    public string Name => $"factor analysis {factors}";

    /// <inheritdoc/>
    public string Citation => "D. Rubin and D. Thayer 1982";

    /// <inheritdoc/>
    public bool TakesTraces => true;

    /// <inheritdoc/>
    public void Fit(Tensor counts)
    {
        floor = CountCheck.Floor(counts);
        ArgumentOutOfRangeException.ThrowIfLessThan(factors, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(factors, counts.shape[2]);
        Dispose();
        using var scope = NewDisposeScope();
        var (centre, covariance) = CountMoments.Of(counts);
        var identity = eye(factors, dtype: float64, device: counts.device);
        var (weights, noise) = FactorAnalysis.Learn(covariance, factors, full_like(centre, LeastNoise));
        var final = weights / noise.unsqueeze(1);
        mean = centre.to(float32).DetachFromDisposeScope();
        loadings = weights.to(float32).contiguous().DetachFromDisposeScope();
        projection = linalg.inv(identity + weights.t().Product(final)).Product(final.t()).t().to(float32).contiguous()
            .DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Embed(Tensor counts)
    {
        CountCheck.Embedding(counts, (int?)mean?.shape[0]);
        return CountMoments.Project(counts, mean!, projection!);
    }

    /// <inheritdoc/>
    public Tensor Reconstruct(Tensor counts)
    {
        using var scope = NewDisposeScope();
        return (Embed(counts).Product(loadings!.t()) + mean!).clamp(min: floor).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        mean?.Dispose();
        loadings?.Dispose();
        projection?.Dispose();
        (mean, loadings, projection) = (null, null, null);
    }
}
