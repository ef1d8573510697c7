namespace SnnNotebooks.Training;

/// <summary>What the numbers of a recipe may be.</summary>
internal static class RecipeRanges
{
    private static readonly Range Finite = new(double.MinValue, double.MaxValue);
    private static readonly Range Share = new(0, 1);
    private static readonly Range ShareBelowOne = new(0, 1, WithoutMost: true);
    private static readonly Range NotNegative = new(0, double.PositiveInfinity, WithoutMost: true);
    private static readonly Range Positive = new(0, double.PositiveInfinity, WithoutLeast: true, WithoutMost: true);

    /// <summary>Refuses numbers out of range and parts that are missing.</summary>
    /// <exception cref="ArgumentException">There is one; the message names it.</exception>
    public static void Check(this TrainingRecipe recipe)
    {
        foreach (var (name, part) in new (string, object?)[]
        {
            (nameof(recipe.Schedule), recipe.Schedule), (nameof(recipe.RandAugment), recipe.RandAugment),
            ("Normalisation.Mean", recipe.Normalisation is { } scale ? scale.Mean : []),
            ("Normalisation.Deviation", recipe.Normalisation is { } also ? also.Deviation : []),
        })
        {
            if (part is null)
            {
                throw new ArgumentException($"{name} is null; expected a value.");
            }
        }

        foreach (var (name, value, least) in Counts(recipe))
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        }

        foreach (var (name, value, range) in Numbers(recipe))
        {
            if (!range.Holds(value))
            {
                throw new ArgumentException(FormattableString.Invariant($"{name} is {value}; expected {range}."));
            }
        }

        if (recipe.Normalisation is { } channels && channels.Mean.Count != channels.Deviation.Count)
        {
            throw new ArgumentException(
                $"Normalisation has {channels.Mean.Count} means and {channels.Deviation.Count} deviations; expected one of each for every "
                + "channel.");
        }

        if ((long)recipe.Epochs + recipe.Cooldown > int.MaxValue || (long)recipe.Devices * recipe.Accumulation > int.MaxValue)
        {
            throw new ArgumentException(
                $"Epochs + Cooldown and Devices x Accumulation are {(long)recipe.Epochs + recipe.Cooldown} and "
                + $"{(long)recipe.Devices * recipe.Accumulation}; expected at most {int.MaxValue}.");
        }

        CheckClips(recipe);
    }

    private static void CheckClips(TrainingRecipe recipe)
    {
        if (recipe.FrameCrop is { } crop && (crop.Square < 1 || crop.Size < 1 || crop.Square > Math.Min(crop.Height, crop.Width)))
        {
            throw new ArgumentException(
                $"FrameCrop cuts a square of {crop.Square} from {crop.Height} x {crop.Width} pixels and resizes it to {crop.Size}; "
                + "expected a square of at least 1 and at most the shorter side, and a size of at least 1.");
        }

        if (recipe is { FrameCrop: not null } and not { Crop: null, TestCrop: null, TestViews: null })
        {
            throw new ArgumentException("FrameCrop takes the place of Crop, TestCrop and TestViews; the recipe asks for both.");
        }

        if (recipe is { ClipStep: > 0, TestViews: not null })
        {
            throw new ArgumentException("ClipStep tests every clip of a video and TestViews some pieces of it; the recipe asks for both.");
        }
    }

    private static IEnumerable<(string Name, int Value, int Least)> Counts(TrainingRecipe recipe) =>
    [
        (nameof(recipe.Epochs), recipe.Epochs, 1), (nameof(recipe.BatchSize), recipe.BatchSize, 1),
        (nameof(recipe.Accumulation), recipe.Accumulation, 1), (nameof(recipe.Devices), recipe.Devices, 1),
        (nameof(recipe.Repeats), recipe.Repeats, 1), (nameof(recipe.Cooldown), recipe.Cooldown, 0),
        (nameof(recipe.FrameSubset), recipe.FrameSubset, 0), (nameof(recipe.ClipStep), recipe.ClipStep, 0),
        ("Schedule.StepEpochs", recipe.Schedule.StepEpochs, 1),
        ("Crop.Size", recipe.Crop?.Size ?? 1, 1), ("TestCrop.Size", recipe.TestCrop?.Size ?? 1, 1),
        ("TestCrop.Resize", recipe.TestCrop?.Resize ?? 1, recipe.TestCrop?.Size ?? 1),
        ("TestViews.Clips", recipe.TestViews?.Clips ?? 1, 1), ("TestViews.Crops", recipe.TestViews?.Crops ?? 1, 1),
    ];

    private static IEnumerable<(string Name, double Value, Range Range)> Numbers(TrainingRecipe recipe) =>
    [
        (nameof(recipe.LabelSmoothing), recipe.LabelSmoothing, ShareBelowOne),
        (nameof(recipe.AverageDecay), recipe.AverageDecay, ShareBelowOne),
        (nameof(recipe.Mixup), recipe.Mixup, NotNegative), (nameof(recipe.CutMix), recipe.CutMix, NotNegative),
        (nameof(recipe.MixupProbability), recipe.MixupProbability, Share), (nameof(recipe.TemporalPull), recipe.TemporalPull, Share),
        (nameof(recipe.WeightDecay), recipe.WeightDecay, NotNegative), (nameof(recipe.ClipNorm), recipe.ClipNorm, NotNegative),
        ("Schedule.Peak", recipe.Schedule.Peak, NotNegative), ("Schedule.Minimum", recipe.Schedule.Minimum, NotNegative),
        ("Schedule.WarmUpEpochs", recipe.Schedule.WarmUpEpochs, NotNegative),
        ("Schedule.WarmUpStart", recipe.Schedule.WarmUpStart, NotNegative),
        ("Erasing.Probability", recipe.Erasing?.Probability ?? 0, Share),
        .. recipe.Crop is { } crop
            ?
            [
                ("Crop.MostArea", crop.MostArea, new Range(0, 1, WithoutLeast: true)),
                ("Crop.LeastArea", crop.LeastArea, new Range(0, crop.MostArea, WithoutLeast: true)),
                ("Crop.MostAspect", crop.MostAspect, Positive),
                ("Crop.LeastAspect", crop.LeastAspect, new Range(0, crop.MostAspect, WithoutLeast: true)),
            ]
            : Array.Empty<(string, double, Range)>(),
        .. recipe.Normalisation?.Mean.Select(mean => ("A mean of Normalisation", (double)mean, Finite)) ?? [],
        .. recipe.Normalisation?.Deviation.Select(deviation => ("A deviation of Normalisation", (double)deviation, Positive)) ?? [],
    ];

    private sealed record Range(double Least, double Most, bool WithoutLeast = false, bool WithoutMost = false)
    {
        public bool Holds(double value) =>
            (WithoutLeast ? value > Least : value >= Least) && (WithoutMost ? value < Most : value <= Most);

        public override string ToString() => this == Finite ? "a finite number"
            : double.IsInfinity(Most) ? (WithoutLeast ? FormattableString.Invariant($"a number above {Least}")
                : FormattableString.Invariant($"a number of at least {Least}"))
            : FormattableString.Invariant($"a number in {(WithoutLeast ? "(" : "[")}{Least}, {Most}{(WithoutMost ? ")" : "]")}");
    }
}
