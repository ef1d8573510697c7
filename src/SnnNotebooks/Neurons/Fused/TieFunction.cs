using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// Passes spikes through, and in the backward pass a zero gradient to the final membrane potential. Without it the potential,
/// which most losses do not use, would get an undefined gradient, and each of those stays in TorchSharp's count of live tensors.
/// </summary>
internal sealed class TieFunction : autograd.SingleTensorFunction<TieFunction>
{
    public override string Name => nameof(TieFunction);

    /// <summary>Arguments: spikes [T, N], final potential [N]. Result: the spikes, in the same memory.</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data("shape", ((Tensor)vars[1]).shape);
        return ((Tensor)vars[0]).detach();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        [grad_output.alias(), zeros((long[])ctx.get_data("shape"), dtype: grad_output.dtype)];
}
