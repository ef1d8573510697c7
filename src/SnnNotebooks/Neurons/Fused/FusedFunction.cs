using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>Hooks a fused kernel into autograd. Keeps no tensor of its own: the backward sweep starts from the input again.</summary>
internal sealed class FusedFunction : autograd.MultiTensorFunction<FusedFunction>
{
    public override string Name => nameof(FusedFunction);

    /// <summary>Arguments: x [T, N] contiguous, initial potential [N] contiguous, learnable number or null, kernel. Results: spikes, final potential.</summary>
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, vInitial, parameter, kernel) = ((Tensor)vars[0], (Tensor)vars[1], vars[2] as Tensor, (FusedKernel)vars[3]);
        ctx.save_for_backward(parameter is null ? [x, vInitial] : [x, vInitial, parameter]);
        ctx.save_data(nameof(FusedKernel), kernel);
        ctx.set_materialize_grads(false); // TorchSharp cannot: it asks the missing gradient for its shape
        var (spikes, vFinal) = kernel.Forward(x, vInitial, parameter);
        return [spikes, vFinal];
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var saved = ctx.get_saved_variables();
        var parameter = saved.Count > 2 ? saved[2] : null;
        var kernel = (FusedKernel)ctx.get_data(nameof(FusedKernel));
        var (x, vInitial, sum) = kernel.Backward(saved[0], saved[1], parameter, Given(grad_outputs[0], saved[0]), Given(grad_outputs[1], saved[1]));
        var gradParameter = parameter is null ? null! : full_like(parameter, sum).MoveToOuterDisposeScope();
        return [x.MoveToOuterDisposeScope(), vInitial.MoveToOuterDisposeScope(), gradParameter, null!];
    }

    private static Tensor Given(Tensor? gradient, Tensor like) => gradient is null || gradient.IsInvalid ? zeros_like(like) : gradient.contiguous();
}
