using SnnNotebooks.Native;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers.Pooling;

/// <summary>Pooling 2 x 2 as one operation of the autograd graph.</summary>
internal sealed class MaxPoolNode : GraphNode
{
    /// <summary>Pools, in the graph where a gradient is wanted.</summary>
    /// <param name="input">[..., H, W], float32, on the CPU.</param>
    public static Tensor Run(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input.contiguous();
        return new MaxPoolNode().Run([x], [x], () =>
        {
            var output = TensorBlocks.Empty([.. x.shape[..^2], x.shape[^2] / 2, x.shape[^1] / 2], ScalarType.Float32);
            MaxPoolKernel.Forward(x, output);
            return [output];
        })[0].MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors)
    {
        if (outputs[0] is not { } gradient)
        {
            return [null];
        }

        var input = savedTensors[0];
        var result = TensorBlocks.Empty(input.shape, ScalarType.Float32);
        MaxPoolKernel.Backward(input, gradient.contiguous(), result);
        return [result];
    }
}
