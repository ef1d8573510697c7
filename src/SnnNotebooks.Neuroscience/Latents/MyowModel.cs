using SnnNotebooks.Datasets.Synthetic;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>
/// MYOW (M. Azabou et al., "Mine Your Own vieW: Self-Supervised Learning Through Across-Sample Prediction", arXiv:2102.10106): a network
/// predicts what its slowly following copy makes of a bin nearby (BYOL, J.-B. Grill et al. 2020) and of the most similar of many other
/// bins, the mined view. There are no negatives. It sees single bins. Simplified: a small network, Adam for LARS, no noise added to counts,
/// and a read-out of rates by ridge regression, which MYOW does not have.
/// </summary>
public sealed class MyowModel : ILatentModel
{
    private readonly MyowOptions options;
    private MyowNetwork? network;
    private RateReadOut? readOut;
    private int? neurons;

    /// <summary>Creates an untrained model.</summary>
    /// <param name="options">Sizes, loss and training.</param>
    public MyowModel(MyowOptions? options = null) => this.options = options ?? new MyowOptions();

    /// <inheritdoc/>
    public string Name => "MYOW-style";

    /// <inheritdoc/>
    public string Citation =>
        "M. Azabou et al., arXiv 2102.10106; simplified: small network, Adam for LARS, linear read-out of rates added";

    /// <inheritdoc/>
    public bool TakesTraces => true;

    /// <inheritdoc/>
    public void Fit(Tensor counts)
    {
        CountCheck.Floor(counts);
        Dispose();
        neurons = (int)counts.shape[2];
        random.manual_seed(options.Seed);
        network = new MyowNetwork(neurons.Value, options);
        using var follower = new MyowNetwork(neurons.Value, options);
        network.to(counts.device);
        follower.to(counts.device);
        follower.Follow(network, momentum: 0);
        using var trainer = new LatentTraining(network, options.LearningRate, options.Iterations, largestGradient: 5);
        using var bins = counts.flatten(0, 1);
        var sampler = new PairSampler(counts, 1, Math.Min(options.LargestOffset, (int)counts.shape[1] - 1), options.Batch, options.Seed);
        while (trainer.Iteration < options.Iterations)
        {
            using var scope = NewDisposeScope();
            var iteration = trainer.Iteration;
            using var noise = trainer.Noise(options.Seed);
            var (first, second, _, _) = sampler.Draw(iteration);
            var near = Near(network, follower, Dropped(first.squeeze(1), noise), Dropped(second.squeeze(1), noise));
            var weight = Math.Min(1, iteration / (0.1 * options.Iterations)) * options.MinedWeight;
            var mined = weight > 0 ? Mined(network, follower, first.squeeze(1), bins, iteration) : zeros_like(near);
            trainer.Step(
                ((near + (weight * mined)) / (1 + weight),
                    [("the prediction of the other view", near), ("the prediction of the mined view", mined)]));
            follower.Follow(network, 1 - ((1 - options.Momentum) * (1 + Math.Cos(Math.PI * iteration / options.Iterations)) / 2));
        }

        network.eval();
        using var latents = Embed(counts);
        readOut = new RateReadOut(latents, counts);
    }

    /// <inheritdoc/>
    public Tensor Embed(Tensor counts)
    {
        CountCheck.Embedding(counts, neurons);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var latents = nn.functional.normalize(network!.Encode(counts.flatten(0, 1)), dim: 1);
        return latents.reshape(counts.shape[0], counts.shape[1], options.Latent).MoveToOuterDisposeScope();
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
        network?.Dispose();
        readOut?.Dispose();
    }

    /// <summary>Each view predicts what the follower makes of the other.</summary>
    private static Tensor Near(MyowNetwork network, MyowNetwork follower, Tensor first, Tensor second)
    {
        Tensor Loss(Tensor seen, Tensor other) =>
            Contrast.Alignment(network.Predict(network.Encode(seen)), Apart(() => follower.Project(follower.Encode(other))));
        return (Loss(first, second) + Loss(second, first)) / 2;
    }

    /// <summary>Each view predicts what the follower makes of a bin that looks like it.</summary>
    private Tensor Mined(MyowNetwork network, MyowNetwork follower, Tensor views, Tensor bins, int iteration)
    {
        var draws = new SeededDraws(options.Seed, 2_000_000 + iteration);
        var latents = network.Encode(views);
        var target = Apart(() =>
        {
            var pool = follower.Encode(bins.index_select(0, tensor(draws.Indices(options.Pool, (int)bins.shape[0]), device: bins.device)));
            var similarity = nn.functional.normalize(latents, dim: 1).Product(nn.functional.normalize(pool, dim: 1).t());
            var neighbours = Math.Min(options.Neighbours, options.Pool);
            var (_, nearest) = similarity.topk(neighbours, 1);
            var drawn = tensor(draws.Indices((int)views.shape[0], neighbours), device: bins.device);
            var chosen = nearest.gather(1, drawn.unsqueeze(1)).squeeze(1);
            return follower.ProjectMined(pool.index_select(0, chosen));
        });
        return Contrast.Alignment(network.PredictMined(latents), target);
    }

    /// <summary>Silences neurons of each view.</summary>
    private Tensor Dropped(Tensor views, SeededNoise noise)
    {
        var share = noise.Uniform(views.shape[0], 1) * options.LargestDropout;
        var kept = noise.Uniform(views.shape[0], views.shape[1]).ge(share);
        return views * kept / (1 - share);
    }

    /// <summary>A target through which no gradient flows.</summary>
    private static Tensor Apart(Func<Tensor> compute)
    {
        using var noGradient = no_grad();
        return compute();
    }
}
