using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>Which attention a stage of QKFormer has.</summary>
public enum QKAttentionKind
{
    /// <summary>Token attention: a token of a head is on where its queries, summed over features, make a neuron fire.</summary>
    Token,

    /// <summary>
    /// Channel attention: a feature is on where its queries, summed over tokens, make a neuron fire. The paper has it, its code does not.
    /// </summary>
    Channel,

    /// <summary>Spiking self-attention, quadratic in tokens or in features of a head.</summary>
    Self,
}

/// <summary>
/// Q-K attention (C. Zhou et al., NeurIPS 2024, arXiv:2403.16552): sums of query spikes switch key spikes on and off, A = LIF(sum Q), X' =
/// A * K, at a cost linear in tokens and in features.
/// </summary>
public sealed class QKAttention : NamedModule, IAttention
{
    private readonly QKAttentionKind kind;
    private readonly ResidualKind residual;
    private readonly TokenLayer query;
    private readonly TokenLayer key;
    private readonly TokenLayer projection;
    private readonly SpikingNeuron queryNeuron;
    private readonly SpikingNeuron keyNeuron;
    private readonly SpikingNeuron attentionNeuron;
    private readonly SpikingNeuron projectionNeuron;

    /// <summary>Builds the module.</summary>
    /// <param name="features">C, a multiple of <paramref name="heads"/>.</param>
    /// <param name="heads">Attention heads.</param>
    /// <param name="kind">Token or channel attention.</param>
    /// <param name="neurons">The neurons.</param>
    /// <param name="residual">Neurons last, or first.</param>
    /// <exception cref="ArgumentException">The features are no multiple of the heads, or the kind is self-attention.</exception>
    public QKAttention(int features, int heads, QKAttentionKind kind, TransformerNeurons neurons,
        ResidualKind residual = ResidualKind.Spikes)
        : base(nameof(QKAttention))
    {
        ArgumentNullException.ThrowIfNull(neurons);
        HeadLayout.Check(features, heads);
        if (kind == QKAttentionKind.Self)
        {
            throw new ArgumentException(
                "Q-K attention attends to tokens or to channels; self-attention is SpikingSelfAttention.", nameof(kind));
        }

        (Heads, this.kind, this.residual) = (heads, kind, residual);
        query = new TokenLayer(this, "q", features, features, PointwiseForm.Conv1d, hasBias: false);
        register_module("q_lif", queryNeuron = neurons.Create());
        key = new TokenLayer(this, "k", features, features, PointwiseForm.Conv1d, hasBias: false);
        register_module("k_lif", keyNeuron = neurons.Create());
        register_module("attn_lif", attentionNeuron = neurons.Create(TransformerNeurons.AttentionThreshold));
        projection = new TokenLayer(this, "proj", features, features, PointwiseForm.Conv1d, hasBias: true);
        register_module("proj_lif", projectionNeuron = neurons.Create());
    }

    /// <inheritdoc/>
    public int Heads { get; }

    /// <summary>Attends.</summary>
    /// <param name="input">Tokens [T, B, N, C].</param>
    /// <returns>[T, B, N, C]: spikes with neurons last, currents with neurons first.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var membrane = residual == ResidualKind.Membrane;
        var x = membrane ? projectionNeuron.call(input) : input;
        var q = query.Fire(queryNeuron, x);
        var k = key.Fire(keyNeuron, x);
        var attended = kind == QKAttentionKind.Token
            ? (attentionNeuron.call(PerHead(q).sum(-1, keepdim: true)) * PerHead(k)).flatten(3)
            : attentionNeuron.call(q.sum(2, keepdim: true)) * k;
        return (membrane ? projection.Apply(attended) : projection.Fire(projectionNeuron, attended)).MoveToOuterDisposeScope();
    }

    private Tensor PerHead(Tensor tokens) => tokens.unflatten(3, [Heads, tokens.shape[3] / Heads]);
}
