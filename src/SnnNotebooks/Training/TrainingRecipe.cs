using SnnNotebooks.Datasets.Images.Transforms;

namespace SnnNotebooks.Training;

/// <summary>Which rule turns gradients into steps.</summary>
public enum OptimizerKind
{
    /// <summary>Adam with decoupled weight decay (I. Loshchilov, F. Hutter, arXiv:1711.05101), betas 0.9 and 0.999, epsilon 1e-8.</summary>
    AdamW,

    /// <summary>Gradient descent with momentum 0.9; weight decay is added to the gradient.</summary>
    Sgd,
}

/// <summary>How a network is trained, as data.</summary>
/// <param name="Optimizer">The rule.</param>
/// <param name="Schedule">The learning rate.</param>
/// <param name="Epochs">Epochs until the schedule ends.</param>
/// <param name="BatchSize">Inputs of one forward pass.</param>
/// <param name="Cooldown">Epochs at the minimum after them.</param>
/// <param name="WeightDecay">Weight decay of parameters with two or more axes, and of single numbers (PLIF's w).</param>
/// <param name="DecaysVectors">Whether biases and normalisations decay, too.</param>
/// <param name="LabelSmoothing">Share of the label given to all classes alike, in [0, 1).</param>
/// <param name="Mixup">The alpha of Beta(alpha, alpha), from which the share of the second image of a mixed pair is drawn; 0 for none.</param>
/// <param name="MixupOffEpoch">From this epoch on (counted from 0) images are not mixed.</param>
/// <param name="MixupProbability">How likely a batch is mixed.</param>
/// <param name="CutMix">The alpha of CutMix, which takes turns with mixup, each half of the mixed batches; 0 for none. MixupOffEpoch and MixupProbability hold for it, too.</param>
/// <param name="RandAugment">RandAugment in timm's words (<see cref="Datasets.Images.Transforms.RandAugment.Parse"/>), or none; <see cref="TrainingSet.Augmented"/> applies it.</param>
/// <param name="Erasing">Random erasing, or none; <see cref="TrainingSet.Augmented"/> applies it.</param>
/// <param name="Flip">Whether images are mirrored left to right, each with probability one half.</param>
/// <param name="ClipNorm">Largest norm of the whole gradient; 0 for no limit.</param>
/// <param name="Accumulation">Batches whose gradients are averaged before a step.</param>
/// <param name="AverageDecay">Decay of the running average of the weights that is kept beside them; 0 for none.</param>
/// <param name="Loss">What is minimised.</param>
/// <param name="TimeSteps">T of the published run.</param>
/// <param name="Published">What the published run does besides, in words: this trainer does not. Mixed precision is among it, since TorchSharp 0.107 has none; all is computed in float32.</param>
public sealed record TrainingRecipe(
    OptimizerKind Optimizer,
    LearningRateSchedule Schedule,
    int Epochs,
    int BatchSize,
    int Cooldown = 0,
    double WeightDecay = 0,
    bool DecaysVectors = true,
    double LabelSmoothing = 0,
    double Mixup = 0,
    int MixupOffEpoch = int.MaxValue,
    double MixupProbability = 1,
    double CutMix = 0,
    string RandAugment = "",
    RandomErasing? Erasing = null,
    bool Flip = false,
    double ClipNorm = 0,
    int Accumulation = 1,
    double AverageDecay = 0,
    RateLoss Loss = RateLoss.CrossEntropy,
    int TimeSteps = 4,
    string Published = "")
{
    /// <summary>Epochs in all.</summary>
    public int AllEpochs => Epochs + Cooldown;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Accumulation, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Cooldown);
        if (LabelSmoothing is not (>= 0 and < 1) || Mixup < 0 || CutMix < 0 || AverageDecay is not (>= 0 and < 1) || MixupProbability is not (>= 0 and <= 1))
        {
            throw new ArgumentException("Label smoothing and the average's decay are in [0, 1), the alphas of mixup and CutMix are at least 0, its probability in [0, 1].");
        }
    }
}
