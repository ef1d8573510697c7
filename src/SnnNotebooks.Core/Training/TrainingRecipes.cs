using SnnNotebooks.Datasets.Images.Transforms;

namespace SnnNotebooks.Training;

/// <summary>The papers' recipes, from their code and configuration files where those are published; and a plain one.</summary>
public static class TrainingRecipes
{
    private const string CifarAugment = "rand-m9-n1-mstd0.4-inc1";
    private const string ImageNetAugment = "rand-m9-mstd0.5-inc1";

    private static readonly RandomErasing Constant = new(Fill: Erasure.Constant);

    // scale and aspect of 1: the middle square, resized
    private static readonly CropRange Middle = new(224, LeastArea: 1, MostArea: 1, LeastAspect: 1, MostAspect: 1, Bicubic: true);

    private static readonly TrainingRecipe TransformerOnImageNet = new(
        OptimizerKind.AdamW, new LearningRateSchedule(5e-4, 1e-5, 20, 1e-6), 300, 24, Cooldown: 10, WeightDecay: 0.05, DecaysVectors: false,
        LabelSmoothing: 0.1, Mixup: 0.8, CutMix: 1, RandAugment: ImageNetAugment, Erasing: Constant, Flip: true)
    {
        Devices = 8, Crop = Middle, Normalisation = ChannelScale.ImageNet, MixedPrecision = true, Source = "Spikformer, imagenet.yml",
    };

    private static readonly TrainingRecipe TransformerOnCifar = new(
        OptimizerKind.AdamW, new LearningRateSchedule(
            5e-4, 1e-5, 20, 1e-5), 300, 128, Cooldown: 10, WeightDecay: 0.06, DecaysVectors: false,
        Mixup: 0.5, MixupOffEpoch: 200, LabelSmoothing: 0.1, RandAugment: CifarAugment, Erasing: Constant, Flip: true)
    {
        Normalisation = ChannelScale.Cifar10, MixedPrecision = true, Source = "Spikformer, cifar10.yml",
    };

    private static readonly TrainingRecipe TransformerOnEvents = new(
        OptimizerKind.AdamW, new LearningRateSchedule(1e-3, 1e-5, 10, 1e-5), 96, 16, Cooldown: 10, WeightDecay: 0.06, DecaysVectors: false,
        Mixup: 0.5, MixupOffEpoch: 75, MixupProbability: 0.5, LabelSmoothing: 0.1, TimeSteps: 16)
    {
        EventAugmentation = true, MixedPrecision = true, Source = "Spikformer, cifar10dvs/train.py",
    };

    private static readonly TrainingRecipe QKFormerOnImageNet = new(
        OptimizerKind.AdamW, new LearningRateSchedule(1.2e-3, 1e-6, 5, 0, ScheduleShape.CosineAfterWarmUp, PerIteration: true), 200, 32,
        WeightDecay: 0.05, DecaysVectors: false, LabelSmoothing: 0.1, RandAugment: ImageNetAugment, Erasing: new RandomErasing(),
        Flip: true, Accumulation: 2)
    {
        Devices = 8, Crop = new CropRange(224, Bicubic: true), TestCrop = new MiddleCrop(
            256, 224), Normalisation = ChannelScale.ImageNet, MixedPrecision = true,
        Source = "QKFormer, imagenet/train.py and its logs (384 and 512 features)",
    };

    /// <summary>
    /// The kit's own for small networks and first trials: AdamW from 2e-3 along a half cosine to 0, weight decay 1e-4, squared error of
    /// firing rates, 4 epochs in batches of 64. It asks for nothing that a data set could not follow.
    /// </summary>
    public static TrainingRecipe Plain { get; } = new(
        OptimizerKind.AdamW, new LearningRateSchedule(
            2e-3, PerIteration: true), 4, 64, WeightDecay: 1e-4, Loss: RateLoss.MeanSquaredError) { Source = "this kit" };

    /// <summary>Every recipe by name. Add your own with <see cref="Registry{T}.Add"/>.</summary>
    public static Registry<TrainingRecipe> All { get; } = Papers();

    /// <summary>
    /// The recipe that a paper's code has for a data set; where it has none, that of Spikingformer's code, which its authors shared, and
    /// SVFormer's for UCF101.
    /// </summary>
    /// <param name="paper">spikformer, spikingformer, cml, qkformer or svformer.</param>
    /// <param name="data">The data set's name.</param>
    /// <param name="input">One input.</param>
    /// <returns>A name in <see cref="All"/>.</returns>
    public static string NameFor(string paper, string data, InputShape input)
    {
        var word = DataWord(data, input);
        return All.ContainsKey($"{paper}-{word}") ? $"{paper}-{word}"
            : paper == "svformer" || word == "ucf101" ? "svformer-ucf101"
            : $"spikingformer-{word}";
    }

