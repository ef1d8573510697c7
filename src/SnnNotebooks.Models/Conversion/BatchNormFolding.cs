using SnnNotebooks.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Conversion;

/// <summary>Batch normalisation in evaluation mode is an affine map, so that the layer before it can take it over.</summary>
public static class BatchNormFolding
{
    /// <summary>
    /// The weights and biases of a layer that does what it and the normalisation behind it did: w' = w g / sqrt(var + eps), b' = (b - mean)
    /// g / sqrt(var + eps) + beta.
    /// </summary>
    /// <param name="weight">[out, ...].</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="normalisation">The normalisation of the layer's [out] channels, with running statistics.</param>
    /// <returns>New tensors in the weights' type; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The normalisation has no running statistics, or another number of channels.</exception>
    public static (Tensor Weight, Tensor Bias) Fold(Tensor weight, Tensor? bias, BatchNorm normalisation)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(normalisation);
        if (normalisation.running_mean is not { } mean || normalisation.running_var is not { } variance || mean.numel() != weight.shape[0])
        {
            throw new ArgumentException(
                $"A batch normalisation is folded where it keeps running statistics of the layer's {weight.shape[0]} channels; this one "
                + $"has {normalisation.running_mean?.numel().ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}.",
                    nameof(normalisation));
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (folded, shift) = ConvBatchNormFusion.Fuse(
            weight, bias, normalisation.weight ?? ones_like(variance), normalisation.bias
                ?? zeros_like(mean), mean, variance, normalisation.eps);
        return (folded.MoveToOuterDisposeScope(), shift.MoveToOuterDisposeScope());
    }
}
