using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// A module whose last output comes back through a dense layer: y[t] = module(W [x[t], y[t-1]] + b), y[-1] = 0. The module is called with
/// sequences of one step, so any module that takes [T, N, features] will do. In the state dictionary the dense layer is <c>rc</c>, the
/// module <c>sub_module</c>. The state is y, [N, outputs].
/// </summary>
public sealed class LinearRecurrent : StatefulLayer
{
    private readonly nn.Module<Tensor, Tensor> module;
    private readonly Linear rc;
    private readonly long outputs;

    /// <summary>Takes over the module.</summary>
    /// <param name="module">Maps [T, N, inputs] to [T, N, outputs].</param>
    /// <param name="inputs">Features of x and of what the module takes, at least 1.</param>
    /// <param name="outputs">Features of y, at least 1.</param>
    /// <param name="bias">Whether the dense layer has a bias.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public LinearRecurrent(nn.Module<Tensor, Tensor> module, long inputs, long outputs, bool bias = true)
        : base(nameof(LinearRecurrent))
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        (this.module, this.outputs) = (module, outputs);
        rc = nn.Linear(inputs + outputs, inputs, hasBias: bias);
        register_module(nameof(rc), rc);
        register_module("sub_module", module);
    }

    /// <inheritdoc/>
    protected override Tensor Run(Tensor input)
    {
        LayerInput.RequireFeatures(input, -1, rc.weight!.size(0), GetName(), "[T, N, {0}]");
        LayerInput.RequireWeights(input, rc.weight!, GetName());
        var y = Carried.OrZeros([.. input.shape[1..^1], outputs], input);
        var steps = new List<Tensor>();
        foreach (var step in input.unbind(0))
        {
            y = module.call(rc.call(cat([step, y], -1)).unsqueeze(0)).squeeze(0);
            steps.Add(y);
        }

        var output = stack(steps);
        Carried.Keep(y);
        return output;
    }
}
