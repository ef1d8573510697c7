using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents.Benchmark;

/// <summary>
/// Expected counts of neurons from latent numbers by Poisson regression with a logarithmic link, as NLB's baselines map them: the mean
/// negative log-likelihood plus ridge / 2 times the squared weights (not of the intercept), by Newton's method.
/// </summary>
internal sealed class PoissonReadOut : IDisposable
{
    private const int MostSteps = 100;
    private const double Enough = 1e-8; // of a weight's change
    private const double Longest = 2; // of a step of the logarithm, so that no rate explodes on the way

    private readonly Tensor centre;
    private readonly Tensor spread;
    private readonly Tensor weights;
    private readonly Tensor highest; // logarithm of each neuron's highest rate in training: latents beyond all seen ones foretell no more

    /// <summary>Fits a map for every neuron.</summary>
    /// <param name="latents">[trials, T, D].</param>
    /// <param name="counts">[trials, T, N].</param>
    /// <param name="ridge">Of standardised latents.</param>
    public PoissonReadOut(Tensor latents, Tensor counts, double ridge = 1e-3)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var (x, y) = (latents.flatten(0, 1).to(float64), counts.flatten(0, 1).to(float64));
        (centre, spread) = (x.mean([0]).DetachFromDisposeScope(), (x.std(0, unbiased: false) + 1e-9).DetachFromDisposeScope());
        var design = Design(x);
        var penalty = ridge * design.shape[0] * eye(design.shape[1], dtype: float64);
        penalty[-1, -1] = 1e-9 * design.shape[0]; // the intercept of a silent neuron has to end somewhere
        weights = stack([.. y.unbind(1).Select(neuron => Fitted(design, neuron, penalty))], 1).DetachFromDisposeScope();
        highest = design.mm(weights).amax([0]).DetachFromDisposeScope();
    }

    /// <summary>Expected counts [trials, T, N], float64; the caller disposes them.</summary>
    public Tensor Rates(Tensor latents)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var flat = Design(latents.flatten(0, 1).to(float64)).mm(weights).minimum(highest).exp();
        return flat.reshape(latents.shape[0], latents.shape[1], -1).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        centre.Dispose();
        spread.Dispose();
        weights.Dispose();
        highest.Dispose();
    }

    private static Tensor Fitted(Tensor design, Tensor counts, Tensor penalty)
    {
        using var scope = NewDisposeScope();
        var w = zeros(design.shape[1], dtype: float64);
        w[-1] = (counts.mean() + 1e-6).log();
        for (var step = 0; step < MostSteps; step++)
        {
            using var round = NewDisposeScope();
            var rates = design.mv(w).exp();
            var gradient = design.t().mv(counts - rates) - penalty.mv(w);
            var curvature = (design * rates.unsqueeze(1)).t().mm(design) + penalty;
            var change = linalg.solve(curvature, gradient.unsqueeze(1)).squeeze(1);
            var largest = design.mv(change).abs().max().ToDouble();
            w = (w + (change * Math.Min(1, Longest / largest))).MoveToOuterDisposeScope();
            if (change.abs().max().ToDouble() < Enough)
            {
                break;
            }
        }

        return w.MoveToOuterDisposeScope();
    }

    private Tensor Design(Tensor x)
    {
        var standard = (x - centre) / spread;
        return cat([standard, ones_like(standard.narrow(1, 0, 1))], 1);
    }
}
