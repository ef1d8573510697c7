using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Sizes and training of <see cref="CebraModel"/>.</summary>
public sealed record CebraOptions
{
    /// <summary>Latent numbers, on a sphere.</summary>
    public int Latent { get; init; } = 8;

    /// <summary>Width of hidden layers.</summary>
    public int Hidden { get; init; } = 64;

    /// <summary>
    /// Bins the encoder sees: this one and those before it, so that it filters like its rivals. The published one sees 5 before and 4
    /// after.
    /// </summary>
    public int Span { get; init; } = 10;

    /// <summary>The positive lies at most this many bins before or after.</summary>
    public int LargestOffset { get; init; } = 5;

    /// <summary>What cosines are divided by.</summary>
    public double Temperature { get; init; } = 0.2;

    /// <summary>Pairs per iteration; every other bin of the batch is a negative.</summary>
    public int Batch { get; init; } = 512;

    /// <summary>Iterations.</summary>
    public int Iterations { get; init; } = 600;

    /// <summary>Adam's rate at the start.</summary>
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>The seed.</summary>
    public int Seed { get; init; }
}

/// <summary>
/// A time-contrastive encoder after CEBRA-Time (S. Schneider, J. Lee and M. Mathis, Nature 2023): bins that are close in time must lie
/// close on a sphere, by InfoNCE. Simplified: a perceptron over the last bins in place of convolutions, and a read-out of rates by ridge
/// regression, which CEBRA does not have.
/// </summary>
public sealed class CebraModel : ILatentModel
{
    private readonly CebraOptions options;
    private nn.Module<Tensor, Tensor>? encoder;
    private RateReadOut? readOut;
    private int? neurons;

    /// <summary>Creates an untrained model.</summary>
    /// <param name="options">Sizes and training.</param>
    public CebraModel(CebraOptions? options = null) => this.options = options ?? new CebraOptions();

    /// <inheritdoc/>
    public string Name => "CEBRA-style";

    /// <inheritdoc/>
    public string Citation => "S. Schneider et al., Nature 2023; simplified: perceptron over past bins, linear read-out of rates added";

    /// <inheritdoc/>
    public bool TakesTraces => true;

    /// <inheritdoc/>
    public void Fit(Tensor counts)
    {
        CountCheck.Floor(counts);
        Dispose();
        neurons = (int)counts.shape[2];
        random.manual_seed(options.Seed);
        encoder = nn.Sequential(nn.Linear(options.Span * neurons.Value, options.Hidden), nn.GELU(),
            nn.Linear(options.Hidden, options.Hidden), nn.GELU(), nn.Linear(options.Hidden, options.Latent));
        encoder.to(counts.device);
        using var trainer = new LatentTraining(encoder, options.LearningRate, options.Iterations, largestGradient: 5);
        using var padded = Padded(counts);
        var sampler = new PairSampler(
            padded, options.Span, Math.Min(options.LargestOffset, (int)counts.shape[1] - 1), options.Batch, options.Seed);
        while (trainer.Iteration < options.Iterations)
        {
            using var scope = NewDisposeScope();
            var (first, second, _, _) = sampler.Draw(trainer.Iteration);
            var loss = Contrast.NtXent(encoder.call(first.flatten(1)), encoder.call(second.flatten(1)), options.Temperature);
            trainer.Step((loss, [("the contrast", loss)]));
        }

        using var latents = Embed(counts);
        readOut = new RateReadOut(latents, counts);
    }

    /// <inheritdoc/>
    public Tensor Embed(Tensor counts)
    {
        CountCheck.Embedding(counts, neurons);
        using var scope = NewDisposeScope();
        using var off = no_grad();

        // [trials, T, N, span] to one row per bin, oldest bin first
        var windows = Padded(counts).unfold(1, options.Span, 1).transpose(2, 3).flatten(2);
        return nn.functional.normalize(encoder!.call(windows.flatten(0, 1)), dim: 1)
            .reshape(counts.shape[0], counts.shape[1], options.Latent).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Reconstruct(Tensor counts)
    {
        using var latents = Embed(counts);
        return readOut!.Rates(latents);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        encoder?.Dispose();
        readOut?.Dispose();
    }

    /// <summary>Empty bins before each trial, so that its first bin has a past.</summary>
    private Tensor Padded(Tensor counts)
    {
        using var before = zeros(counts.shape[0], options.Span - 1, counts.shape[2], device: counts.device);
        return cat([before, counts], 1);
    }
}