    /// <summary>What the papers' code calls such data, the last word of a recipe's name: one of cifar, imagenet, cifar10dvs, dvs128 and
    /// ucf101.</summary>
    /// <param name="data">The data set's name.</param>
    /// <param name="input">One input.</param>
    /// <returns>The word.</returns>
    public static string DataWord(string data, InputShape input)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(input);
        return data == "dvs128-gesture" ? "dvs128" : input.Kind switch
        {
            InputKind.EventFrames => "cifar10dvs",
            InputKind.Video => "ucf101",
            _ => data == "imagenet" ? "imagenet" : "cifar",
        };
    }

    private static Registry<TrainingRecipe> Papers()
    {
        var cml = TransformerOnCifar with { BatchSize = 64, Epochs = 400, Source = "CML, cifar10.yml" };
        return new Registry<TrainingRecipe>("recipe")
        {
            { "plain", Plain },
            { "spikformer-imagenet", TransformerOnImageNet },
            { "spikformer-cifar", TransformerOnCifar },
            { "spikformer-cifar10dvs", TransformerOnEvents },
            { "spikingformer-imagenet", TransformerOnImageNet with { BatchSize = 36, Source = "Spikingformer, imagenet.yml" } },
            { "spikingformer-cifar", cml with { Source = "Spikingformer, cifar10.yml" } },
            { "spikingformer-cifar10dvs", TransformerOnEvents with { Source = "Spikingformer, cifar10dvs/train.py" } },
            { "spikingformer-dvs128", TransformerOnEvents with { Epochs = 192, Source = "Spikingformer, dvs128-gesture/train.py" } },
            { "cml-imagenet", TransformerOnImageNet with { Source = "CML, imagenet.yml" } },
            { "cml-cifar", cml },
            { "qkformer-imagenet", QKFormerOnImageNet },
            {
                "qkformer-imagenet-768",
                QKFormerOnImageNet with
                {
                    BatchSize = 24, Accumulation = 3, Schedule = QKFormerOnImageNet.Schedule with { Peak = 1.35e-3 },
                    Source = "QKFormer, imagenet/train.py and its log (768 features)",
                }
            },
            { "qkformer-cifar", cml with { Schedule = cml.Schedule with { Peak = 1e-3 }, Source = "QKFormer, cifar10.yml" } },
            { "qkformer-cifar10dvs", TransformerOnEvents with { Schedule = TransformerOnEvents.Schedule with { Peak = 5e-3 },
                Source = "QKFormer, cifar10dvs/train.py" } },
            {
                "qkformer-dvs128",
                TransformerOnEvents with { Schedule = TransformerOnEvents.Schedule with { Minimum = 2e-5 }, Epochs = 192,
                    Source = "QKFormer, dvs128-gesture/train.py" }
            },
            {
                "sew-imagenet",
                new(OptimizerKind.Sgd, new LearningRateSchedule(0.1), 320, 32, Flip: true)
                {
                    Devices = 8, Crop = new CropRange(224), TestCrop = new MiddleCrop(
                        256, 224), Normalisation = ChannelScale.ImageNet, MixedPrecision = true,
                    Source = "SEW-ResNet, imagenet/train.py",
                }
            },
            {
                "cortex-imagenet",
                new(OptimizerKind.Sgd, new LearningRateSchedule(0.1, 0, 5, 1e-3, ScheduleShape.CosineAfterWarmUp), 320, 32, Flip: true)
                {
                    Devices = 8, Crop = new CropRange(224), TestCrop = new MiddleCrop(256, 224),
                    Normalisation = ChannelScale.ImageNet, MixedPrecision = true,
                    Source = "L. Huang et al., AAAI 2023 (arXiv:2303.06060), and its training code",
                }
            },
            {
                "lorafb-ucf101",
                new(OptimizerKind.Sgd, new LearningRateSchedule(0.1, 0, 10, 1e-4, ScheduleShape.CosineAfterWarmUp), 100, 32,
                    WeightDecay: 1e-4, TimeSteps: 16)
                {
                    Devices = 8, ClipStep = 16, FrameCrop = new FrameCrop(256, 340, 256, 224),
                    Normalisation = new ChannelScale([0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f]), MixedPrecision = true,
                    Source = "L. Huang et al., NeurIPS 2024 (arXiv:2306.01354), and its train/train_video.py",
                }
            },
            {
                "sew-dvsgesture",
                new(OptimizerKind.Sgd, new LearningRateSchedule(1e-3, Shape: ScheduleShape.Steps, StepEpochs: 64), 192, 16, TimeSteps: 16)
                {
                    FrameSubset = 12, MixedPrecision = true, Source = "SEW-ResNet, dvsgesture/train.py",
                }
            },
            {
                "sew-cifar10dvs",
                new(OptimizerKind.Sgd, new LearningRateSchedule(0.01), 64, 16, TimeSteps: 16) { MixedPrecision = true,
                    Source = "SEW-ResNet, cifar10dvs/train.py and its log" }
            },
            {
                "svformer-ucf101",
                new(OptimizerKind.AdamW,
                    new LearningRateSchedule(6e-3, 1e-6, 30, 1e-6, ScheduleShape.CosineAfterWarmUp, PerIteration: true), 600, 32,
                    WeightDecay: 0.05, DecaysVectors: false, LabelSmoothing: 0.1, Mixup: 0.8, CutMix: 1, RandAugment: "rand-m5-n2-mstd0.25",
                    Erasing: new RandomErasing(),
                    Flip: true, ClipNorm: 20, TimeSteps: 16)
                {
                    Devices = 4, Repeats = 2, Crop = new CropRange(224), Normalisation = new ChannelScale(
                        [0.45f, 0.45f, 0.45f], [0.225f, 0.225f, 0.225f]),
                    TestViews = new ViewCount(5, 3), MixedPrecision = true, Source = "SVFormer, run.sh and config.yaml",
                }
            },
        };
    }
}
