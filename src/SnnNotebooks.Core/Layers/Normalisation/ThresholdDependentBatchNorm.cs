using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// Threshold-dependent batch normalisation (tdBN): batch normalisation over time and batch together whose weight starts at alpha V_th, so
/// that currents have the size of the threshold (H. Zheng et al., AAAI 2021, arXiv:2011.05280). That is ordinary batch normalisation inside
/// <see cref="OverTime"/> with another weight to start from, and so its parameters have the usual names.
/// </summary>
public static class ThresholdDependentBatchNorm
{
    /// <summary>For sequences of feature vectors, [T*N, C] or [T*N, C, L].</summary>
    /// <param name="channels">C, at least 1.</param>
    /// <param name="alpha">1, or 1 / sqrt(n) where n branches are added; above 0.</param>
    /// <param name="threshold">V_th of the neurons that follow, above 0.</param>
    /// <returns>A module to put into <see cref="OverTime"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static BatchNorm1d Create1d(long channels, double alpha = 1.0, double threshold = 1.0) =>
        Scaled(nn.BatchNorm1d(channels), batchNorm => batchNorm.weight, alpha, threshold);

    /// <summary>For sequences of feature maps, [T*N, C, H, W].</summary>
    /// <inheritdoc cref="Create1d"/>
    public static BatchNorm2d Create2d(long channels, double alpha = 1.0, double threshold = 1.0) =>
        Scaled(nn.BatchNorm2d(channels), batchNorm => batchNorm.weight, alpha, threshold);

    /// <summary>For sequences of feature volumes, [T*N, C, D, H, W].</summary>
    /// <inheritdoc cref="Create1d"/>
    public static BatchNorm3d Create3d(long channels, double alpha = 1.0, double threshold = 1.0) =>
        Scaled(nn.BatchNorm3d(channels), batchNorm => batchNorm.weight, alpha, threshold);

    private static T Scaled<T>(T batchNorm, Func<T, Tensor?> weight, double alpha, double threshold)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threshold);
        nn.init.constant_(weight(batchNorm)!, alpha * threshold);
        return batchNorm;
    }
}
