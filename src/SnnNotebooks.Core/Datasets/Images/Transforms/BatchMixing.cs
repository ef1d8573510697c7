using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Images.Transforms;

/// <summary>
/// Mixup (H. Zhang et al., 2018) and CutMix (S. Yun et al., 2019) of whole batches with soft labels, and label smoothing, as the timm
/// library has them: each sample is mixed with the one at the same place counted from the end. Works on any layout: images [B, C, H, W],
/// clips and event frames [T, B, C, H, W].
/// </summary>
public sealed record BatchMixing
{
    /// <summary>The Beta parameter of mixup; 0 turns it off.</summary>
    public double MixupAlpha { get; init; } = 0.8;

    /// <summary>The Beta parameter of CutMix; 0 turns it off.</summary>
    public double CutMixAlpha { get; init; } = 1;

    /// <summary>The probability that a batch is mixed at all.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>The probability of CutMix rather than mixup, where both are on.</summary>
    public double Switch { get; init; } = 0.5;

    /// <summary>Label smoothing: this part of the weight goes evenly to all classes.</summary>
    public double Smoothing { get; init; } = 0.1;

    /// <summary>Soft labels: smoothed, not mixed.</summary>
    /// <param name="labels">Int64 [B].</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="smoothing">The part of the weight that goes evenly to all classes, 0 up to below 1.</param>
    /// <returns>Float32 [B, classes], each row summing to 1; the caller disposes it.</returns>
    public static Tensor Smooth(Tensor labels, int classes, double smoothing)
    {
        ArgumentNullException.ThrowIfNull(labels);
        using var scope = NewDisposeScope();
        var off = smoothing / classes;
        return ((nn.functional.one_hot(labels, classes).to(ScalarType.Float32) * (1 - smoothing)) + off).MoveToOuterDisposeScope();
    }

    /// <summary>Mixes a batch.</summary>
    /// <param name="inputs">Images [B, C, H, W], or sequences with the batch on another axis; the last two axes are rows and columns. Left
    /// as it is.</param>
    /// <param name="labels">Int64 [B].</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="random">Where draws come from.</param>
    /// <param name="batchAxis">The axis of the batch: 0 for images, 1 for time first.</param>
    /// <returns>The mixed inputs and soft labels [B, classes]; the caller disposes them.</returns>
    public (Tensor Inputs, Tensor Labels) Apply(Tensor inputs, Tensor labels, int classes, Random random, int batchAxis = 0)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(random);
        using var scope = NewDisposeScope();
        var soft = Smooth(labels, classes, Smoothing);
        var (mixed, part) = Mix(inputs, random, batchAxis);
        var softMixed = (soft * part) + (soft.flip(0) * (1 - part));
        return (mixed.MoveToOuterDisposeScope(), softMixed.MoveToOuterDisposeScope());
    }

    /// <summary>Mixes each input with its partner from the other end of the batch.</summary>
    /// <param name="inputs">As for <see cref="Apply"/>.</param>
    /// <param name="random">Where draws come from.</param>
    /// <param name="batchAxis">The axis of the batch.</param>
    /// <returns>The mixed inputs, which the caller disposes, and the part of each that is its own; 1 where nothing was mixed.</returns>
    public (Tensor Inputs, double Part) Mix(Tensor inputs, Random random, int batchAxis = 0)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(random);
        if ((MixupAlpha <= 0 && CutMixAlpha <= 0) || random.NextDouble() >= Probability)
        {
            return (inputs.clone(), 1);
        }

        using var scope = NewDisposeScope();
        var cut = CutMixAlpha > 0 && (MixupAlpha <= 0 || random.NextDouble() < Switch);
        var part = Beta(cut ? CutMixAlpha : MixupAlpha, random);
        var partners = inputs.flip(batchAxis);
        if (!cut)
        {
            return (((inputs * part) + (partners * (1 - part))).MoveToOuterDisposeScope(), part);
        }

        var (rows, columns) = (inputs.shape[^2], inputs.shape[^1]);
        var (top, bottom, left, right) = Box(rows, columns, part, random);
        part = 1 - ((bottom - top) * (right - left) / (double)(rows * columns));
        var mixed = inputs.clone();
        mixed[TensorIndex.Ellipsis, TensorIndex.Slice(top, bottom), TensorIndex.Slice(left, right)] = partners[TensorIndex.Ellipsis,
            TensorIndex.Slice(top, bottom), TensorIndex.Slice(left, right)];
        return (mixed.MoveToOuterDisposeScope(), part);
    }

    /// <summary>A box whose area is 1 - part, around a place drawn evenly; what lies outside is cut off.</summary>
    private static (long Top, long Bottom, long Left, long Right) Box(long rows, long columns, double part, Random random)
    {
        var ratio = Math.Sqrt(1 - part);
        var (height, width) = ((long)(rows * ratio), (long)(columns * ratio));
        var (y, x) = (random.NextInt64(rows), random.NextInt64(columns));
        return (Math.Clamp(y - (height / 2), 0, rows), Math.Clamp(y + (height / 2), 0, rows), Math.Clamp(x - (width / 2), 0, columns),
            Math.Clamp(x + (width / 2), 0, columns));
    }

    /// <summary>A draw from Beta(a, a): of two Gamma draws the part of the first.</summary>
    private static double Beta(double alpha, Random random)
    {
        var (one, other) = (Gamma(alpha, random), Gamma(alpha, random));
        return one + other > 0 ? one / (one + other) : 0.5;
    }

    /// <summary>A draw from Gamma(shape, 1) (G. Marsaglia and W. Tsang, 2000).</summary>
    private static double Gamma(double shape, Random random)
    {
        if (shape < 1)
        {
            return Gamma(shape + 1, random) * Math.Pow(1 - random.NextDouble(), 1 / shape);
        }

        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var v = 1 + (c * normal);
            if (v <= 0)
            {
                continue;
            }

            v = v * v * v;
            if (Math.Log(1 - random.NextDouble()) < (0.5 * normal * normal) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }
}
