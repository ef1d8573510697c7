using SnnNotebooks.Datasets.Images.Transforms;

namespace SnnNotebooks.Training;

/// <summary>The papers' recipes, from their code and configuration files where those are published.</summary>
public static class TrainingRecipes
{
    private const string CifarAugment = "rand-m9-n1-mstd0.4-inc1";
    private const string ImageNetAugment = "rand-m9-mstd0.5-inc1";
    private const string EventAugmentation = "SNNAugmentWide: one of identity, shear, translation, rotation, cut-out for all frames of a clip; mixed precision";

    // before All, which uses it
    private static readonly RandomErasing Constant = new(Fill: Erasure.Constant);

    /// <summary>Every recipe by name.</summary>
    public static IReadOnlyDictionary<string, TrainingRecipe> All { get; } = new Dictionary<string, TrainingRecipe>(StringComparer.Ordinal)
    {
        ["spikformer-imagenet"] = new(
            OptimizerKind.AdamW, new LearningRateSchedule(5e-4, 1e-5, 20, 1e-6), 300, 24 * 8, Cooldown: 10, WeightDecay: 0.05, DecaysVectors: false,
            LabelSmoothing: 0.1, Mixup: 0.8, CutMix: 1, RandAugment: ImageNetAugment, Erasing: Constant, Flip: true, Published: "8 GPUs x 24 images; random-resized crop 224, bicubic, mixed precision"),
        ["spikformer-cifar"] = new(
            OptimizerKind.AdamW, new LearningRateSchedule(5e-4, 1e-5, 20, 1e-5), 300, 128, Cooldown: 10, WeightDecay: 0.06, DecaysVectors: false,
            Mixup: 0.5, MixupOffEpoch: 200, LabelSmoothing: 0.1, RandAugment: CifarAugment, Erasing: Constant, Flip: true, Published: "mixed precision"),
        ["spikformer-cifar10dvs"] = new(
            OptimizerKind.AdamW, new LearningRateSchedule(1e-3, 1e-5, 10, 1e-5), 96, 16, Cooldown: 10, WeightDecay: 0.06, DecaysVectors: false,
            Mixup: 0.5, MixupOffEpoch: 75, MixupProbability: 0.5, LabelSmoothing: 0.1, Flip: true, TimeSteps: 16, Published: EventAugmentation),
        ["spikingformer-imagenet"] = new(
            OptimizerKind.AdamW, new LearningRateSchedule(5e-4, 1e-5, 20, 1e-6), 300, 36 * 8, Cooldown: 10, WeightDecay: 0.05, DecaysVectors: false,
            LabelSmoothing: 0.1, Mixup: 0.8, CutMix: 1, RandAugment: ImageNetAugment, Erasing: Constant, Flip: true, Published: "8 GPUs x 36 images; random-resized crop 224, mixed precision"),
        ["spikingformer-cifar"] = new(
            OptimizerKind.AdamW, new LearningRateSchedule(5e-4, 1e-5, 20, 1e-5), 400, 64, Cooldown: 10, WeightDecay: 0.06, DecaysVectors: false,
            Mixup: 0.5, MixupOffEpoch: 200, LabelSmoothing: 0.1, RandAugment: CifarAugment, Erasing: Constant, Flip: true, Published: "mixed precision"),
        ["spikingformer-dvs128"] = new(
            OptimizerKind.AdamW, new LearningRateSchedule(1e-3, 1e-5, 10, 1e-5), 192, 16, Cooldown: 10, WeightDecay: 0.06, DecaysVectors: false,
            Mixup: 0.5, MixupOffEpoch: 75, MixupProbability: 0.5, LabelSmoothing: 0.1, Flip: true, TimeSteps: 16, Published: EventAugmentation),
        ["qkformer-imagenet"] = new(
            OptimizerKind.AdamW, new LearningRateSchedule(1.2e-3, 1e-6, 5, 0, ScheduleShape.CosineAfterWarmUp, PerIteration: true), 200, 32 * 8, WeightDecay: 0.05, DecaysVectors: false,
            LabelSmoothing: 0.1, RandAugment: ImageNetAugment, Erasing: new RandomErasing(), Flip: true, Accumulation: 2, Published: "8 GPUs x 32 images x 2 accumulated (768: 24 x 3, rate 1.35e-3); random-resized crop (0.08-1), mixed precision"),
        ["qkformer-cifar"] = new(
            OptimizerKind.AdamW, new LearningRateSchedule(1e-3, 1e-5, 20, 1e-5), 400, 64, Cooldown: 10, WeightDecay: 0.06, DecaysVectors: false,
            Mixup: 0.5, MixupOffEpoch: 200, LabelSmoothing: 0.1, RandAugment: CifarAugment, Erasing: Constant, Flip: true, Published: "mixed precision"),
        ["qkformer-cifar10dvs"] = new(
            OptimizerKind.AdamW, new LearningRateSchedule(5e-3, 1e-5, 10, 1e-5), 96, 16, Cooldown: 10, WeightDecay: 0.06, DecaysVectors: false,
            Mixup: 0.5, MixupOffEpoch: 75, MixupProbability: 0.5, LabelSmoothing: 0.1, Flip: true, TimeSteps: 16, Published: EventAugmentation),
        ["sew-imagenet"] = new(
            OptimizerKind.Sgd, new LearningRateSchedule(0.1), 320, 32 * 8, Flip: true, Published: "8 GPUs x 32 images; random-resized crop 224, mixed precision, normalisation statistics per GPU"),
        ["sew-dvsgesture"] = new(
            OptimizerKind.Sgd, new LearningRateSchedule(1e-3, Shape: ScheduleShape.Steps, StepEpochs: 64), 192, 16, TimeSteps: 16, Published: "12 of the 16 frames, drawn anew and sorted, for every training clip; mixed precision"),
        ["sew-cifar10dvs"] = new(
            OptimizerKind.Sgd, new LearningRateSchedule(0.01), 64, 16, TimeSteps: 16, Published: "mixed precision"),
        ["svformer-ucf101"] = new(
            OptimizerKind.AdamW, new LearningRateSchedule(6e-3, 1e-6, 30, 1e-6, ScheduleShape.CosineAfterWarmUp, PerIteration: true), 600, 128, WeightDecay: 0.05, DecaysVectors: false,
            LabelSmoothing: 0.1, Mixup: 0.8, CutMix: 1, Flip: true, ClipNorm: 20, TimeSteps: 16, Published: "4 GPUs, 64 clips twice; random-resized crop (0.08-1), RandAugment m5-n2-mstd0.25 for whole clips, random erasing 0.25 (pixel), mixed precision"),
    };
}
