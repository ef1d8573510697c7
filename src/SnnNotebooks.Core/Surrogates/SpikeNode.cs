using SnnNotebooks.Native;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>
/// The step function (or what the surrogate has in its place), with the surrogate's derivative in the backward pass
/// (E. Neftci, H. Mostafa, F. Zenke, arXiv:1901.09948).
/// </summary>
internal sealed class SpikeNode : GraphNode
{
    private readonly Surrogate surrogate;

    private SpikeNode(Surrogate surrogate) => this.surrogate = surrogate;

    /// <summary>Fires, in the graph where a gradient is wanted.</summary>
    /// <param name="surrogate">How.</param>
    /// <param name="u">H - threshold, any shape.</param>
    public static Tensor Run(Surrogate surrogate, Tensor u)
    {
        ArgumentNullException.ThrowIfNull(u);
        Tensor spikes;
        using (no_grad())
        {
            spikes = surrogate.Fire(u);
        }

        if (!IsWanted(u))
        {
            return spikes;
        }

        using (spikes)
        {
            return new SpikeNode(surrogate).Join([u], [spikes], [u])[0];
        }
    }

    protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors) =>
        [outputs[0] is { } gradient ? gradient * surrogate.Gradient(savedTensors[0]) : null];
}
