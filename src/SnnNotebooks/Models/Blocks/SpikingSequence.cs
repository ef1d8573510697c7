using System.Globalization;
using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>
/// Layers one after the other on a sequence, registered as 0, 1, ...: neurons and other layers with a memory see the sequence,
/// stateless layers all its steps at once. The layout of SpikingJelly's own models.
/// </summary>
public sealed class SpikingSequence : NamedModule
{
    private readonly IReadOnlyList<nn.Module<Tensor, Tensor>> layers;

    /// <summary>Takes over the layers.</summary>
    /// <param name="layers">In order.</param>
    public SpikingSequence(IReadOnlyList<nn.Module<Tensor, Tensor>> layers)
        : base(nameof(SpikingSequence))
    {
        ArgumentNullException.ThrowIfNull(layers);
        this.layers = layers;
        for (var i = 0; i < layers.Count; i++)
        {
            register_module(i.ToString(CultureInfo.InvariantCulture), layers[i]);
        }
    }

    /// <summary>Runs the layers.</summary>
    /// <param name="input">[T, B, ...].</param>
    /// <returns>[T, B, ...'].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input;
        foreach (var layer in layers)
        {
            x = layer switch
            {
                SpikingNeuron neuron when x.dim() == 5 => neuron.Fire(x),
                IStateful or Voting => layer.call(x),
                _ => layer.OverTime(x),
            };
        }

        return x.MoveToOuterDisposeScope();
    }
}
