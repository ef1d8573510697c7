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
    private const int MostRounds = 200;
    private const double Enough = 1e-6;
    private const double LeastNoise = 1e-6;

    private Tensor? mean;
    private Tensor? loadings;
    private Tensor? projection;

    /// <inheritdoc/>
    public string Name => $"factor analysis {factors}";

    /// <inheritdoc/>
    public string Citation => "D. Rubin and D. Thayer 1982";

    /// <inheritdoc/>
    public void Fit(Tensor counts)
    {
        CountCheck.Training(counts);
        ArgumentOutOfRangeException.ThrowIfLessThan(factors, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(factors, counts.shape[2]);
        Dispose();
        using var scope = NewDisposeScope();
        var rows = counts.flatten(0, 1).to(float64);
        var centre = rows.mean([0]);
        var covariance = (rows - centre).t().Product(rows - centre) / rows.shape[0];
        var (values, vectors) = linalg.eigh(covariance);
        var last = values.shape[0] - factors;
        var weights = vectors.narrow(1, last, factors) * values.narrow(0, last, factors).clamp(min: LeastNoise).sqrt();
        var noise = covariance.diagonal().clamp(min: LeastNoise);
        var identity = eye(factors, dtype: float64, device: counts.device);
        var former = double.NegativeInfinity;
        for (var round = 0; round < MostRounds; round++)
        {
            // posterior of the factors: (I + W' N^-1 W)^-1 W' N^-1
            var scaled = weights / noise.unsqueeze(1);
            var posterior = linalg.inv(identity + weights.t().Product(scaled));
            var beta = posterior.Product(scaled.t());
            var moment = posterior + beta.Product(covariance).Product(beta.t());
            var cross = covariance.Product(beta.t());
            weights = linalg.solve(moment, cross.t()).t();
            noise = (covariance.diagonal() - (weights * cross).sum([1])).clamp(min: LeastNoise);
            var model = weights.Product(weights.t()) + noise.diag();
            var likelihood = -(linalg.slogdet(model).Item2 + linalg.solve(model, covariance).trace()).ToDouble();
            if (likelihood - former < Enough)
            {
                break;
            }

            former = likelihood;
        }

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
        using var centred = counts - mean!;
        return centred.Product(projection!);
    }

    /// <inheritdoc/>
    public Tensor Reconstruct(Tensor counts)
    {
        using var scope = NewDisposeScope();
        return (Embed(counts).Product(loadings!.t()) + mean!).clamp(min: 0).MoveToOuterDisposeScope();
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
