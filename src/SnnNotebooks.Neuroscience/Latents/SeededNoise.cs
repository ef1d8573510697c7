using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Chance from a seed, drawn on the CPU whatever the device, so that a model is trained with the same draws everywhere.</summary>
internal sealed class SeededNoise(ulong seed, Device device) : IDisposable
{
    private readonly Generator generator = new(seed);

    /// <summary>Numbers of a standard normal distribution.</summary>
    public Tensor Normal(params long[] shape) => randn(shape, device: CPU, generator: generator).to(device);

    /// <summary>Numbers spread evenly over [0, 1).</summary>
    public Tensor Uniform(params long[] shape) => rand(shape, device: CPU, generator: generator).to(device);

    public void Dispose() => generator.Dispose();
}
