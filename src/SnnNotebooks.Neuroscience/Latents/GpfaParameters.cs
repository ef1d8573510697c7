using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>
/// The generative model of GPFA: y = C x + d + noise in every bin, where each factor of x is a Gaussian process over time with covariance
/// (1 - e) exp(-(t - s)^2 / (2 tau^2)) + e (t = s), e the share of noise.
/// </summary>
/// <param name="Loadings">C [N, D], float64.</param>
/// <param name="Offset">d [N], float64.</param>
/// <param name="Noise">[N], float64: variance of each neuron's noise.</param>
/// <param name="Timescales">tau [D], float64, in bins.</param>
public sealed record GpfaParameters(Tensor Loadings, Tensor Offset, Tensor Noise, Tensor Timescales) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Loadings.Dispose();
        Offset.Dispose();
        Noise.Dispose();
        Timescales.Dispose();
    }

    internal GpfaParameters Detached() => new(
        Loadings.DetachFromDisposeScope(), Offset.DetachFromDisposeScope(), Noise.DetachFromDisposeScope(),
        Timescales.DetachFromDisposeScope());

    internal GpfaParameters Copied(Device device)
    {
        Tensor Copy(Tensor of) => of.to(float64).to(device).clone();
        return new GpfaParameters(Copy(Loadings), Copy(Offset), Copy(Noise), Copy(Timescales));
    }
}
