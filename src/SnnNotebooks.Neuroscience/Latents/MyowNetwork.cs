using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>
/// The encoder of MYOW with its two predictions: of the other view of a bin in a first space of projections, of a mined view in a second
/// one behind it. Two of these learn together, one by gradients and one by following it.
/// </summary>
internal sealed class MyowNetwork : nn.Module
{
    private readonly nn.Module<Tensor, Tensor> encoder;
    private readonly nn.Module<Tensor, Tensor> projector;
    private readonly nn.Module<Tensor, Tensor> predictor;
    private readonly nn.Module<Tensor, Tensor> minedProjector;
    private readonly nn.Module<Tensor, Tensor> minedPredictor;

    public MyowNetwork(int neurons, MyowOptions options)
        : base(nameof(MyowNetwork))
    {
        encoder = Perceptron(neurons, options.Hidden, options.Hidden, options.Hidden, options.Latent);
        projector = Perceptron(options.Latent, options.Hidden, options.Projection);
        predictor = Perceptron(options.Projection, options.Hidden, options.Projection);
        minedProjector = Perceptron(options.Projection, options.Hidden, options.MinedProjection);
        minedPredictor = Perceptron(options.MinedProjection, options.Hidden, options.MinedProjection);
        RegisterComponents();
    }

    /// <summary>Latent numbers [B, D] of bins [B, N].</summary>
    public Tensor Encode(Tensor counts) => encoder.call(counts);

    /// <summary>What the follower's <see cref="Project"/> of the other view should be.</summary>
    public Tensor Predict(Tensor latents) => predictor.call(Project(latents));

    /// <summary>Latent numbers in the first space.</summary>
    public Tensor Project(Tensor latents) => projector.call(latents);

    /// <summary>What the follower's <see cref="ProjectMined"/> of the mined view should be.</summary>
    public Tensor PredictMined(Tensor latents) => minedPredictor.call(ProjectMined(latents));

    /// <summary>Latent numbers in the second space.</summary>
    public Tensor ProjectMined(Tensor latents) => minedProjector.call(Project(latents));

    /// <summary>Goes a part of the way to another network of these sizes; statistics of normalisations stay its own.</summary>
    /// <param name="other">The network that learns.</param>
    /// <param name="momentum">The share that is kept.</param>
    public void Follow(MyowNetwork other, double momentum)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (own, learned) in parameters().Zip(other.parameters()))
        {
            own.mul_(momentum).add_(learned, alpha: 1 - momentum);
        }
    }

    private static nn.Module<Tensor, Tensor> Perceptron(params int[] widths)
    {
        List<nn.Module<Tensor, Tensor>> layers = [nn.Linear(widths[0], widths[1])];
        for (var layer = 2; layer < widths.Length; layer++)
        {
            layers.AddRange([nn.BatchNorm1d(widths[layer - 1]), nn.ReLU(), nn.Linear(widths[layer - 1], widths[layer])]);
        }

        return nn.Sequential(layers);
    }
}
