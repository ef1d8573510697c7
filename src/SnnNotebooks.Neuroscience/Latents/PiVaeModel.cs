using SnnNotebooks.Datasets.Synthetic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Sizes and training of <see cref="PiVaeModel"/>.</summary>
public sealed record PiVaeOptions
{
    /// <summary>Latent numbers; fewer than neurons.</summary>
    public int Latent { get; init; } = 4;

    /// <summary>Width of hidden layers.</summary>
    public int Hidden { get; init; } = 60;

    /// <summary>Couplings of the decoder.</summary>
    public int Couplings { get; init; } = 4;

    /// <summary>Bins per iteration.</summary>
    public int Batch { get; init; } = 256;

    /// <summary>Iterations.</summary>
    public int Iterations { get; init; } = 800;

    /// <summary>Adam's rate at the start.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The seed.</summary>
    public int Seed { get; init; }
}

/// <summary>
/// A variational autoencoder after pi-VAE (D. Zhou and X.-X. Wei, NeurIPS 2020): the prior of the latent numbers depends on a label, here
/// the time bin within the trial, which training therefore uses; the decoder is an injective chain of affine couplings. Embedding uses the
/// encoder
/// alone, without the label. Simplified: fewer and smaller layers.
/// </summary>
public sealed class PiVaeModel : ILatentModel
{
    private readonly PiVaeOptions options;
    private Network? network;
    private int? neurons;

    /// <summary>Creates an untrained model.</summary>
    /// <param name="options">Sizes and training.</param>
    public PiVaeModel(PiVaeOptions? options = null) => this.options = options ?? new PiVaeOptions();

    /// <inheritdoc/>
    public string Name => "pi-VAE-style (time as label)";

    /// <inheritdoc/>
    public string Citation => "D. Zhou and X.-X. Wei, NeurIPS 2020; label is the time bin; smaller network";

    /// <inheritdoc/>
    public string Told => "the time bin";

    /// <inheritdoc/>
    public void Fit(Tensor counts)
    {
        CountCheck.Training(counts);
        neurons = (int)counts.shape[2];
        if (options.Latent < 1 || options.Latent >= neurons)
        {
            throw new ArgumentException(
                $"{options.Latent} latent numbers cannot be mapped one to one into {neurons} neurons; expected at least 1 and fewer than "
                + "neurons.", nameof(counts));
        }

        network?.Dispose();
        random.manual_seed(options.Seed);
        network = new Network(neurons.Value, (int)counts.shape[1], options);
        network.to(counts.device);
        using var trainer = new LatentTraining(network, options.LearningRate, options.Iterations, largestGradient: 5);
        while (trainer.Iteration < options.Iterations)
        {
            using var scope = NewDisposeScope();
            using var draw = trainer.Noise(options.Seed);
            var draws = new SeededDraws(options.Seed, 2_000_000 + trainer.Iteration);
            Tensor Index(long bound) => tensor(draws.Indices(options.Batch, (int)bound), device: counts.device);
            var (trial, bin) = (Index(counts.shape[0]), Index(counts.shape[1]));
            var seen = counts.index(TensorIndex.Tensor(trial), TensorIndex.Tensor(bin));
            var (mean, logVariance) = network.Encode(seen);
            var (priorMean, priorLogVariance) = network.Prior(bin);

            // the posterior given the label is the product of both normal distributions
            var variance = 1 / ((-logVariance).exp() + (-priorLogVariance).exp());
            var joint = variance * ((mean * (-logVariance).exp()) + (priorMean * (-priorLogVariance).exp()));
            var noise = draw.Normal(mean.shape);
            var reconstruction = PoissonLikelihood.Loss(seen, network.Rates(joint + (variance.sqrt() * noise))).sum([-1]).mean();
            var alone = PoissonLikelihood.Loss(seen, network.Rates(mean + ((logVariance / 2).exp() * noise))).sum([-1]).mean();
            var divergence = PoissonLikelihood.Divergence(joint, variance.log(), priorMean, priorLogVariance).mean();
            trainer.Step(
                (reconstruction + alone + divergence,
                    [("the reconstruction", reconstruction), ("the reconstruction without label", alone), ("the divergence", divergence)]));
        }
    }

    /// <inheritdoc/>
    public Tensor Embed(Tensor counts)
    {
        CountCheck.Embedding(counts, neurons);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        return network!.Encode(counts.flatten(0, 1)).Mean.reshape(counts.shape[0], counts.shape[1], options.Latent).contiguous()
            .MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Reconstruct(Tensor counts)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        return network!.Rates(Embed(counts).flatten(0, 1)).reshape(counts.shape).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => network?.Dispose();

    private sealed class Network : nn.Module
    {
        private readonly nn.Module<Tensor, Tensor> encoder;
        private readonly Embedding prior;
        private readonly nn.Module<Tensor, Tensor> lift;
        private readonly ModuleList<nn.Module<Tensor, Tensor>> couplings = new();
        private readonly Tensor[] orders;
        private readonly int half;

        public Network(int neurons, int bins, PiVaeOptions options)
            : base("PiVae")
        {
            encoder = nn.Sequential(nn.Linear(neurons, options.Hidden), nn.Tanh(), nn.Linear(options.Hidden, options.Hidden), nn.Tanh(),
                nn.Linear(options.Hidden, 2 * options.Latent));
            prior = nn.Embedding(bins, 2 * options.Latent);
            lift = nn.Sequential(nn.Linear(options.Latent, options.Hidden), nn.ReLU(), nn.Linear(options.Hidden, neurons - options.Latent));
            half = neurons / 2;
            for (var coupling = 0; coupling < options.Couplings; coupling++)
            {
                couplings.Add(nn.Sequential(nn.Linear(half, options.Hidden), nn.ReLU(), nn.Linear(options.Hidden, 2 * (neurons - half))));
            }

            orders = [.. Enumerable.Range(0, options.Couplings)
                .Select(
                    coupling => tensor(Array.ConvertAll(new SeededDraws(coupling, stream: 91).Permutation(neurons), place => (long)place))
                        .DetachFromDisposeScope())];
            RegisterComponents();
        }

        public (Tensor Mean, Tensor LogVariance) Encode(Tensor counts) => Halves(encoder.call(counts));

        public (Tensor Mean, Tensor LogVariance) Prior(Tensor bins) => Halves(prior.call(bins));

        /// <summary>[B, latent] to [B, N]: an injective lift, then couplings that can be undone.</summary>
        public Tensor Rates(Tensor latents)
        {
            var values = cat([latents, lift.call(latents)], 1);
            foreach (var (coupling, order) in couplings.Zip(orders))
            {
                values = values.index_select(1, order.to(values.device));
                var (kept, moved) = (values.narrow(1, 0, half), values.narrow(1, half, values.shape[1] - half));
                var change = coupling.call(kept).chunk(2, 1);
                values = cat([kept, (moved * (0.1 * change[0].tanh()).exp()) + change[1]], 1);
            }

            return nn.functional.softplus(values);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                foreach (var order in orders)
                {
                    order.Dispose();
                }
            }

            base.Dispose(disposing);
        }

        private static (Tensor Mean, Tensor LogVariance) Halves(Tensor values)
        {
            var halves = values.chunk(2, -1);
            return (halves[0], halves[1].clamp(-8, 4));
        }
    }
}
