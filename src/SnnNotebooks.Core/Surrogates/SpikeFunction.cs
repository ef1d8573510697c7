using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>The step function (or what the surrogate has in its place), with the surrogate's derivative in the backward pass (E. Neftci, H. Mostafa, F. Zenke, arXiv:1901.09948).</summary>
internal sealed class SpikeFunction : autograd.SingleTensorFunction<SpikeFunction>
{
    public override string Name => nameof(SpikeFunction);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var u = (Tensor)vars[0];
        ctx.save_for_backward([u]);
        var surrogate = (Surrogate)vars[1];
        ctx.save_data(nameof(Surrogate), surrogate);
        return surrogate.Fire(u);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var surrogate = (Surrogate)ctx.get_data(nameof(Surrogate));
        var u = ctx.get_saved_variables()[0];
        return [(grad_output * surrogate.Gradient(u)).MoveToOuterDisposeScope(), null!];
    }
}
