using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>The running average of a network's weights, where a recipe asks for one.</summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly nn.Module network;
    private readonly double decay;
    private readonly Dictionary<string, Tensor> values = new(StringComparer.Ordinal);

    /// <summary>Begins with the weights as they are.</summary>
    /// <param name="network">The network.</param>
    /// <param name="decay">In [0, 1); 0 for no average.</param>
    public WeightAverage(nn.Module network, double decay)
    {
        (this.network, this.decay) = (network, decay);
        if (decay > 0)
        {
            foreach (var (name, parameter) in network.named_parameters())
            {
                values[name] = parameter.detach().clone().DetachFromDisposeScope();
            }
        }
    }

    /// <summary>The averages, by the parameters' names; none where none are kept.</summary>
    public IReadOnlyDictionary<string, Tensor> Values => values;

    /// <summary>Goes along with a step of the weights.</summary>
    public void Follow()
    {
        using var off = no_grad();
        foreach (var (name, parameter) in Averaged())
        {
            values[name].mul_(decay).add_(parameter, alpha: 1 - decay);
        }
    }

    /// <summary>Gives the network the average, until disposed.</summary>
    public IDisposable Given()
    {
        using var off = no_grad();
        var own = Averaged()
            .Select(entry => (entry.parameter, Value: entry.parameter.detach().clone().DetachFromDisposeScope())).ToList();
        Keep();
        return new Restoring(own);
    }

    /// <summary>Gives the network the average for good.</summary>
    public void Keep()
    {
        using var off = no_grad();
        foreach (var (name, parameter) in Averaged())
        {
            parameter.copy_(values[name]);
        }
    }

    /// <summary>Lets the average go.</summary>
    public void Dispose()
    {
        foreach (var tensor in values.Values)
        {
            tensor.Dispose();
        }
    }

    private IEnumerable<(string name, Parameter parameter)> Averaged() =>
        network.named_parameters().Where(entry => values.ContainsKey(entry.name));

    private sealed class Restoring(List<(Parameter Parameter, Tensor Value)> own) : IDisposable
    {
        public void Dispose()
        {
            using var off = no_grad();
            foreach (var (parameter, value) in own)
            {
                parameter.copy_(value);
                value.Dispose();
            }
        }
    }
}
