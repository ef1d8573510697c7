namespace SnnNotebooks.Training;

/// <summary>How a classifier is trained: AdamW with a cosine schedule, cross-entropy or squared error on firing rates.</summary>
/// <param name="Epochs">Passes over the training set, at least 1.</param>
/// <param name="BatchSize">Images per step, at least 1.</param>
/// <param name="LearningRate">Initial step size, falling to zero along a half cosine.</param>
/// <param name="WeightDecay">Decoupled weight decay (I. Loshchilov, F. Hutter, arXiv:1711.05101).</param>
/// <param name="Seed">Decides initial weights (where the network is built after <c>torch.manual_seed</c>) and the order of the images.</param>
/// <param name="Loss">What is minimised.</param>
public sealed record TrainingOptions(
    int Epochs = 4,
    int BatchSize = 64,
    double LearningRate = 2e-3,
    double WeightDecay = 1e-4,
    int Seed = 1,
    RateLoss Loss = RateLoss.MeanSquaredError);

/// <summary>Losses on firing rates [B, classes].</summary>
public enum RateLoss
{
    /// <summary>Mean squared error to the one-hot label: the right neuron should fire at every step, the others never.</summary>
    MeanSquaredError,

    /// <summary>Cross-entropy of the rates taken as logits.</summary>
    CrossEntropy,
}
