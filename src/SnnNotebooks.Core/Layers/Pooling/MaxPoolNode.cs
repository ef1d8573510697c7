using SnnNotebooks.Native;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers.Pooling;

/// <summary>Pooling 2 x 2 as one operation of the autograd graph.</summary>
internal sealed class MaxPoolNode : GraphNode
{
    private MaxPoolNode()
    {
    }

    /// <summary>Pools, in the graph where a gradient is wanted.</summary>
    /// <param name="input">[..., H, W], float32, on the CPU.</param>
    public static Tensor Run(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input.contiguous();
        Tensor output;
        using (no_grad())
        {
            output = empty([.. x.shape[..^2], x.shape[^2] / 2, x.shape[^1] / 2]);
            MaxPoolKernel.Forward(x, output);
        }

        if (!IsWanted(input))
        {
            return output.MoveToOuterDisposeScope();
        }

        var joined = new MaxPoolNode().Join([x], [output], [x])[0];
        return joined.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors)
    {
        if (outputs[0] is not { } gradient)
        {
            return [null];
        }

        var input = savedTensors[0];
        var result = empty(input.shape);
        MaxPoolKernel.Backward(input, gradient.contiguous(), result);
        return [result];
    }
}
