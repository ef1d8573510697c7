using SnnNotebooks.Layers;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange.Nir.Operators;

/// <summary>A node that passes its value on: Input, Output and the ends of nested graphs.</summary>
internal sealed class Pass(string name, long[] shape) : NirOperator(name)
{
    public override long[] Shape(long[] input) =>
        input.SequenceEqual(shape) ? shape : throw Misfit(input, $"[{string.Join(", ", shape)}], its own shape");

    public override Tensor Step(Tensor x) => x.alias();

    public override Tensor Sequence(Tensor x) => x.alias();
}

/// <summary>Linear and Affine: y = W x + b over the last axis.</summary>
internal sealed class Map(string name, Tensor weight, Tensor? bias) : NirOperator(name, weight, bias)
{
    private readonly long[] weight = weight.shape;

    public override long[] Shape(long[] input) =>
        input.Length > 0 && input[^1] == weight[1] ? [.. input[..^1], weight[0]] : throw Misfit(input, $"[..., {weight[1]}]");

    public override Tensor Step(Tensor x) => nn.functional.linear(x, Parameters[0]!, Parameters[1]);
}

/// <summary>Scale: y = s x, element by element.</summary>
internal sealed class Scale(string name, Tensor scale) : NirOperator(name, scale)
{
    public override long[] Shape(long[] input) =>
        Elementwise(input);

    public override Tensor Step(Tensor x) => x * Parameters[0]!;
}

/// <summary>Threshold: 1 where the input is above the threshold, else 0.</summary>
internal sealed class Threshold(string name, Tensor threshold) : NirOperator(name, threshold)
{
    public override long[] Shape(long[] input) =>
        Elementwise(input);

    public override Tensor Step(Tensor x) => x.gt(Parameters[0]!).to(x.dtype);
}

/// <summary>Flatten: joins the axes from start to end, counted without batch; negative ones from the end.</summary>
internal sealed class Join(string name, long start, long end) : NirOperator(name)
{
    public override long[] Shape(long[] input)
    {
        var (first, last) = (start < 0 ? start + input.Length : start, end < 0 ? end + input.Length : end);
        return first >= 0 && first <= last && last < input.Length
            ? [.. input[..(int)first], input[(int)first..((int)last + 1)].Aggregate(1L, (product, length) => product * length),
                .. input[((int)last + 1)..]]
            : throw Misfit(input, $"enough axes to join those from {start} to {end}");
    }

    public override Tensor Step(Tensor x) => x.reshape([x.shape[0], .. Shape(x.shape[1..])]);
}

/// <summary>SumPool2d and AvgPool2d (padding counts as zeros): [C, H, W] to [C, H', W'].</summary>
internal sealed class Pool(string name, long[] kernel, long[] stride, long[] padding, bool average) : NirOperator(name)
{
    public override long[] Shape(long[] input)
    {
        if (input.Length != 3 || padding[0] > kernel[0] / 2 || padding[1] > kernel[1] / 2 || input[1] + (2 * padding[0]) < kernel[0]
            || input[2] + (2 * padding[1]) < kernel[1])
        {
            throw Misfit(input, $"[C, H, W] of at least the kernel {kernel[0]} x {kernel[1]}, and padding of at most half the kernel");
        }

        return [input[0], ((input[1] + (2 * padding[0]) - kernel[0]) / stride[0]) + 1,
            ((input[2] + (2 * padding[1]) - kernel[1]) / stride[1]) + 1];
    }

    public override Tensor Step(Tensor x) =>
        nn.functional.avg_pool2d(x, kernel, stride, padding, divisor_override: average ? kernel[0] * kernel[1] : 1);
}

/// <summary>Conv1d and Conv2d: [C, ...] to [C', ...].</summary>
internal sealed class Convolution(string name, Tensor weight, Tensor bias, ConvolutionGeometry geometry) : NirOperator(name, weight, bias)
{
    private readonly long[] weight = weight.shape;

    public override long[] Shape(long[] input)
    {
        var channels = weight[1] * geometry.Groups;
        return input.Length != geometry.Kernel.Count + 1 || input[0] != channels
            ? throw Misfit(input, $"[{channels}, {(geometry.Kernel.Count == 1 ? "L" : "H, W")}]")
            : geometry.Fits(input[1..]) ? [weight[0], .. geometry.Output(input[1..])]
            : throw Misfit(input, "an input at least as large as the kernel");
    }

    public override Tensor Step(Tensor x) => geometry.Convolve(x, Parameters[0]!, Parameters[1]);
}
