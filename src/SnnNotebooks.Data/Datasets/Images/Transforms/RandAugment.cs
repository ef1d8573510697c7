using System.Globalization;

namespace SnnNotebooks.Datasets.Images.Transforms;

/// <summary>
/// RandAugment (E. Cubuk et al., 2020) as the timm library has it, which the papers used: some of fifteen operations one after another,
/// each with probability 0.5 and a strength drawn around the magnitude.
/// </summary>
public sealed record RandAugment : ImageTransform
{
    private const double Largest = 10;
    private const double Probability = 0.5;
    private const double LargestShift = 0.45;
    private const int MostOperations = 100;
    private const int MostDeviation = 100;

    private static readonly string[] Operations =
    [
        "AutoContrast", "Equalize", "Invert", "Rotate", "Posterize", "Solarize", "SolarizeAdd", "Color", "Contrast", "Brightness",
        "Sharpness", "ShearX", "ShearY",
        "TranslateX", "TranslateY",
    ];

    /// <summary>The strength, 0 to 10.</summary>
    public double Magnitude { get; init; } = 9;

    /// <summary>The standard deviation of the strength.</summary>
    public double Deviation { get; init; } = 0.5;

    /// <summary>How many operations are drawn.</summary>
    public int Count { get; init; } = 2;

    /// <summary>Whether every operation grows stronger with the magnitude (timm's <c>inc1</c>); else some go the other way.</summary>
    public bool Increasing { get; init; } = true;

    /// <summary>How turned and sheared pixels are made.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bicubic;

    /// <summary>What comes in from outside: red, green and blue. Timm takes the mean colour of ImageNet.</summary>
    public IReadOnlyList<byte> Fill { get; init; } = [124, 116, 104];

    /// <summary>Reads timm's way of writing it, such as <c>rand-m9-n1-mstd0.4-inc1</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The augmentation.</returns>
    /// <exception cref="ArgumentException">It is none, or has a part that is not known here or out of range.</exception>
    public static RandAugment Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        var parts = text.Split('-');
        if (parts[0] != "rand")
        {
            throw new ArgumentException($"'{text}' is no RandAugment; expected rand-m9-n2-mstd0.5-inc1 or the like.", nameof(text));
        }

        var augment = new RandAugment { Magnitude = 10, Deviation = 0, Increasing = false };
        foreach (var part in parts[1..])
        {
            var digits = part.AsSpan().IndexOfAnyInRange('0', '9');
            augment = digits > 0 && double.TryParse(part.AsSpan(digits), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                ? part[..digits] switch
                {
                    "m" => augment with { Magnitude = value },
                    "n" when value is >= 0 and <= MostOperations => augment with { Count = (int)value },
                    "mstd" when value is >= 0 and <= MostDeviation => augment with { Deviation = value },
                    "inc" => augment with { Increasing = value != 0 },
                    _ => throw Unknown(part),
                }
                : throw Unknown(part);
        }

        return augment;

        ArgumentException Unknown(string part) => new(
            $"'{text}' has the part '{part}'; known are m, n up to {MostOperations}, mstd up to {MostDeviation} (more is another draw in "
            + "timm) and inc.", nameof(text));
    }

    /// <inheritdoc/>
    public override RgbImage Apply(RgbImage image, Random random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        for (var i = 0; i < Count; i++)
        {
            var operation = Operations[random.Next(Operations.Length)];
            if (random.NextDouble() >= Probability)
            {
                continue;
            }

            var magnitude = Magnitude;
            if (Deviation > 0)
            {
                magnitude += Deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            }

            image = Run(image, operation, Math.Clamp(magnitude, 0, Largest) / Largest, random.Next(2) == 0 ? -1 : 1);
        }

        return image;
    }

    private RgbImage Run(RgbImage image, string operation, double strength, int sign)
    {
        byte[] fill = [.. Fill];
        var factor = Increasing ? Math.Max(0.1, 1 + (sign * 0.9 * strength)) : (1.8 * strength) + 0.1;
        return operation switch
        {
            "AutoContrast" => ImageOperation.AutoContrast(image),
            "Equalize" => ImageOperation.Equalize(image),
            "Invert" => ImageOperation.Invert(image),
            "Rotate" => ImageOperation.Rotate(image, sign * 30 * strength, Interpolation, fill),
            "Posterize" => ImageOperation.Posterize(image, Increasing ? 4 - (int)(4 * strength) : (int)(4 * strength)),
            "Solarize" => ImageOperation.Solarize(image, Increasing ? 256 - (int)(256 * strength) : (int)(256 * strength)),
            "SolarizeAdd" => ImageOperation.SolarizeAdd(image, Math.Min(128, (int)(110 * strength))),
            "Color" => ImageOperation.Color(image, factor),
            "Contrast" => ImageOperation.Contrast(image, factor),
            "Brightness" => ImageOperation.Brightness(image, factor),
            "Sharpness" => ImageOperation.Sharpness(image, factor),
            "ShearX" => ImageOperation.ShearX(image, sign * 0.3 * strength, Interpolation, fill),
            "ShearY" => ImageOperation.ShearY(image, sign * 0.3 * strength, Interpolation, fill),
            "TranslateX" => ImageOperation.Translate(image, sign * LargestShift * strength * image.Width, 0, Interpolation, fill),
            _ => ImageOperation.Translate(image, 0, sign * LargestShift * strength * image.Height, Interpolation, fill),
        };
    }
}
