using SnnNotebooks.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.NeuroBench;

/// <summary>
/// NeuroBench's synaptic operations of all calls since it was made; they are summed in float64, so that counts stay exact.
/// </summary>
internal sealed class SynapseCount : IDisposable
{
    private readonly List<Action> removals = [];

    public SynapseCount(nn.Module network)
    {
        foreach (var (name, module) in network.named_modules().Append((name: string.Empty, module: network))
            .DistinctBy(each => each.module))
        {
            switch (module)
            {
                case Linear linear:
                    Listen(linear, input => Mapped(input, linear.weight!));
                    break;
                case Convolution { transposed: false } convolution:
                    Listen(convolution, input => Convolved(input, convolution));
                    break;
                case nn.Module<Tensor, Tensor> layer when layer is ITokenMap map:
                    Listen(layer, input => Mapped(input, map.Weight));
                    break;
                // their types ask for a state, and they take none, too
                case LSTMCell cell:
                    Listen(cell);
                    break;
                case GRUCell cell:
                    Listen(cell!, new GruCellCount());
                    break;
                case RNNCell cell:
                    Listen(cell!, new RnnCellCount());
                    break;
                case LSTM or GRU or RNN:
                    Uncounted.Add($"{Place(name, module)}: NeuroBench counts operations of recurrent cells, not of whole layers");
                    break;
                case Convolution:
                    Uncounted.Add($"{Place(name, module)}: operations of a transposed convolution");
                    break;
                case IAttention:
                    Uncounted.Add($"{Place(name, module)}: products of queries, keys and values");
                    break;
            }
        }
    }

    public double Macs { get; private set; }

    public double Acs { get; private set; }

    public double Dense { get; private set; }

    public List<string> Uncounted { get; } = [];

    public void Dispose() => removals.ForEach(remove => remove());

    /// <summary>What a module is called in a message.</summary>
    internal static string Place(string name, nn.Module module) => name.Length == 0 ? module.GetName() : $"{name} ({module.GetName()})";

    /// <summary>1 where a number is not 0, else 0, in float64.</summary>
    internal static Tensor Binary(Tensor values) => values.detach().ne(0).to(ScalarType.Float64);

    private void Listen(nn.Module<Tensor, Tensor> layer, Func<Tensor, (double Effective, double Dense)> count) =>
        removals.Add(layer.register_forward_pre_hook((_, input) =>
        {
            Add(input, () => count(input));
            return input;
        }).remove);

    private void Listen(nn.Module<Tensor, Tensor?, Tensor> cell, CellCount count) =>
        removals.Add(cell.register_forward_pre_hook((_, input, state) =>
        {
            Add(input, () => count.Count(cell, input, state, null));
            return (input, state);
        }).remove);

    private void Listen(LSTMCell cell) => removals.Add(cell.register_forward_pre_hook((_, input, state) =>
    {
        Add(input, () => new LstmCellCount().Count(cell, input, state?.Item1, state?.Item2));
        return (input, state);
    }).remove);

    private void Add(Tensor input, Func<(double Effective, double Dense)> count)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var values = input.detach();
        var isSpiking = values.eq(0).logical_or(values.abs().eq(1)).all().item<bool>();
        var (effective, dense) = count();
        Dense += dense;
        if (isSpiking)
        {
            Acs += effective;
        }
        else
        {
            Macs += effective;
        }
    }

    /// <summary>An input [..., in] reaches as many outputs as its column of weights has numbers other than 0.</summary>
    private static (double Effective, double Dense) Mapped(Tensor input, Tensor weight)
    {
        var (outputs, features) = (weight.shape[0], weight.shape[1]);
        if (input.dim() == 0 || input.shape[^1] != features)
        {
            return (0, 0); // the layer refuses it itself
        }

        var fanOut = Binary(weight).reshape(outputs, features).sum([0L]);
        return ((Binary(input) * fanOut).sum().item<double>(), (double)input.numel() * outputs);
    }

    /// <summary>The convolution of ones and zeros, with the weights of a group's outputs added up before: its sum is the same.</summary>
    private static (double Effective, double Dense) Convolved(Tensor input, Convolution convolution)
    {
        var geometry = ConvolutionGeometry.Of(convolution);
        var weight = convolution.weight!;
        var unbatched = input.dim() == weight.dim() - 1;
        var values = Binary(unbatched ? input.unsqueeze(0) : input);
        var (groups, outputs) = (convolution.groups, weight.shape[0]);
        Tensor Summed(Tensor ones) => ones.reshape([groups, outputs / groups, .. weight.shape[1..]]).sum(1);
        var effective = geometry.Convolve(values, Summed(Binary(weight)), null).sum().item<double>();
        var one = ones_like(values.narrow(0, 0, 1));
        var dense = geometry.Convolve(one, Summed(ones_like(weight, dtype: ScalarType.Float64)), null).sum().item<double>();
        return (effective, dense * values.shape[0]);
    }
}
