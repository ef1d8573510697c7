using SnnNotebooks.Native;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>
/// The step function (or what the surrogate has in its place), with the surrogate's derivative in the backward pass
/// (E. Neftci, H. Mostafa, F. Zenke, arXiv:1901.09948).
/// </summary>
/// <param name="surrogate">How it fires.</param>
internal sealed class SpikeNode(Surrogate surrogate) : GraphNode
{
    /// <summary>Fires, in the graph where a gradient is wanted.</summary>
    /// <param name="surrogate">How it fires.</param>
    /// <param name="u">H - threshold, any shape.</param>
    public static Tensor Run(Surrogate surrogate, Tensor u)
    {
        ArgumentNullException.ThrowIfNull(u);
        return new SpikeNode(surrogate).Run([u], [u], () => [surrogate.Fire(u)])[0];
    }

    protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors) =>
        [outputs[0] is { } gradient ? gradient * surrogate.Gradient(savedTensors[0]) : null];
}
