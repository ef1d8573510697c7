using SnnNotebooks.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers.Spikes;

/// <summary>A convolution or dense layer of spikes as one operation of the autograd graph; of its input it keeps the bits.</summary>
internal sealed unsafe class SpikeLayerNode : GraphNode
{
    private readonly SpikeGeometry of;
    private readonly long[] input;
    private readonly bool isFirst; // whether the input's channels lie before its pixels
    private readonly (bool Input, bool Weight, bool Bias) wanted;

    private SpikeLayerNode(SpikeGeometry of, Tensor x, (bool Input, bool Weight, bool Bias) wanted) =>
        (this.of, input, isFirst, this.wanted) = (of, x.shape, x.is_contiguous(), wanted);

    /// <summary>Runs the layer, in the graph where a gradient is wanted.</summary>
    /// <param name="spikes">Its input, packed.</param>
    /// <param name="of">Sizes.</param>
    /// <param name="x">Its input: [N, C, H, W] of a convolution, [..., C] of a dense layer.</param>
    /// <param name="weight">[C', C, height, width], or [C', C].</param>
    /// <param name="bias">[C'], or null.</param>
    public static Tensor Run(SpikeMap spikes, SpikeGeometry of, Tensor x, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var node = new SpikeLayerNode(of, x, (x.requires_grad, weight.requires_grad, bias is { requires_grad: true }));
        Tensor[] inputs = bias is null ? [x, weight] : [x, weight, bias];
        return node.Run(inputs, [weight, .. spikes.Planes], () => [node.Forward(spikes, x, weight, bias?.contiguous())])[0]
            .MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors)
    {
        if (outputs[0] is not { } gradient)
        {
            return [null, null, null];
        }

        var weight = savedTensors[0];
        var isMap = weight.dim() == 4;
        var rows = !isMap ? gradient.contiguous() // [..., C']
            : gradient.is_contiguous() ? Swapped(
                gradient, gradient.shape[1], of.OutputHeight * of.OutputWidth,
                [of.Count, of.OutputHeight, of.OutputWidth, gradient.shape[1]])
            : gradient.permute(0, 2, 3, 1).contiguous();
        var ofWeight = wanted.Weight ? WeightGradient(new SpikeMap(of, savedTensors[1..]), rows, weight) : null;
        var ofBias = wanted.Bias ? rows.sum([.. Enumerable.Range(0, (int)rows.dim() - 1).Select(axis => (long)axis)]) : null;
        return [wanted.Input ? GradientOfInput(rows, weight) : null, ofWeight, ofBias]; // the largest last, which lets go of the rows
    }

    private Tensor Forward(SpikeMap spikes, Tensor x, Tensor weight, Tensor? bias)
    {
        var columns = (int)weight.shape[0];
        var isMap = weight.dim() == 4;
        var ordered = weight.contiguous();
        var biases = (float*)(bias is null ? 0 : NativeAutograd.Address(bias));

        // the output lies in memory as the input does
        var byPlanes = isMap && x.is_contiguous() && of.OutputHeight * of.OutputWidth > 1;
        var output = byPlanes
            ? TensorBlocks.Empty([of.Count, columns, of.OutputHeight, of.OutputWidth], ScalarType.Float32)
            : TensorBlocks.Empty([of.Count, of.OutputHeight, of.OutputWidth, columns], ScalarType.Float32);
        var to = (float*)NativeAutograd.Address(output);
        SpikeProduct.Forward(spikes, (float*)NativeAutograd.Address(ordered), biases, columns, byPlanes ? Planes : Rows);
        GC.KeepAlive(ordered); // the loops know addresses only
        GC.KeepAlive(bias);
        GC.KeepAlive(output);
        return !isMap ? output.view([.. x.shape[..^1], columns]) : byPlanes ? output : output.permute(0, 3, 1, 2);

        void Rows(float* sums, long first, int rows, int column)
        {
            for (var row = 0; row < rows; row++)
            {
                new ReadOnlySpan<float>(sums + (row * SpikeTables.Piece), SpikeTables.Piece)
                    .CopyTo(new Span<float>(to + ((first + row) * columns) + column, SpikeTables.Piece));
            }
        }

        void Planes(float* sums, long first, int rows, int column)
        {
            var plane = of.OutputHeight * of.OutputWidth;
            for (int row = 0, count; row < rows; row += count)
            {
                var (image, place) = Math.DivRem(first + row, plane);
                count = (int)Math.Min(rows - row, plane - place);
                Transposition.Copy(
                    sums + (row * SpikeTables.Piece), SpikeTables.Piece, count, SpikeTables.Piece,
                    to + (((image * columns) + column) * plane) + place, plane);
            }
        }
    }

    /// <summary>The gradient of the input; where large memory of its own is needed, that of the rows is let go before.</summary>
    private Tensor GradientOfInput(Tensor rows, Tensor weight)
    {
        if (weight.dim() == 2)
        {
            return rows.Product(weight);
        }

        if (InputGradient.Fits(of))
        {
            using var result = TiledInputGradient.Pays(of) ? Tiled() : ByPixels();
            return isFirst
                ? Swapped(result, of.Height * of.Width, of.Channels, [of.Count, of.Channels, of.Height, of.Width])
                : result.permute(0, 3, 1, 2);
        }

        // what a stride leaves of the input's end, no output saw
        var (stride, padding) = (of.Stride, of.Padding);
        return nn.functional.conv_transpose2d(
            rows.permute(0, 3, 1, 2), weight, null, [stride.Height, stride.Width], [padding.Height, padding.Width],
            [Left(2, of.Kernel.Height, stride.Height, padding.Height), Left(3, of.Kernel.Width, stride.Width, padding.Width)]);

        Tensor Tiled()
        {
            using var used = rows;
            return TiledInputGradient.Of(of, used, weight);
        }

        Tensor ByPixels()
        {
            using var turned = InputGradient.Turned(of, rows);
            rows.Dispose();
            return InputGradient.Of(of, turned, weight);
        }

        long Left(int axis, long kernel, long step, long zeros) => (input[axis] + (2 * zeros) - kernel) % step;
    }

    private Tensor WeightGradient(SpikeMap spikes, Tensor rows, Tensor weight)
    {
        var columns = (int)weight.shape[0];
        var result = TensorBlocks.Empty([columns, spikes.Depth], ScalarType.Float32);
        SpikeProduct.WeightGradient(
            spikes, (float*)NativeAutograd.Address(rows), columns, get_num_threads(), (float*)NativeAutograd.Address(result));
        GC.KeepAlive(rows); // the loops know addresses only
        GC.KeepAlive(result);
        return Swapped(result, of.Kernel.Height * of.Kernel.Width, of.Channels, weight.shape);
    }

    /// <summary>[N, rows, columns] as [N, columns, rows], in a shape; libtorch's copy takes several times as long.</summary>
    private static Tensor Swapped(Tensor matrices, long rows, long columns, long[] shape)
    {
        if (rows == 1 || columns == 1)
        {
            return matrices.view(shape);
        }

        var swapped = TensorBlocks.Empty(shape, ScalarType.Float32);
        var from = (float*)NativeAutograd.Address(matrices);
        var to = (float*)NativeAutograd.Address(swapped);
        var end = from + matrices.numel();
        for (; from < end; from += rows * columns, to += rows * columns)
        {
            Transposition.Copy(from, columns, (int)rows, (int)columns, to, rows);
        }

        GC.KeepAlive(matrices); // the loop knows addresses only
        GC.KeepAlive(swapped);
        return swapped;
    }
}
