using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Expectation and maximisation for GPFA.</summary>
/// <param name="options">How long and how exactly.</param>
/// <param name="kernel">Covariances over time.</param>
internal sealed class GpfaLearning(GpfaOptions options, GpfaKernel kernel)
{
    private const double LeastVariance = 1e-6; // of a neuron's noise where the neuron is constant
    private const int Settling = 2; // rounds whose gain does not count

    /// <summary>Learns from trials, grouped by length.</summary>
    /// <param name="groups">[trials, T, N] each, float64.</param>
    /// <returns>The parameters, and the log-likelihood at the start of each round.</returns>
    public (GpfaParameters Parameters, IReadOnlyList<double> LogLikelihoods) Run(IReadOnlyList<Tensor> groups)
    {
        using var scope = NewDisposeScope();
        var rows = cat([.. groups.Select(group => group.flatten(0, 1))], 0);
        var (count, sum, squares) = (rows.shape[0], rows.sum([0]), rows.square().sum([0]));
        var least = (options.LeastNoise * rows.var(0, unbiased: true)).clamp(min: LeastVariance);
        var parameters = options.Start?.Copied(rows.device) ?? Start(rows, least);
        List<double> likelihoods = [];
        var reached = 0.0;
        for (var round = 0; round < options.Iterations; round++)
        {
            using var step = NewDisposeScope();
            var posteriors = groups.Select(group => GpfaPosterior.Of(parameters, kernel, group)).ToArray();
            var likelihood = posteriors.Sum(posterior => posterior.LogLikelihood);
            if (!double.IsFinite(likelihood))
            {
                throw new LatentTrainingException(
                    $"In round {round} the likelihood of GPFA is {likelihood}. Try fewer factors, or look for extreme counts in the data.");
            }

            likelihoods.Add(likelihood);
            var former = parameters;
            parameters = Improved(former, groups, posteriors, (count, sum, squares, least));
            parameters = new GpfaParameters(parameters.Loadings.MoveToOuterDisposeScope(), parameters.Offset.MoveToOuterDisposeScope(),
                parameters.Noise.MoveToOuterDisposeScope(), parameters.Timescales.MoveToOuterDisposeScope());
            former.Dispose();
            if (round < Settling)
            {
                reached = likelihood;
            }
            else if (likelihood - reached < (1 + options.Tolerance) * (likelihoods[^2] - reached))
            {
                break;
            }
        }

        return (parameters.Detached(), likelihoods);
    }

    private GpfaParameters Start(Tensor rows, Tensor least)
    {
        var (centre, covariance) = CountMoments.Of(rows);
        var (weights, noise) = FactorAnalysis.Learn(covariance, options.Factors, least);
        return new GpfaParameters(
            weights, centre, noise, full(options.Factors, options.FirstTimescale, dtype: float64, device: rows.device));
    }

    private GpfaParameters Improved(
        GpfaParameters former, IReadOnlyList<Tensor> groups, GpfaPosterior[] posteriors,
        (long Count, Tensor Sum, Tensor Squares, Tensor Least) rows)
    {
        var factors = former.Loadings.shape[1];
        var (moment, sums) = (zeros(factors, factors, dtype: float64, device: former.Loadings.device),
            zeros(factors, dtype: float64, device: former.Loadings.device));
        var cross = zeros_like(former.Loadings);
        foreach (var (values, posterior) in groups.Zip(posteriors))
        {
            var means = posterior.Mean.transpose(1, 2).flatten(0, 1);
            moment += (values.shape[0] * posterior.OfBins().sum(-1)) + means.t().Product(means);
            sums += means.sum([0]);
            cross += values.flatten(0, 1).t().Product(means);
        }

        // loadings and offset together: regression of the values on [x, 1]
        var gram = cat([cat([moment, sums.unsqueeze(1)], 1), cat([sums, sums.new_full([1], rows.Count)], 0).unsqueeze(0)], 0);
        var both = linalg.solve(gram, cat([cross, rows.Sum.unsqueeze(1)], 1).t()).t();
        var (loadings, offset) = (both.narrow(1, 0, factors).contiguous(), both.select(1, factors).contiguous());
        var explained = ((cross - (offset.unsqueeze(1) * sums)) * loadings).sum(1);
        var noise = (offset.square() + ((rows.Squares - (2 * rows.Sum * offset) - explained) / rows.Count)).maximum(rows.Least);
        return new GpfaParameters(loadings, offset, noise, kernel.Learned(
            former.Timescales, [.. posteriors.Select(posterior => (posterior.Mean.shape[0], posterior.MomentOverTime()))]));
    }
}
