using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>One convolution of a <see cref="DeformedShortcutEmbedding"/>.</summary>
/// <param name="Name">Its published name, without <c>_conv</c>.</param>
/// <param name="Outputs">Its feature maps.</param>
/// <param name="Pools">Whether currents are pooled between normalisation and neurons.</param>
internal readonly record struct EmbeddingStage(string Name, int Outputs, bool Pools);

/// <summary>
/// Patch embedding with a deformed shortcut (SPEDS; C. Zhou et al., NeurIPS 2024, section 3.5): spikes pass through 3 x 3 convolutions and,
/// beside them, one strided 1 x 1 convolution; both results are added.
/// </summary>
public sealed class DeformedShortcutEmbedding : RecomputableBlock
{
    private readonly int shared;
    private readonly ResidualKind residual;
    private readonly List<(ConvBn Layer, bool Pools, SpikingNeuron? Neuron)> stages = [];
    private readonly ConvBn shortcut;
    private readonly SpikingNeuron? shortcutNeuron;

    /// <summary>Builds the module.</summary>
    /// <param name="inputs">Channels of the input.</param>
    /// <param name="stages">The convolutions, in order.</param>
    /// <param name="shared">How many of them come before the shortcut branches off.</param>
    /// <param name="neurons">The neurons.</param>
    /// <param name="residual">Neurons after each convolution, or before each.</param>
    /// <param name="encodes">Whether its input are images: no neurons come before its first convolution then.</param>
    internal DeformedShortcutEmbedding(
        int inputs, IReadOnlyList<EmbeddingStage> stages, int shared, TransformerNeurons neurons, ResidualKind residual, bool encodes)
        : base(nameof(DeformedShortcutEmbedding))
    {
        (this.shared, this.residual) = (shared, residual);
        var membrane = residual == ResidualKind.Membrane;
        var channels = inputs;
        foreach (var stage in stages)
        {
            var neuron = membrane && encodes && this.stages.Count == 0 ? null : neurons.Create();
            this.stages.Add((new ConvBn(this, stage.Name + "_conv", stage.Name + "_bn", channels, stage.Outputs), stage.Pools, neuron));
            if (neuron is not null)
            {
                register_module(stage.Name + "_lif", neuron);
            }

            channels = stage.Outputs;
        }

        var branching = shared == 0 ? inputs : stages[shared - 1].Outputs;
        shortcut = new ConvBn(this, "proj_res_conv", "proj_res_bn", branching, channels, kernel: 1,
            stride: 1 << stages.Skip(shared).Count(stage => stage.Pools));
        if (!membrane)
        {
            register_module("proj_res_lif", shortcutNeuron = neurons.Create());
        }
    }

    /// <summary>Embeds.</summary>
    /// <param name="input">Feature maps [T, B, C, H, W].</param>
    /// <returns>Feature maps [T, B, C', H', W']: 0, 1 or 2 with neurons last, currents with neurons first.</returns>
    protected override Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input;
        var branching = input;
        var membrane = residual == ResidualKind.Membrane;
        for (var i = 0; i < stages.Count; i++)
        {
            var (layer, pools, neuron) = stages[i];
            x = membrane ? Fired(neuron, x) : x;
            if (i == shared)
            {
                branching = x;
            }

            x = (membrane, pools) switch
            {
                (false, false) => Behind(layer, neuron, x),
                (false, true) => Fired(neuron, FeatureMaps.Pool(layer.Apply(x))),
                (true, false) => layer.Apply(x),
                (true, true) => FeatureMaps.Pool(layer.Apply(x)),
            };
        }

        return (x + Behind(shortcut, shortcutNeuron, branching)).MoveToOuterDisposeScope();

        static Tensor Behind(ConvBn layer, SpikingNeuron? neuron, Tensor maps) =>
            neuron is null ? layer.Apply(maps) : layer.Fire(neuron, maps);

        static Tensor Fired(SpikingNeuron? neuron, Tensor currents) => neuron is null ? currents : neuron.Fire(currents);
    }
}
