using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// A module whose last output comes back: y[t] = module(combine(y[t-1], x[t])), y[-1] = 0. The module is called with sequences of one step,
/// so any module that takes [T, N, ...] will do; it appears as <c>sub_module</c> in the state dictionary. The state is y, [N, ...].
/// </summary>
public sealed class ElementwiseRecurrent : StatefulLayer
{
    private readonly nn.Module<Tensor, Tensor> module;
    private readonly Func<Tensor, Tensor, Tensor> combine;

    /// <summary>Takes over the module.</summary>
    /// <param name="module">Maps [T, N, ...] to the same shape.</param>
    /// <param name="combine">Joins y[t-1] and x[t], in that order, for example by adding them.</param>
    public ElementwiseRecurrent(nn.Module<Tensor, Tensor> module, Func<Tensor, Tensor, Tensor> combine)
        : base(nameof(ElementwiseRecurrent))
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(combine);
        (this.module, this.combine) = (module, combine);
        register_module("sub_module", module);
    }

    /// <inheritdoc/>
    protected override Tensor Run(Tensor input)
    {
        var y = Carried.OrZeros(input.shape[1..], input);
        var outputs = new List<Tensor>();
        foreach (var step in input.unbind(0))
        {
            y = module.call(combine(y, step).unsqueeze(0)).squeeze(0);
            outputs.Add(y);
        }

        var output = stack(outputs);
        Carried.Keep(y);
        return output;
    }
}
