using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>One step of the reference backend.</summary>
/// <param name="Charged">H[t].</param>
/// <param name="Spike">S[t].</param>
/// <param name="Output">What the layer gives out.</param>
/// <param name="After">The variables after the reset.</param>
public readonly record struct NeuronStep(Tensor Charged, Tensor Spike, Tensor Output, Tensor[] After);
