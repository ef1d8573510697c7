using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Sizes, loss and training of <see cref="SwapVaeModel"/>.</summary>
public sealed record SwapVaeOptions
{
    /// <summary>Content and style together.</summary>
    public int Latent { get; init; } = 16;

    /// <summary>Of these, the style.</summary>
    public int Style { get; init; } = 8;

    /// <summary>Width of the second hidden layer; the first is as wide as the data.</summary>
    public int Hidden { get; init; } = 64;

    /// <summary>Weight of the divergence; 10 in the paper, on rates of larger numbers.</summary>
    public double Alpha { get; init; } = 1;

    /// <summary>Weight of the alignment; 0 for none.</summary>
    public double Beta { get; init; } = 1;

    /// <summary>Weight of the reconstruction with exchanged contents; 0 for none.</summary>
    public double Swapped { get; init; } = 1;

    /// <summary>Weight of the reconstruction from own latents; 0 for none.</summary>
    public double Original { get; init; } = 1;

    /// <summary>The second bin of a pair lies at most this many bins before or after the first.</summary>
    public int LargestOffset { get; init; } = 5;

    /// <summary>Pairs per iteration.</summary>
    public int Batch { get; init; } = 256;

    /// <summary>Iterations.</summary>
    public int Iterations { get; init; } = 800;

    /// <summary>Adam's rate at the start.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The seed.</summary>
    public int Seed { get; init; }

    /// <summary>The published ablations by their numbers.</summary>
    /// <param name="number">0 full; 1, 2 a beta-VAE with all or a fifth of the divergence; 3 exchange only; 4 alignment only; 5 exchanged
    /// reconstruction only; 6 no reconstruction; 7 the alignment alone.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such ablation.</exception>
    public SwapVaeOptions Ablation(int number) => number switch
    {
        0 => this,
        1 => this with { Swapped = 0, Beta = 0 },
        2 => this with { Swapped = 0, Beta = 0, Alpha = Alpha / 5 },
        3 => this with { Beta = 0 },
        4 => this with { Swapped = 0 },
        5 => this with { Original = 0 },
        6 => this with { Swapped = 0, Original = 0 },
        7 => this with { Swapped = 0, Original = 0, Alpha = 0 },
        _ => throw new ArgumentOutOfRangeException(nameof(number), number, "The published ablations are 0 to 7."),
    };
}

/// <summary>Swap-VAE with its training: see <see cref="SwapVae"/>. It sees single bins and knows no time.</summary>
public sealed class SwapVaeModel : ILatentModel
{
    private readonly SwapVaeOptions options;
    private SwapVae? network;
    private int? neurons;

    /// <summary>Creates an untrained model.</summary>
    /// <param name="options">Sizes, loss and training.</param>
    /// <param name="name">What to call it in tables.</param>
    public SwapVaeModel(SwapVaeOptions? options = null, string name = "Swap-VAE")
    {
        (this.options, Name) = (options ?? new SwapVaeOptions(), name);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Citation => "R. Liu et al., NeurIPS 2021; small network and weights of 1, not tuned";

    /// <summary>A beta-VAE of single bins: no exchange, no alignment.</summary>
    /// <param name="options">Sizes and training.</param>
    /// <returns>The model, not fitted yet; the caller disposes it.</returns>
    public static SwapVaeModel BetaVae(SwapVaeOptions? options = null) => new((options ?? new SwapVaeOptions()).Ablation(1), "beta-VAE");

    /// <inheritdoc/>
    public void Fit(Tensor counts)
    {
        CountCheck.Training(counts);
        neurons = (int)counts.shape[2];
        network?.Dispose();
        random.manual_seed(options.Seed);
        network = new SwapVae(neurons.Value, options.Latent, options.Style, [neurons.Value, options.Hidden]);
        network.to(counts.device);
        network.train();
        using var trainer = new LatentTraining(network, options.LearningRate, options.Iterations, largestGradient: 5);
        var sampler = new PairSampler(counts, 1, Math.Min(options.LargestOffset, (int)counts.shape[1] - 1), options.Batch, options.Seed);
        while (trainer.Iteration < options.Iterations)
        {
            using var scope = NewDisposeScope();
            using var noise = trainer.Noise(options.Seed);
            var (first, second, _, _) = sampler.Draw(trainer.Iteration);
            Tensor Noise() => noise.Normal(options.Batch, options.Style);
            var loss = network.Loss(first.squeeze(1), second.squeeze(1), Noise(), Noise());
            var total = (options.Swapped * loss.Swapped) + (options.Original * loss.Original) + (options.Alpha * loss.Divergence)
                + (options.Beta * loss.Alignment);
            trainer.Step(
                (total, [("the swapped reconstruction", loss.Swapped), ("the reconstruction", loss.Original),
                    ("the divergence", loss.Divergence), ("the alignment", loss.Alignment)]));
        }

        network.eval();
    }

    /// <inheritdoc/>
    public Tensor Embed(Tensor counts)
    {
        CountCheck.Embedding(counts, neurons);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        network!.eval();
        var (content, mean, _) = network.Encode(counts.flatten(0, 1));
        return cat([content, mean], 1).reshape(counts.shape[0], counts.shape[1], -1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Reconstruct(Tensor counts)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return network!.Decode(Embed(counts).flatten(0, 1)).reshape(counts.shape).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => network?.Dispose();
}
