namespace SnnNotebooks.Datasets.Images.Transforms;

/// <summary>The sets of sub-policies that E. Cubuk et al. (AutoAugment, CVPR 2019) found.</summary>
public enum AutoAugmentPolicy
{
    /// <summary>Found on ImageNet.</summary>
    ImageNet,

    /// <summary>Found on CIFAR-10.</summary>
    Cifar10,
}

/// <summary>
/// One of 25 sub-policies at random: two operations, each with its own probability and strength. Strengths are those of torchvision's bins
/// of ten.
/// </summary>
/// <param name="Policy">Which sub-policies.</param>
public sealed record AutoAugment(AutoAugmentPolicy Policy) : ImageTransform
{
    private const int Levels = 9;
    private const double LargestShift = 150.0 / 331;

    // operation, probability in tenths, level: as printed in the paper's appendix
    private const string ImageNetPolicies = """
        Posterize 4 8, Rotate 6 9; Solarize 6 5, AutoContrast 6 -; Equalize 8 -, Equalize 6 -; Posterize 6 7, Posterize 6 6;
        Equalize 4 -, Solarize 2 4; Equalize 4 -, Rotate 8 8; Solarize 6 3, Equalize 6 -; Posterize 8 5, Equalize 10 -;
        Rotate 2 3, Solarize 6 8; Equalize 6 -, Posterize 4 6; Rotate 8 8, Color 4 0; Rotate 4 9, Equalize 6 -;
        Equalize 0 -, Equalize 8 -; Invert 6 -, Equalize 10 -; Color 6 4, Contrast 10 8; Rotate 8 8, Color 10 2;
        Color 8 8, Solarize 8 7; Sharpness 4 7, Invert 6 -; ShearX 6 5, Equalize 10 -; Color 4 0, Equalize 6 -;
        Equalize 4 -, Solarize 2 4; Solarize 6 5, AutoContrast 6 -; Invert 6 -, Equalize 10 -; Color 6 4, Contrast 10 8;
        Equalize 8 -, Equalize 6 -
        """;

    private const string Cifar10Policies = """
        Invert 1 -, Contrast 2 6; Rotate 7 2, TranslateX 3 9; Sharpness 8 1, Sharpness 9 3; ShearY 5 8, TranslateY 7 9;
        AutoContrast 5 -, Equalize 9 -; ShearY 2 7, Posterize 3 7; Color 4 3, Brightness 6 7; Sharpness 3 9, Brightness 7 9;
        Equalize 6 -, Equalize 5 -; Contrast 6 7, Sharpness 6 5; Color 7 7, TranslateX 5 8; Equalize 3 -, AutoContrast 4 -;
        TranslateY 4 3, Sharpness 2 6; Brightness 9 6, Color 2 8; Solarize 5 2, Invert 0 -; Equalize 2 -, AutoContrast 6 -;
        Equalize 2 -, Equalize 6 -; Color 9 9, Equalize 6 -; AutoContrast 8 -, Solarize 2 8; Brightness 1 3, Color 7 0;
        Solarize 4 5, AutoContrast 9 -; TranslateY 9 9, TranslateY 7 9; AutoContrast 9 -, Solarize 8 3; Equalize 8 -, Invert 1 -;
        TranslateY 7 9, AutoContrast 9 -
        """;

    private static readonly (string Operation, double Probability, int? Level)[][] ImageNet = Parse(ImageNetPolicies);
    private static readonly (string Operation, double Probability, int? Level)[][] Cifar10 = Parse(Cifar10Policies);

    /// <summary>How turned and sheared pixels are made.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Nearest;

    /// <summary>What comes in from outside, one value for every channel.</summary>
    public byte Fill { get; init; }

    internal static int Count => ImageNet.Length;

    /// <inheritdoc/>
    public override RgbImage Apply(RgbImage image, Random random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        var policies = Policy == AutoAugmentPolicy.ImageNet ? ImageNet : Cifar10;
        foreach (var (operation, probability, level) in policies[random.Next(policies.Length)])
        {
            var (chance, sign) = (random.NextDouble(), random.Next(2) == 0 ? -1 : 1);
            if (chance < probability)
            {
                image = Run(image, operation, (level ?? 0) / (double)Levels, sign);
            }
        }

        return image;
    }

    private RgbImage Run(RgbImage image, string operation, double strength, int sign)
    {
        byte[] fill = [Fill, Fill, Fill];
        return operation switch
        {
            // torchvision moves what is seen by the amount, so the source lies the other way
            "ShearX" => ImageOperation.ShearX(image, -sign * 0.3 * strength, Interpolation, fill),
            "ShearY" => ImageOperation.ShearY(image, -sign * 0.3 * strength, Interpolation, fill),
            "TranslateX" => ImageOperation.Translate(image, -(int)(sign * LargestShift * image.Width * strength), 0, Interpolation, fill),
            "TranslateY" => ImageOperation.Translate(image, 0, -(int)(sign * LargestShift * image.Height * strength), Interpolation, fill),
            "Rotate" => ImageOperation.Rotate(image, sign * 30 * strength, Interpolation, fill),
            "Brightness" => ImageOperation.Brightness(image, 1 + (sign * 0.9 * strength)),
            "Color" => ImageOperation.Color(image, 1 + (sign * 0.9 * strength)),
            "Contrast" => ImageOperation.Contrast(image, 1 + (sign * 0.9 * strength)),
            "Sharpness" => ImageOperation.Sharpness(image, 1 + (sign * 0.9 * strength)),
            "Posterize" => ImageOperation.Posterize(image, 8 - (int)Math.Round(4 * strength)),
            "Solarize" => ImageOperation.Solarize(image, 255 * (1 - strength)),
            "AutoContrast" => ImageOperation.AutoContrast(image),
            "Equalize" => ImageOperation.Equalize(image),
            _ => ImageOperation.Invert(image),
        };
    }

    private static (string Operation, double Probability, int? Level)[][] Parse(string policies) =>
        [.. policies.ReplaceLineEndings(" ").Split(';').Select(
            policy => policy.Split(',').Select(operation => operation.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(words =>
            (words[0], words[1].Length == 2 ? 1 : (words[1][0] - '0') / 10.0, words[2] == "-" ? (int?)null : words[2][0] - '0'))
                .ToArray())];
}
