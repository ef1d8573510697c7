using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>
/// Turns images into tokens of membrane currents: a convolution, then four times neurons, (pooling,) convolution, each convolution with
/// normalisation, so that all but the first see spikes only (C. Zhou et al., arXiv:2304.11954).
/// </summary>
public sealed class SpikingTokenizer : RecomputableBlock
{
    private readonly Downsampling downsampling;
    private readonly IReadOnlyList<bool> pools;
    private readonly ConvBn encoder;
    private readonly List<(SpikingNeuron Neuron, ConvBn Layer)> stages = [];

    /// <summary>Builds the module.</summary>
    /// <param name="channels">Channels of the input.</param>
    /// <param name="features">D, a multiple of 8: the convolutions have D/8, D/4, D/2, D and D.</param>
    /// <param name="pools">For each of the four later stages, whether it halves height and width.</param>
    /// <param name="downsampling">Whether spikes or currents are pooled.</param>
    /// <param name="names">The layers' names up to their number: <c>proj</c>, whose first has none, or <c>block</c>, counted from
    /// 0.</param>
    /// <param name="neurons">The neurons.</param>
    public SpikingTokenizer(int channels, int features, IReadOnlyList<bool> pools, Downsampling downsampling, string names,
        TransformerNeurons neurons)
        : base(nameof(SpikingTokenizer))
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(neurons);
        (this.downsampling, this.pools) = (downsampling, pools);
        var first = names == "block" ? "block0" : names;
        encoder = new ConvBn(this, first + "_conv", first + "_bn", channels, features / 8);
        for (var stage = 1; stage <= 4; stage++)
        {
            var neuron = neurons.Create();
            register_module($"{names}{stage}_lif", neuron);
            var inputs = features >> (4 - stage);
            stages.Add(
                (neuron, new ConvBn(this, $"{names}{stage}_conv", $"{names}{stage}_bn", inputs, stage == 4 ? features : inputs * 2)));
        }
    }

    /// <summary>Splits images into tokens.</summary>
    /// <param name="input">[T, B, channels, H, W].</param>
    /// <returns>[T, B, N, D].</returns>
    protected override Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (x, layer) = (input, encoder);
        for (var stage = 0; stage < stages.Count; stage++)
        {
            var neuron = stages[stage].Neuron;
            x = (pools[stage], downsampling) switch
            {
                (false, _) => layer.Fire(neuron, x),
                (true, Downsampling.BeforeNeuron) => neuron.Fire(FeatureMaps.Pool(layer.Apply(x))),
                _ => FeatureMaps.Pool(layer.Fire(neuron, x)),
            };
            layer = stages[stage].Layer;
        }

        return FeatureMaps.ToTokens(layer.Apply(x)).MoveToOuterDisposeScope();
    }
}
