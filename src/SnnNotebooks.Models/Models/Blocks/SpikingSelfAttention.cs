using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>How a <see cref="SpikingSelfAttention"/> is built.</summary>
/// <param name="Features">C, a multiple of <paramref name="Heads"/>.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="Form">How the published code writes the linear maps.</param>
/// <param name="QkvBias">Whether the maps to queries, keys and values have additive terms.</param>
/// <param name="Scale">Factor of the product, a power of two.</param>
/// <param name="Residual">Neurons last (Spikformer, QKFormer) or first (Spikingformer).</param>
/// <param name="LegacyBatchLeak">
/// QKFormer's published code lets the last neuron take T*B for time, so that its membrane leaks from sample to sample of a batch;
/// true does the same, to compare with it.
/// </param>
public sealed record SelfAttentionOptions(
    int Features,
    int Heads,
    PointwiseForm Form = PointwiseForm.Conv1d,
    bool QkvBias = false,
    double Scale = 0.125,
    ResidualKind Residual = ResidualKind.Spikes,
    bool LegacyBatchLeak = false);

/// <summary>
/// Spiking self-attention without softmax (Z. Zhou et al., ICLR 2023, arXiv:2209.15425): queries, keys and values are spikes, and their
/// product, scaled, drives a neuron layer with threshold 0.5. The product is of integers, so its order changes nothing; the cheaper is
/// taken.
/// </summary>
public sealed class SpikingSelfAttention : NamedModule, IAttention
{
    private readonly SelfAttentionOptions options;
    private readonly TokenLayer query;
    private readonly TokenLayer key;
    private readonly TokenLayer value;
    private readonly TokenLayer projection;
    private readonly SpikingNeuron queryNeuron;
    private readonly SpikingNeuron keyNeuron;
    private readonly SpikingNeuron valueNeuron;
    private readonly SpikingNeuron attentionNeuron;
    private readonly SpikingNeuron projectionNeuron;

    /// <summary>Builds the module.</summary>
    /// <param name="options">Sizes and variant.</param>
    /// <param name="neurons">Its neurons.</param>
    /// <exception cref="ArgumentException">The features are no multiple of the heads.</exception>
    public SpikingSelfAttention(SelfAttentionOptions options, TransformerNeurons neurons)
        : base(nameof(SpikingSelfAttention))
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(neurons);
        this.options = options;
        HeadLayout.Check(options.Features, options.Heads);
        (query, queryNeuron) = Branch("q");
        (key, keyNeuron) = Branch("k");
        (value, valueNeuron) = Branch("v");
        register_module("attn_lif", attentionNeuron = neurons.Create(TransformerNeurons.AttentionThreshold));
        projection = new TokenLayer(this, "proj", options.Features, options.Features, options.Form, hasBias: true);
        register_module("proj_lif", projectionNeuron = neurons.Create());

        (TokenLayer Layer, SpikingNeuron Neuron) Branch(string name)
        {
            var layer = new TokenLayer(this, name, options.Features, options.Features, options.Form, options.QkvBias);
            var neuron = neurons.Create();
            register_module(name + "_lif", neuron);
            return (layer, neuron);
        }
    }

    /// <inheritdoc/>
    public int Heads => options.Heads;

    /// <summary>Attends.</summary>
    /// <param name="input">Tokens [T, B, N, C].</param>
    /// <returns>[T, B, N, C]: spikes with neurons last, currents with neurons first.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var membrane = options.Residual == ResidualKind.Membrane;
        var x = membrane ? projectionNeuron.call(input) : input;
        var q = HeadLayout.Split(query.Fire(queryNeuron, x), options.Heads);
        var k = HeadLayout.Split(key.Fire(keyNeuron, x), options.Heads);
        var v = HeadLayout.Split(value.Fire(valueNeuron, x), options.Heads);
        var product = q.shape[3] > q.shape[4]
            ? q.Product(k.transpose(-2, -1).Product(v))
            : q.Product(k.transpose(-2, -1)).Product(v);
        var attended = attentionNeuron.call(HeadLayout.Merge(product * options.Scale));
        return (membrane
            ? projection.Apply(attended)
            : options.LegacyBatchLeak ? Leaking(projection.Apply(attended))
            : projection.Fire(projectionNeuron, attended)).MoveToOuterDisposeScope();
    }

    private Tensor Leaking(Tensor currents) =>
        OverTime.Apply(projectionNeuron.call, currents);
}

/// <summary>Attention heads: feature = head * d + j.</summary>
internal static class HeadLayout
{
    /// <summary>Checks that every head gets the same number of features.</summary>
    public static void Check(int features, int heads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(heads, 1);
        if (features % heads != 0)
        {
            throw new ArgumentException($"{features} features cannot be split among {heads} heads: choose a multiple.", nameof(features));
        }
    }

    /// <summary>[T, B, N, C] to [T, B, h, N, d].</summary>
    public static Tensor Split(Tensor tokens, int heads) => tokens.unflatten(3, [heads, tokens.shape[3] / heads]).transpose(2, 3);

    /// <summary>[T, B, h, N, d] to [T, B, N, C].</summary>
    public static Tensor Merge(Tensor heads) => heads.transpose(2, 3).flatten(3);
}
