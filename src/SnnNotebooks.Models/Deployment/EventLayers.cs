using SnnNotebooks.Exchange.Nir;
using SnnNotebooks.Exchange.Nir.Operators;
using static TorchSharp.torch;

namespace SnnNotebooks.Deployment;

/// <summary>Makes the layer of a node.</summary>
internal static class EventLayers
{
    /// <summary>The layer, or null where a node only changes how the elements are counted.</summary>
    public static EventLayer? Of(string name, NirNode node, MapShape input, NirOptions options, int? bits) => node.Type switch
    {
        "Flatten" when node.Integers("start_dim", 1)[0] == 0 && node.Integers("end_dim", 1)[0] == -1 => null,
        "Linear" or "Affine" => Dense(node, input, bits),
        "Conv1d" or "Conv2d" => Convolution(name, node, input, bits),
        "SumPool2d" or "AvgPool2d" => new PoolLayer(
            input, Pair(node, "kernel_size"), Pair(node, "stride"), Pair(node, "padding"), node.Type == "AvgPool2d"),
        "IF" or "LIF" or "I" or "LI" => Neurons(name, node, input, options),
        _ => throw new NirException($"Node {name} is a {node.Type}, which is not run here; run the graph with {nameof(NirNetwork)}."),
    };

    private static (int Down, int Across) Pair(NirNode node, string field)
    {
        var pair = node.Integers(field, 2);
        return ((int)pair[0], (int)pair[1]);
    }

    private static float[] Floats(NirArray array) => Array.ConvertAll(array.ToDoubles(), value => (float)value);

    private static DenseLayer Dense(NirNode node, MapShape input, int? bits)
    {
        var weight = node.Array("weight");
        var (outputs, inputs) = ((int)weight.Shape[0], (int)weight.Shape[1]);
        var (given, rows) = (Floats(weight), new float[inputs * outputs]);
        for (var i = 0; i < inputs; i++)
        {
            for (var o = 0; o < outputs; o++)
            {
                // a flattened image arrives in inner order
                rows[(input.ToInner(i) * outputs) + o] = given[(o * inputs) + i];
            }
        }

        return new DenseLayer(new WeightRows(rows, outputs, bits),
            node.OptionalArray("bias") is { } bias ? Floats(bias) : new float[outputs]);
    }

    private static ConvolutionLayer Convolution(string name, NirNode node, MapShape input, int? bits)
    {
        var weight = node.Array("weight");
        var axes = weight.Shape.Count - 2;
        if (node.Integers("groups", 1)[0] != 1 || node.Fields["padding"] is NirText { Text: "same" })
        {
            throw new NirException(
                $"Node {name}: convolutions with groups or with padding 'same' are not run here; run the graph with {nameof(NirNetwork)}.");
        }

        (int Down, int Across) Two(string field, int single)
        {
            var numbers = node.Fields[field] is NirText ? new long[axes] : node.Integers(field, axes);
            return axes == 1 ? (single, (int)numbers[0]) : ((int)numbers[0], (int)numbers[1]);
        }

        var (kernelDown, kernelAcross) = axes == 1 ? (1, (int)weight.Shape[2]) : ((int)weight.Shape[2], (int)weight.Shape[3]);
        var (outputs, inputs) = ((int)weight.Shape[0], (int)weight.Shape[1]);
        var (given, rows) = (Floats(weight), new float[weight.Count]);
        var taps = kernelDown * kernelAcross;
        for (var o = 0; o < outputs; o++)
        {
            for (var i = 0; i < inputs; i++)
            {
                for (var tap = 0; tap < taps; tap++)
                {
                    var (down, across) = Math.DivRem(tap, kernelAcross);
                    var row = (i * taps) + (down * kernelAcross) + (kernelAcross - 1 - across);
                    rows[(row * outputs) + o] = given[(((o * inputs) + i) * taps) + tap];
                }
            }
        }

        return new ConvolutionLayer(input, new WeightRows(rows, outputs, bits), Floats(node.Array("bias")), (kernelDown, kernelAcross),
            Two("stride", 1), Two("padding", 0), Two("dilation", 1));
    }

    private static NeuronLayer Neurons(string name, NirNode node, MapShape input, NirOptions options)
    {
        using var scope = NewDisposeScope();
        using var parameters = NeuronParameters.Of(name, node, options, ScalarType.Float32);
        float[]? Inner(Tensor? values)
        {
            if (values is null)
            {
                return null;
            }

            var outer = values.numel() == 1
                ? Enumerable.Repeat(values.item<float>(), input.Size).ToArray()
                : values.flatten().Numbers<float>();
            var inner = new float[input.Padded];
            Array.Fill(inner, 1);
            for (var i = 0; i < outer.Length; i++)
            {
                inner[input.ToInner(i)] = outer[i];
            }

            return inner;
        }

        return new NeuronLayer(input)
        {
            Tau = Inner(parameters.Tau),
            Leak = Inner(parameters.Leak),
            Resistance = Inner(parameters.Resistance),
            Threshold = Inner(parameters.Threshold),
            ResetTo = Inner(parameters.ResetTo),
            InputUndivided = parameters.InputUndivided,
            FiresAtEquality = parameters.FiresAtEquality,
            StartsAtReset = parameters.StartsAtReset,
        }.Started();
    }
}
