using System.Text.Json.Serialization;
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

/// <summary>A type of half precision.</summary>
public enum HalfType
{
    /// <summary>float16: 11 significant bits, up to 65504.</summary>
    Float16,

    /// <summary>bfloat16: 8 significant bits, the range of float32.</summary>
    BFloat16,
}

/// <summary>
/// How a network is trained, as data. A <see cref="Trainer"/> follows all of it, or refuses it and says what it cannot follow.
/// </summary>
/// <param name="Optimizer">The rule.</param>
/// <param name="Schedule">The learning rate.</param>
/// <param name="Epochs">Epochs until the schedule ends.</param>
/// <param name="BatchSize">Inputs of one forward pass: the batch of one device.</param>
/// <param name="Cooldown">Epochs at the minimum after them.</param>
/// <param name="WeightDecay">Weight decay of parameters with two or more axes, and of single numbers (PLIF's w).</param>
/// <param name="DecaysVectors">Whether biases and normalisations decay, too.</param>
/// <param name="LabelSmoothing">Share of the label given to all classes alike, in [0, 1).</param>
/// <param name="Mixup">The alpha of Beta(alpha, alpha), from which the share of the second image of a mixed pair is drawn; 0 for
/// none.</param>
/// <param name="MixupOffEpoch">From this epoch on (counted from 0) images are not mixed.</param>
/// <param name="MixupProbability">How likely a batch is mixed.</param>
/// <param name="CutMix">The alpha of CutMix, which takes turns with mixup, each half of the mixed batches; 0 for none. MixupOffEpoch and
/// MixupProbability hold for it, too.</param>
/// <param name="RandAugment">RandAugment in timm's words (<c>rand-m9-n1-mstd0.4-inc1</c>), or none.</param>
/// <param name="Erasing">Random erasing, or none.</param>
/// <param name="Flip">Whether images are mirrored left to right, each with probability one half.</param>
/// <param name="ClipNorm">Largest norm of the whole gradient; 0 for no limit.</param>
/// <param name="Accumulation">Batches of each device whose gradients are averaged before a step.</param>
/// <param name="AverageDecay">Decay of the running average of the weights, which is what is tested and what the network is left with; 0 for
/// none.</param>
/// <param name="Loss">What is minimised.</param>
/// <param name="TimeSteps">T of the published run; the network has its own.</param>
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
    int TimeSteps = 4)
{
    /// <summary>
    /// Devices of the run, each with a batch of its own. Their batches are passes one after the other whose gradients are averaged:
    /// batch normalisation takes its statistics of each alone, as there.
    /// </summary>
    public int Devices { get; init; } = 1;

    /// <summary>Random parts of images; null for whole ones.</summary>
    public CropRange? Crop { get; init; }

    /// <summary>What channels are brought to, in training and test; null for values as they are.</summary>
    public ChannelScale? Normalisation { get; init; }

    /// <summary>SNNAugmentWide of event frames, mirroring included: one draw for all frames of a clip.</summary>
    public bool EventAugmentation { get; init; }

    /// <summary>Frames of a clip that are learned from, drawn and in order; 0 for all.</summary>
    public int FrameSubset { get; init; }

    /// <summary>How often each input is in a batch.</summary>
    public int Repeats { get; init; } = 1;

    /// <summary>The part of images that is tested on; null for all.</summary>
    public MiddleCrop? TestCrop { get; init; }

    /// <summary>The pieces of videos that are tested on; null for the clip itself.</summary>
    public ViewCount? TestViews { get; init; }

    /// <summary>
    /// Frames from the start of one clip to that of the next: every clip of T consecutive frames of each video is an input of its own, to
    /// learn from and to test on. 0 for one clip of each video, as the data have it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int ClipStep { get; init; }

    /// <summary>Squares of resized frames, to learn from and to test on, in place of crops; null for none.</summary>
    public FrameCrop? FrameCrop { get; init; }

    /// <summary>
    /// Whether it computes in half precision where that does no harm, training and test (<see cref="Autocast"/>); loss and weights are
    /// float32.
    /// </summary>
    public bool MixedPrecision { get; init; }

    /// <summary>The type of <see cref="MixedPrecision"/>; with float16 the loss is scaled (<see cref="GradientScaler"/>).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public HalfType HalfType { get; init; }

    /// <summary>
    /// Whether only algorithms are used that give the same bits on every run. The CPU's do so in any case; on a GPU it costs speed (how
    /// much was not measured), memory for the workspaces of matrix products, and operations that have no such algorithm throw.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Deterministic { get; init; }

    /// <summary>Weight of the pull in <see cref="RateLoss.TemporalEfficient"/>, in [0, 1].</summary>
    public double TemporalPull { get; init; }

    /// <summary>Where it is published.</summary>
    [JsonIgnore]
    public string Source { get; init; } = string.Empty;

    /// <summary>The parts of the published recipe that are left out.</summary>
    [JsonIgnore]
    public IReadOnlyList<RecipePart> LeftOut { get; private init; } = [];

    /// <summary>Epochs in all.</summary>
    [JsonIgnore]
    public int AllEpochs => Epochs + Cooldown;

    /// <summary>Batches whose gradients are averaged before a step.</summary>
    [JsonIgnore]
    public int Passes => checked(Devices * Accumulation);

    /// <summary>The parts it asks for.</summary>
    [JsonIgnore]
    public IReadOnlyList<RecipePart> Parts => [.. Enum.GetValues<RecipePart>().Where(Asks)];

    /// <summary>The same recipe without some of its parts.</summary>
    /// <param name="parts">What is left out; parts that it does not ask for are passed over.</param>
    /// <returns>A new recipe.</returns>
    public TrainingRecipe Without(params IEnumerable<RecipePart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return parts.Distinct().Where(Asks).Aggregate(
            this, (recipe, part) => recipe.Drop(part) with { LeftOut = [.. recipe.LeftOut.Append(part).Order()] });
    }

    private bool Asks(RecipePart part) => part switch
    {
        RecipePart.Crop => Crop is not null,
        RecipePart.RandAugment => RandAugment.Length > 0,
        RecipePart.Erasing => Erasing is not null,
        RecipePart.Normalisation => Normalisation is not null,
        RecipePart.EventAugmentation => EventAugmentation,
        RecipePart.FrameSubset => FrameSubset > 0,
        RecipePart.Repeats => Repeats > 1,
        RecipePart.TestCrop => TestCrop is not null,
        RecipePart.TestViews => TestViews is not null,
        RecipePart.ConsecutiveClips => ClipStep > 0,
        RecipePart.FrameCrop => FrameCrop is not null,
        RecipePart.MixedPrecision => MixedPrecision,
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "no such part of a recipe"),
    };

    private TrainingRecipe Drop(RecipePart part) => part switch
    {
        RecipePart.Crop => this with { Crop = null },
        RecipePart.RandAugment => this with { RandAugment = string.Empty },
        RecipePart.Erasing => this with { Erasing = null },
        RecipePart.Normalisation => this with { Normalisation = null },
        RecipePart.EventAugmentation => this with { EventAugmentation = false },
        RecipePart.FrameSubset => this with { FrameSubset = 0 },
        RecipePart.Repeats => this with { Repeats = 1 },
        RecipePart.TestCrop => this with { TestCrop = null },
        RecipePart.TestViews => this with { TestViews = null },
        RecipePart.ConsecutiveClips => this with { ClipStep = 0 },
        RecipePart.FrameCrop => this with { FrameCrop = null },
        _ => this with { MixedPrecision = false },
    };
}
