using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SnnNotebooks.Neurons.Fused.Normalisation;

/// <summary>
/// Batch normalisation of an input that is read block by block, so that what it gives need not be kept: (x - mean) scale + shift, of each
/// channel with its own numbers (S. Ioffe, C. Szegedy, ICML 2015, arXiv:1502.03167).
/// </summary>
internal sealed unsafe class ChannelNormalisation
{
    /// <summary>Rows of a block that <see cref="Spread"/> fills.</summary>
    public const int Rows = 3;

    private const int Block = 512; // elements of a step whose numbers are spread at once

    private readonly ChannelLayout layout;
    private readonly float[] means;
    private readonly float[] scales;
    private readonly float[] shifts;
    private readonly double[] inverse;
    private readonly bool isOfInput;

    /// <summary>Takes the numbers of each channel.</summary>
    /// <param name="layout">Channels of the input.</param>
    /// <param name="mean">Means.</param>
    /// <param name="variance">Biased variances.</param>
    /// <param name="weight">Factors.</param>
    /// <param name="bias">What is added.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="isOfInput">Whether mean and variance are the input's own, so that gradients flow through them.</param>
    public ChannelNormalisation(
        ChannelLayout layout, double[] mean, double[] variance, float[] weight, float[] bias, double epsilon, bool isOfInput)
    {
        (this.layout, this.isOfInput, shifts) = (layout, isOfInput, bias);
        means = Array.ConvertAll(mean, value => (float)value);
        inverse = Array.ConvertAll(variance, value => 1 / Math.Sqrt(value + epsilon));
        scales = [.. weight.Select((factor, channel) => (float)(factor * inverse[channel]))];
    }

    /// <summary>Channels of the input.</summary>
    public ChannelLayout Layout => layout;

    /// <summary>How many sums <see cref="AddSums"/> adds to.</summary>
    public int Sums => 2 * layout.Channels;

    /// <summary>Fills <see cref="Rows"/> rows with the numbers of a block's elements.</summary>
    /// <param name="start">The first element's place in its step.</param>
    /// <param name="count">How many, a multiple of 8.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="stride">Floats from row to row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Spread(long start, int count, float* rows, long stride)
    {
        Fill(means, start, count, rows);
        Fill(scales, start, count, rows + stride);
        Fill(shifts, start, count, rows + (2 * stride));
    }

    /// <summary>Normalises a row.</summary>
    /// <param name="x">The input's.</param>
    /// <param name="rows">What <see cref="Spread"/> gave.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="count">Elements, a multiple of 8.</param>
    /// <param name="y">Takes the output.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* x, float* rows, long stride, int count, float* y)
    {
        float* scale = rows + stride, shift = scale + stride;
        for (var i = 0; i < count; i += Vector256<float>.Count)
        {
            Fma.MultiplyAdd(Vector256.Load(x + i) - Vector256.Load(rows + i), Vector256.Load(scale + i), Vector256.Load(shift + i))
                .Store(y + i);
        }
    }

    /// <summary>Adds gradients g, and g (x - mean), of a block to the sums of their channels.</summary>
    /// <param name="x">The input.</param>
    /// <param name="gradient">Gradient of the output, over the same steps.</param>
    /// <param name="start">The block's place in a step.</param>
    /// <param name="count">Its elements, a multiple of 8.</param>
    /// <param name="mean">Each element's mean.</param>
    /// <param name="room">Two rows of as many floats.</param>
    /// <param name="sums">[2, channels].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddSums(ChannelSequence x, ChannelSequence gradient, long start, int count, float* mean, float* room, double* sums)
    {
        for (var i = 0; i < count; i += Vector256<float>.Count)
        {
            var (total, product, center) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256.Load(mean + i));
            for (var t = 0L; t < x.Steps; t++)
            {
                var g = Vector256.Load(gradient.At(t, start + i));
                total += g;
                product = Fma.MultiplyAdd(g, Vector256.Load(x.At(t, start + i)) - center, product);
            }

            total.Store(room + i);
            product.Store(room + count + i);
        }

        layout.Gather(room, start, count, sums);
        layout.Gather(room + count, start, count, sums + layout.Channels);
    }

    /// <summary>Makes the gradient of the input of that of the output, in its place.</summary>
    /// <param name="x">The input.</param>
    /// <param name="gradient">Gradient of the output, over the same steps.</param>
    /// <param name="shares">Sums of each channel, any number of shares [2, channels].</param>
    /// <returns>Gradients of weight and bias.</returns>
    public (float[] Weight, float[] Bias) Finish(ChannelSequence x, ChannelSequence gradient, double[] shares)
    {
        var channels = layout.Channels;
        var (weight, bias, slopes) = (new double[channels], new double[channels], new float[channels]);
        for (var i = 0; i < shares.Length; i++)
        {
            (i / channels % 2 == 0 ? bias : weight)[i % channels] += shares[i];
        }

        for (var i = 0; i < channels; i++)
        {
            weight[i] *= inverse[i];
            slopes[i] = isOfInput ? (float)(weight[i] * inverse[i] / x.Values) : 0;
        }

        var offsets = Array.ConvertAll(bias, sum => isOfInput ? (float)(sum / x.Values) : 0);
        NeuronRanges.Run(x.Steps, x.Neurons, Block, (from, to) => Finish(x, gradient, offsets, slopes, from, to));
        return (Array.ConvertAll(weight, value => (float)value), Array.ConvertAll(bias, value => (float)value));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(ChannelSequence x, ChannelSequence gradient, float[] offsets, float[] slopes, long from, long to)
    {
        var mean = stackalloc float[4 * Block];
        float* scale = mean + Block, offset = scale + Block, slope = offset + Block;
        for (var start = from; start < to; start += Block)
        {
            var count = (int)Math.Min(Block, to - start);
            Fill(means, start, count, mean);
            Fill(scales, start, count, scale);
            Fill(offsets, start, count, offset);
            Fill(slopes, start, count, slope);
            for (var t = 0L; t < x.Steps; t++)
            {
                float* g = gradient.At(t, start), values = x.At(t, start);
                for (var i = 0; i < count; i += Vector256<float>.Count)
                {
                    var centred = Vector256.Load(values + i) - Vector256.Load(mean + i);
                    var left = Vector256.Load(g + i) - Vector256.Load(offset + i);
                    (Fma.MultiplyAddNegated(centred, Vector256.Load(slope + i), left) * Vector256.Load(scale + i)).Store(g + i);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Fill(float[] numbers, long start, int count, float* row)
    {
        fixed (float* first = numbers)
        {
            layout.Spread(first, start, count, row);
        }
    }
}
