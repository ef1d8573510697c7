using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>x + attention(x), then x + mlp(x), with no normalisation between.</summary>
public sealed class TransformerBlock : RecomputableBlock
{
    private readonly nn.Module<Tensor, Tensor> attention;
    private readonly nn.Module<Tensor, Tensor> mlp;

    /// <summary>Takes over both branches.</summary>
    /// <param name="attentionName">The attention's name in the published code.</param>
    /// <param name="attention">Maps tokens [T, B, N, C] to the same.</param>
    /// <param name="mlp">Likewise.</param>
    /// <param name="unusedNorms">Features of two layer normalisations that published checkpoints contain and no computation uses; 0 for
    /// none.</param>
    public TransformerBlock(string attentionName, nn.Module<Tensor, Tensor> attention, nn.Module<Tensor, Tensor> mlp, int unusedNorms = 0)
        : base(nameof(TransformerBlock))
    {
        (this.attention, this.mlp) = (attention, mlp);
        if (unusedNorms > 0)
        {
            register_module("norm1", nn.LayerNorm(unusedNorms));
        }

        register_module(attentionName, attention);
        if (unusedNorms > 0)
        {
            register_module("norm2", nn.LayerNorm(unusedNorms));
        }

        register_module(nameof(mlp), mlp);
    }

    /// <summary>Runs the block.</summary>
    /// <param name="input">Tokens [T, B, N, C].</param>
    /// <returns>[T, B, N, C].</returns>
    protected override Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        var attended = input + attention.call(input);
        return (attended + mlp.call(attended)).MoveToOuterDisposeScope();
    }
}
