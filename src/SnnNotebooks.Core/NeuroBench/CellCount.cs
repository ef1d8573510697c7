using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.NeuroBench;

/// <summary>
/// The operations of one call of a recurrent cell as NeuroBench counts them (metrics/utils/layers/macs.py): on ones where there are numbers
/// other than 0, products of inputs, states and weights, then the element-wise products of the gates. All tensors are [features, B].
/// </summary>
internal abstract class CellCount
{
    /// <summary>Counts one call.</summary>
    /// <param name="cell">With weights <c>weight_ih</c>, <c>weight_hh</c> and, if it has them, <c>bias_ih</c>, <c>bias_hh</c>.</param>
    /// <param name="input">[B, inputs].</param>
    /// <param name="hidden">[B, hidden]; null for zeros.</param>
    /// <param name="memory">An LSTM's c [B, hidden]; null for zeros.</param>
    /// <returns>Effective operations, and those with ones in place of inputs, weights and additive terms.</returns>
    public (double Effective, double Dense) Count(nn.Module cell, Tensor input, Tensor? hidden, Tensor? memory)
    {
        using var scope = NewDisposeScope();
        var batch = input.dim() == 1 ? input.unsqueeze(0) : input;
        var h = State(hidden);
        var c = State(memory);
        return (Operations(Ones(batch, false), h, c, name => Parameter(name, false)),
            Operations(Ones(batch, true), DenseState(h), c, name => Parameter(name, true)));

        Tensor State(Tensor? state) => state is null
            ? zeros(cell.get_parameter("weight_hh")!.shape[1], batch.shape[0], dtype: ScalarType.Float64, device: batch.device)
            : Ones(state.dim() == 1 ? state.unsqueeze(0) : state, false);

        Tensor? Parameter(string name, bool dense)
        {
            var values = cell.get_parameter(name);
            return values is null ? null : dense ? ones_like(values, dtype: ScalarType.Float64) : SynapseCount.Binary(values);
        }
    }

    /// <summary>The state in the dense count: ones, but for an LSTM, whose states NeuroBench takes as they are.</summary>
    protected virtual Tensor DenseState(Tensor state) => ones_like(state);

    /// <summary>The operations of a call with binary input x, state h and memory c.</summary>
    protected abstract double Operations(Tensor x, Tensor h, Tensor c, Func<string, Tensor?> parameter);

    /// <summary>The products of inputs and states with all weights, and the additive terms [gates hidden, 1] of both.</summary>
    protected static (Tensor FromInput, Tensor FromState, Tensor InputBias, Tensor StateBias) Gates(
        Tensor x, Tensor h, Func<string, Tensor?> parameter)
    {
        var fromInput = parameter("weight_ih")!.mm(x);
        var none = zeros(fromInput.shape[0], 1, dtype: ScalarType.Float64, device: x.device);
        return (fromInput, parameter("weight_hh")!.mm(h), parameter("bias_ih")?.unsqueeze(1) ?? none,
            parameter("bias_hh")?.unsqueeze(1) ?? none);
    }

    /// <summary>1 where a number is not 0.</summary>
    protected static Tensor Nonzero(Tensor values) => SynapseCount.Binary(values);

    /// <summary>A sum as a number.</summary>
    protected static double Sum(Tensor values) => values.sum().item<double>();

    private static Tensor Ones(Tensor values, bool dense) =>
        dense ? ones(values.shape[1], values.shape[0], dtype: ScalarType.Float64, device: values.device) : SynapseCount.Binary(values).t();
}

/// <summary>A cell with one gate: products with weights only.</summary>
internal sealed class RnnCellCount : CellCount
{
    protected override double Operations(Tensor x, Tensor h, Tensor c, Func<string, Tensor?> parameter)
    {
        var (fromInput, fromState, _, _) = Gates(x, h, parameter);
        return Sum(fromInput) + Sum(fromState);
    }
}

/// <summary>LSTM: the products with weights, c = f c + i g, and h = o tanh(c).</summary>
internal sealed class LstmCellCount : CellCount
{
    protected override Tensor DenseState(Tensor state) => state;

    protected override double Operations(Tensor x, Tensor h, Tensor c, Func<string, Tensor?> parameter)
    {
        var (fromInput, fromState, inputBias, stateBias) = Gates(x, h, parameter);
        var weighted = fromInput + fromState;
        var gates = Nonzero(weighted + inputBias + stateBias).chunk(4, 0);
        var memory = (gates[1] * c) + (gates[0] * gates[2]);
        return Sum(weighted) + Sum(memory) + Sum(gates[3] * Nonzero(memory));
    }
}

/// <summary>
/// GRU: the products with weights, r (W h + b), and (1 - z) n + z h. As NeuroBench has it n takes no part of the input's products and one
/// additive term for all, the third of the first gate; 1 - z is 0 where one product reached z.
/// </summary>
internal sealed class GruCellCount : CellCount
{
    protected override double Operations(Tensor x, Tensor h, Tensor c, Func<string, Tensor?> parameter)
    {
        var (fromInput, fromState, inputBias, stateBias) = Gates(x, h, parameter);
        var weighted = fromInput + fromState;
        var gates = (weighted + inputBias + stateBias).chunk(3, 0);
        var candidate = fromState.chunk(3, 0)[2];
        var remembered = Nonzero(gates[0]) * Nonzero(candidate + stateBias.chunk(3, 0)[2]);
        var n = Nonzero(candidate + inputBias[2] + remembered);
        return Sum(weighted) + Sum(remembered) + Sum(Nonzero(1 - gates[1]) * n) + Sum(Nonzero(gates[1]) * h);
    }
}
