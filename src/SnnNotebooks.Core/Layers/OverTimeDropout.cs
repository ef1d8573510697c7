using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// Dropout that holds its mask: in training mode one mask, drawn at the first step after a reset, is used at every time step, so that a
/// dropped neuron is gone for the whole sequence (C. Lee et al., Frontiers in Neuroscience 2020, arXiv:1903.06379). What is kept is scaled
/// by 1 / (1 - p). In evaluation mode the input passes. The state is the mask.
/// </summary>
public sealed class OverTimeDropout : StatefulLayer
{
    private readonly double p;
    private readonly bool wholeChannels;

    /// <summary>Creates a layer.</summary>
    /// <param name="p">Probability to be dropped, in [0, 1).</param>
    /// <param name="wholeChannels">Whether whole feature maps [H, W] of [T, N, C, H, W] are dropped.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is out of range.</exception>
    public OverTimeDropout(double p = 0.5, bool wholeChannels = false)
        : base(nameof(OverTimeDropout))
    {
        if (!(p is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "The probability must be in [0, 1).");
        }

        (this.p, this.wholeChannels) = (p, wholeChannels);
    }

    /// <summary>Uses a given mask from now on, until a reset.</summary>
    internal void Hold(Tensor mask) => Carried.Keep(mask);

    /// <inheritdoc/>
    protected override Tensor Run(Tensor input)
    {
        if (!training)
        {
            return input.alias();
        }

        long[] shape = wholeChannels
            ? [.. input.shape[1..3], .. Enumerable.Repeat(1L, (int)input.dim() - 3)]
            : input.shape[1..];
        if (Carried.Value is null)
        {
            // drawn in float32 at least: the steps of 16 bits are too coarse for chances
            var drawn = input.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
            Carried.Keep(rand(shape, dtype: drawn, device: input.device).ge(p).to(input.dtype) / (1 - p));
        }

        return input * Carried.OrZeros(shape, input);
    }
}
