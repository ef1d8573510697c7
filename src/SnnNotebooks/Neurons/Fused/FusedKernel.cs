using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>What a sweep runs on, besides the input.</summary>
/// <param name="Initial">The variables before the first step, [N] each, contiguous; null for one that starts at rest.</param>
/// <param name="Rest">Where a variable starts that is not given.</param>
/// <param name="Numbers">The learnable numbers.</param>
internal sealed record SweepStart(Tensor?[] Initial, double[] Rest, double[] Numbers);

/// <summary>What a backward sweep gives.</summary>
/// <param name="X">Gradient of the input [T, N].</param>
/// <param name="Initial">Gradients of the initial variables, [N] each; null for those that start at rest.</param>
/// <param name="Numbers">Gradients of the learnable numbers.</param>
internal sealed record SweepGradients(Tensor X, Tensor?[] Initial, double[] Numbers);

/// <summary>One pass over memory forward, one backward, for a neuron over all its time steps.</summary>
internal abstract class FusedKernel
{
    /// <summary>Runs the neurons.</summary>
    /// <param name="x">Input [T, N], contiguous, float32 or float64, on the CPU.</param>
    /// <param name="start">The state to start from.</param>
    /// <returns>Output [T, N] (the spikes) and the variables after the last step, [N] each.</returns>
    public abstract (Tensor Output, Tensor[] Final) Forward(Tensor x, SweepStart start);

    /// <summary>Runs the reverse sweep; the charged variables are computed again block by block instead of being kept.</summary>
    /// <param name="x">The input of the forward sweep.</param>
    /// <param name="start">Its start.</param>
    /// <param name="gradOutput">Gradient of the output [T, N], contiguous; null for zero.</param>
    /// <param name="gradFinal">Gradients of the final variables, contiguous; null for zero.</param>
    public abstract SweepGradients Backward(Tensor x, SweepStart start, Tensor? gradOutput, Tensor?[] gradFinal);
}
