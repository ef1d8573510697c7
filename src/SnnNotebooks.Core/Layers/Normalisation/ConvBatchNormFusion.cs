using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>Makes one convolution of a convolution and the batch normalisation after it, in evaluation mode.</summary>
public static class ConvBatchNormFusion
{
    /// <summary>W' = W gamma / sqrt(var + eps), b' = (b - mean) gamma / sqrt(var + eps) + beta.</summary>
    /// <param name="weight">W, [out, ...].</param>
    /// <param name="bias">b, [out], or null.</param>
    /// <param name="gamma">Weight of the normalisation, [out].</param>
    /// <param name="beta">Bias of the normalisation, [out].</param>
    /// <param name="mean">Running mean, [out].</param>
    /// <param name="variance">Running variance, [out].</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <returns>Weight [out, ...] and bias [out] of the one convolution.</returns>
    public static (Tensor Weight, Tensor Bias) Fuse(
        Tensor weight, Tensor? bias, Tensor gamma, Tensor beta, Tensor mean, Tensor variance, double epsilon = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(variance);
        using var scope = NewDisposeScope();
        var scale = gamma / (variance + epsilon).sqrt();
        var shift = beta - ((bias is null ? mean : mean - bias) * scale);
        var fused = weight * scale.reshape([-1, .. Enumerable.Repeat(1L, (int)weight.dim() - 1)]);
        return (fused.MoveToOuterDisposeScope(), shift.MoveToOuterDisposeScope());
    }
}
