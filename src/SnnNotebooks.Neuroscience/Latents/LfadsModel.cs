using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Sizes and training of <see cref="LfadsModel"/>.</summary>
public sealed record LfadsOptions
{
    /// <summary>Factors, the latent numbers of each bin.</summary>
    public int Factors { get; init; } = 8;

    /// <summary>Width of the generator and of each direction of the encoder; 64 in the specification.</summary>
    public int Hidden { get; init; } = 64;

    /// <summary>Bins per training sequence; trials are embedded in pieces of this length.</summary>
    public int Window { get; init; } = 50;

    /// <summary>Sequences per iteration.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Iterations.</summary>
    public int Iterations { get; init; } = 300;

    /// <summary>Weight of the divergence, reached over the first half of training.</summary>
    public double Gamma { get; init; } = 0.1;

    /// <summary>Adam's rate at the start.</summary>
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>The seed.</summary>
    public int Seed { get; init; }
}

/// <summary>
/// A sequential variational autoencoder after LFADS (C. Pandarinath et al., Nature Methods 2018): a bidirectional encoder reads a whole
/// sequence and gives the initial state of a generator, which then runs on its own; factors are read from its state and rates from them. It
/// sees the future. Simplified: no controller and no inferred inputs.
/// </summary>
public sealed class LfadsModel : ILatentModel
{
    private readonly LfadsOptions options;
    private Network? network;
    private int? neurons;

    /// <summary>Creates an untrained model.</summary>
    /// <param name="options">Sizes and training.</param>
    public LfadsModel(LfadsOptions? options = null) => this.options = options ?? new LfadsOptions();

    /// <inheritdoc/>
    public string Name => "LFADS-style (sees the future)";

    /// <inheritdoc/>
    public string Citation => "C. Pandarinath et al., Nature Methods 2018; simplified: no controller, no inferred inputs";

    /// <inheritdoc/>
    public void Fit(Tensor counts)
    {
        CountCheck.Training(counts);
        neurons = (int)counts.shape[2];
        network?.Dispose();
        random.manual_seed(options.Seed);
        network = new Network(neurons.Value, options);
        network.to(counts.device);
        var window = (int)Math.Min(options.Window, counts.shape[1]);
        using var trainer = new LatentTraining(network, options.LearningRate, options.Iterations, largestGradient: 5);
        var sampler = new PairSampler(counts, window, 0, options.Batch, options.Seed);
        while (trainer.Iteration < options.Iterations)
        {
            using var scope = NewDisposeScope();
            using var noise = trainer.Noise(options.Seed);
            var (sequences, _, _, _) = sampler.Draw(trainer.Iteration);
            var (mean, logVariance) = network.Start(sequences);
            var factors = network.Run(mean + ((logVariance / 2).exp() * noise.Normal(mean.shape)), window);
            var reconstruction = PoissonLikelihood.Loss(sequences, network.Rates(factors)).sum([-1]).mean();
            var divergence = PoissonLikelihood.Divergence(mean, logVariance).mean() / window;
            var weight = options.Gamma * Math.Min(1, 2.0 * (trainer.Iteration + 1) / options.Iterations);
            trainer.Step(
                (reconstruction + (weight * divergence), [("the reconstruction", reconstruction), ("the divergence", divergence)]));
        }
    }

    /// <inheritdoc/>
    public Tensor Embed(Tensor counts)
    {
        CountCheck.Embedding(counts, neurons);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        List<Tensor> pieces = [];
        for (long start = 0; start < counts.shape[1]; start += options.Window)
        {
            var piece = counts.narrow(1, start, Math.Min(options.Window, counts.shape[1] - start));
            pieces.Add(network!.Run(network.Start(piece).Mean, (int)piece.shape[1]));
        }

        return cat(pieces, 1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Reconstruct(Tensor counts)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        return network!.Rates(Embed(counts)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => network?.Dispose();

    private sealed class Network : nn.Module
    {
        private readonly GRU encoder;
        private readonly Linear posterior;
        private readonly GRU generator;
        private readonly Linear toFactors;
        private readonly Linear toRates;
        private readonly int hidden;

        public Network(int neurons, LfadsOptions options)
            : base("Lfads")
        {
            hidden = options.Hidden;
            encoder = nn.GRU(neurons, hidden, batchFirst: true, bidirectional: true);
            posterior = nn.Linear(2 * hidden, 2 * hidden);
            generator = nn.GRU(1, hidden, batchFirst: true);
            toFactors = nn.Linear(hidden, options.Factors);
            toRates = nn.Linear(options.Factors, neurons);
            RegisterComponents();
        }

        /// <summary>Mean and logarithm of variance of the generator's initial state, from both ends of the sequence.</summary>
        public (Tensor Mean, Tensor LogVariance) Start(Tensor sequences)
        {
            var last = encoder.call(sequences).Item2;
            var both = posterior.call(cat([last[0], last[1]], 1)).chunk(2, 1);
            return (both[0], both[1].clamp(-8, 4));
        }

        /// <summary>The generator runs without input from its initial state; factors [B, steps, F].</summary>
        public Tensor Run(Tensor start, int steps)
        {
            var nothing = zeros(start.shape[0], steps, 1, dtype: start.dtype, device: start.device);
            return toFactors.call(generator.call(nothing, start.unsqueeze(0)).Item1);
        }

        public Tensor Rates(Tensor factors) => nn.functional.softplus(toRates.call(factors));
    }
}
