using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Monitors;

/// <summary>Keeps the gradient that arrives at the output of every neuron layer in a backward pass, [T, N, ...]: where gradients vanish, it shows.</summary>
/// <param name="network">The network, or one module.</param>
/// <param name="select">Which modules; neurons where none is given.</param>
public sealed class GradientMonitor(nn.Module network, Func<nn.Module, bool>? select = null) : ModuleMonitor<Tensor>(network, select)
{
    /// <inheritdoc/>
    protected override Tensor Observe(string name, nn.Module<Tensor, Tensor> module, Tensor output) =>
        is_grad_enabled() && output.requires_grad
            ? Tap.apply(output, (Action<Tensor>)(gradient => Record(name, gradient.detach().clone().DetachFromDisposeScope())))
            : output;

    /// <summary>Passes its argument through and tells the gradient that comes back.</summary>
    private sealed class Tap : autograd.SingleTensorFunction<Tap>
    {
        public override string Name => nameof(Tap);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data(nameof(Tap), vars[1]);
            return ((Tensor)vars[0]).alias();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            ((Action<Tensor>)ctx.get_data(nameof(Tap)))(grad_output);
            return [grad_output.alias(), null!];
        }
    }
}
