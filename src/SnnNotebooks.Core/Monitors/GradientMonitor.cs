using SnnNotebooks.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Monitors;

/// <summary>
/// Keeps the gradient that arrives at the output of every neuron layer in a backward pass, [T, N, ...]: where gradients vanish, it shows.
/// </summary>
/// <param name="network">The network, or one module.</param>
/// <param name="select">Which modules; neurons where none is given.</param>
public sealed class GradientMonitor(nn.Module network, Func<nn.Module, bool>? select = null) : ModuleMonitor<Tensor>(network, select)
{
    /// <inheritdoc/>
    protected override Tensor Observe(string name, nn.Module<Tensor, Tensor> module, Tensor output) =>
        is_grad_enabled() && output.requires_grad
            ? new Tap(gradient => Record(name, gradient.detach().clone().DetachFromDisposeScope())).On(output)
            : output;

    /// <summary>Passes its argument through and tells the gradient that comes back.</summary>
    private sealed class Tap(Action<Tensor> tell) : GraphNode
    {
        public Tensor On(Tensor output) => Run([output], [], () => [output.alias()])[0];

        protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors)
        {
            if (outputs[0] is { } gradient)
            {
                tell(gradient);
            }

            return [outputs[0]];
        }
    }
}
