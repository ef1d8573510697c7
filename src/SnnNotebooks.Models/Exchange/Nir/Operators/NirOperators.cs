using SnnNotebooks.Layers;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange.Nir.Operators;

/// <summary>Makes the operator of a node.</summary>
internal static class NirOperators
{
    /// <summary>Whether a node remembers, so that a cycle may be cut at its output.</summary>
    public static bool HoldsState(NirNode node) => node.Type is "I" or "IF" or "LI" or "LIF" or "CubaLI" or "CubaLIF";

    /// <summary>The operator of a node whose fields have been checked.</summary>
    public static NirOperator Of(string name, NirNode node, NirOptions options, ScalarType type) => node.Type switch
    {
        "Input" or "Output" or NirFlattening.PassOn => new Pass(name, node.Array("shape").ToIntegers()),
        "Linear" or "Affine" => new Map(name, node.Array("weight").ToTensor(type), node.OptionalArray("bias")?.ToTensor(type)),
        "Scale" => new Scale(name, node.Array("scale").ToTensor(type)),
        "Threshold" => new Threshold(name, node.Array("threshold").ToTensor(type)),
        "Flatten" => new Join(name, node.Integers("start_dim", 1)[0], node.Integers("end_dim", 1)[0]),
        "SumPool2d" or "AvgPool2d" => new Pool(
            name, node.Integers("kernel_size", 2), node.Integers("stride", 2), node.Integers("padding", 2), node.Type == "AvgPool2d"),
        "Conv1d" or "Conv2d" => Convolve(name, node, type),
        "Delay" => Delayed(name, node, options),
        _ => new Neuron(name, NeuronParameters.Of(name, node, options, type)),
    };

    private static Convolution Convolve(string name, NirNode node, ScalarType type)
    {
        var weight = node.Array("weight");
        long[] kernel = [.. weight.Shape.Skip(2)];
        var dilation = node.Integers("dilation", kernel.Length);
        var (before, after) = node.Fields["padding"] switch
        {
            NirText { Text: "same" } => ConvolutionGeometry.Same(kernel, dilation),
            NirText => (new long[kernel.Length], new long[kernel.Length]),
            _ => (node.Integers("padding", kernel.Length), node.Integers("padding", kernel.Length)),
        };
        var geometry = new ConvolutionGeometry(
            kernel, node.Integers("stride", kernel.Length), dilation, before, after, groups: node.Integers("groups", 1)[0]);
        return new Convolution(name, weight.ToTensor(type), node.Array("bias").ToTensor(type), geometry);
    }

    private static Delay Delayed(string name, NirNode node, NirOptions options)
    {
        var delay = node.Array("delay");
        var steps = Array.ConvertAll(delay.ToDoubles(), seconds => Math.Round(seconds / options.TimeStep));
        return Array.Exists(steps, count => count > Delay.Longest)
            ? throw new NirException(
                FormattableString.Invariant(
                    $"Node {name} (Delay): {steps.Max()} time steps of {options.TimeStep} s; at most {Delay.Longest} are run."))
            : new Delay(name, delay.Shape.ToArray(), Array.ConvertAll(steps, count => (long)count));
    }
}
