using System.Globalization;
using SnnNotebooks.Datasets.Synthetic;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>The loss of one iteration of <see cref="TideSwapVaeModel"/>, part by part.</summary>
/// <param name="Iteration">Which, from 1.</param>
/// <param name="Original">Reconstruction from own latents.</param>
/// <param name="Swapped">Reconstruction with exchanged contents.</param>
/// <param name="Contrast">The contrast.</param>
/// <param name="Divergence">Of the posterior from the prior.</param>
public sealed record TideProgress(int Iteration, float Original, float Swapped, float Contrast, float Divergence);

/// <summary>TiDe-SwapVAE with its training: see <see cref="TideSwapVae"/>.</summary>
public sealed class TideSwapVaeModel : ILatentModel
{
    private const int TrialsAtOnce = 64;
    private const int Patience = 5;
    private const double ValidationShare = 0.1;

    private readonly TideSwapVaeOptions options;
    private readonly List<TideProgress> history = [];
    private TideSwapVae? network;
    private int? neurons;

    /// <summary>Creates an untrained model.</summary>
    /// <param name="options">Sizes, loss and training.</param>
    /// <param name="name">What to call it in tables.</param>
    public TideSwapVaeModel(TideSwapVaeOptions? options = null, string name = "TiDe-SwapVAE")
    {
        (this.options, Name) = (options ?? new TideSwapVaeOptions(), name);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Citation => "L. Huang et al., arXiv 2408.07908; coordinated dropout added (Keshtkaran and Pandarinath 2019)";

    /// <summary>The loss of every iteration so far.</summary>
    public IReadOnlyList<TideProgress> History => history;

    /// <summary>Where training is written every 100 iterations and taken up from; null for nowhere.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Told of every iteration.</summary>
    public IProgress<TideProgress>? Progress { get; init; }

    /// <inheritdoc/>
    public void Fit(Tensor counts) => Fit(counts, options.Iterations);

    /// <inheritdoc/>
    public Tensor Embed(Tensor counts)
    {
        var (content, style) = EmbedParts(counts);
        using (content)
        using (style)
        {
            return cat([content, style], -1);
        }
    }

    /// <summary>Content and style apart.</summary>
    /// <param name="counts">[trials, T, N], float32.</param>
    /// <returns>Content [trials, T, De] and the style's means [trials, T, Di]; the caller disposes both.</returns>
    /// <exception cref="InvalidOperationException">It has not been fitted.</exception>
    public (Tensor Content, Tensor Style) EmbedParts(Tensor counts)
    {
        using var scope = NewDisposeScope();
        var parts = InParts(counts, latents => (latents.Content, latents.Mean));
        return (cat([.. parts.Select(part => part.Item1)]).MoveToOuterDisposeScope(),
            cat([.. parts.Select(part => part.Item2)]).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public Tensor Reconstruct(Tensor counts)
    {
        using var scope = NewDisposeScope();
        return cat([.. InParts(counts, latents => network!.Decode(latents.Content, latents.Mean))]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => network?.Dispose();

    /// <summary>Trains until an iteration; with a checkpoint, from where it was left.</summary>
    internal void Fit(Tensor counts, int until)
    {
        CountCheck.Training(counts);
        options.Validate((int)counts.shape[2], (int)counts.shape[1]);
        neurons = (int)counts.shape[2];
        history.Clear();
        network?.Dispose();
        random.manual_seed(options.Seed);
        network = new TideSwapVae(neurons.Value, options);
        network.to(counts.device);
        var held = options.ValidationEvery > 0 ? Math.Max(1, (long)(counts.shape[0] * ValidationShare)) : 0;
        using var training = counts.narrow(0, 0, Math.Max(1, counts.shape[0] - held));
        using var validation = held > 0 ? counts.narrow(0, counts.shape[0] - held, held) : null;
        using (var mean = training.mean([0, 1]))
        {
            network.StartAt(mean);
        }

        using var watch = validation is null ? null : new ValidationWatch();
        using var trainer = new LatentTraining(network, options.LearningRate, options.Iterations, options.LargestGradient);
        if (CheckpointPath is not null && File.Exists(CheckpointPath))
        {
            trainer.Load(CheckpointPath, watch);
        }

        var sampler = new PairSampler(training, options.Window, options.LargestOffset, options.Batch, options.Seed);
        network.train();
        while (trainer.Iteration < until && watch is not { Without: >= Patience })
        {
            using (var scope = NewDisposeScope())
            {
                using var noise = trainer.Noise(options.Seed);
                var loss = Loss(sampler.Draw(trainer.Iteration), noise);
                trainer.Step(
                    (loss.Total(options.Beta, options.Gamma),
                        [("the reconstruction", loss.Original), ("the swapped reconstruction", loss.Swapped),
                            ("the contrast", loss.Contrast), ("the divergence", loss.Divergence),
                            ("the prior's divergence", loss.PriorDivergence)]));
                history.Add(new TideProgress(trainer.Iteration, loss.Original.item<float>(), loss.Swapped.item<float>(),
                    loss.Contrast.item<float>(), loss.Divergence.item<float>()));
                Progress?.Report(history[^1]);
            }

            if (watch is not null && trainer.Iteration % options.ValidationEvery == 0)
            {
                watch.See(Held(validation!), network);
            }

            if (CheckpointPath is not null && (trainer.Iteration % 100 == 0 || trainer.Iteration == until))
            {
                trainer.Save(CheckpointPath, watch);
            }
        }

        watch?.Restore(network);
        network.eval();
    }

    private TideLoss Loss((Tensor First, Tensor Second, int[] FirstStart, int[] SecondStart) pairs, SeededNoise noise)
    {
        var (first, second, firstStart, secondStart) = pairs;
        var (batch, window) = (options.Batch, options.Window);
        var (firstTarget, secondTarget) = (first, second);
        Tensor? firstWeight = null;
        Tensor? secondWeight = null;
        if (options.NeuronDropout > 0)
        {
            // one mask for both views, each pair with a share of its own
            var share = options.NeuronDropout * noise.Uniform(batch, 1, 1);
            var kept = noise.Uniform(batch, 1, neurons!.Value).ge(share);
            (first, second) = (first * kept, second * kept);
        }

        if (options.CoordinatedDropout > 0)
        {
            // drawn for the bins of the trial and cut like the counts: what is hidden in one view is not seen in the other
            var hidden = noise.Uniform(batch, window + options.LargestOffset, neurons!.Value).lt(options.CoordinatedDropout);
            var pair = arange(batch, dtype: int64, device: first.device).unsqueeze(1);
            Tensor Cut(int[] starts) =>
                hidden.index(TensorIndex.Tensor(pair), TensorIndex.Tensor(PairSampler.Steps(starts, window, hidden.device))).to(float32);
            (firstWeight, secondWeight) = (Cut(firstStart), Cut(secondStart));
            var enlarged = 1 / (1 - options.CoordinatedDropout);
            (first, second) = (first * (1 - firstWeight) * enlarged, second * (1 - secondWeight) * enlarged);
            (firstWeight, secondWeight) = (firstWeight / options.CoordinatedDropout, secondWeight / options.CoordinatedDropout);
        }

        Tensor Noise() => noise.Normal(batch, window, options.Style);
        return network!.Loss(first, second, firstTarget, secondTarget, firstWeight, secondWeight, Noise(), Noise());
    }

    /// <summary>The masked reconstruction of held-out trials, with one mask for ever: copying does not help here.</summary>
    private double Held(Tensor validation)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var noise = new SeededNoise((ulong)options.Seed, validation.device);
        network!.eval();
        var share = options.CoordinatedDropout > 0 ? options.CoordinatedDropout : 0.2;
        var hidden = noise.Uniform(validation.shape).lt(share).to(float32);
        var latents = network.Encode(validation * (1 - hidden) / (1 - share), null);
        var loss = (PoissonLikelihood.Loss(validation, network.Decode(latents.Content, latents.Mean)) * hidden).sum() / hidden.sum();
        network.train();
        return loss.ToDouble();
    }

    private T[] InParts<T>(Tensor counts, Func<TideLatents, T> take)
    {
        CountCheck.Embedding(counts, neurons);
        using var noGradient = no_grad();
        network!.eval();
        return [.. Enumerable.Range(0, (int)((counts.shape[0] + TrialsAtOnce - 1) / TrialsAtOnce)).Select(part =>
            take(
                network.Encode(
                    counts.narrow(0, part * TrialsAtOnce, Math.Min(TrialsAtOnce, counts.shape[0] - (part * TrialsAtOnce))), null)))];
    }
}
