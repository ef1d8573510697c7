using System.Text.Json;
using SnnNotebooks.Conformance.NeuroBench;
using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance;

/// <summary>The networks of a reference file, from their descriptions.</summary>
internal static class ReferenceLayers
{
    private const int Most = 1 << 12; // features of a layer, and lengths of a kernel
    private const long MostNumbers = 1 << 20; // of an input

    /// <summary>Layers that run one after the other; over a sequence [T, B, ...] where a neuron is among them.</summary>
    /// <exception cref="InvalidDataException">A layer is of no known kind, or a size is out of range.</exception>
    public static nn.Module Build(JsonElement layers)
    {
        var kinds = layers.EnumerateArray().Select(Kind).ToArray();
        if (kinds is ["lstm" or "gru" or "rnn"])
        {
            return Cell(layers[0]);
        }

        var stages = layers.EnumerateArray().Select(Stage).ToArray();
        return kinds.Any(kind => kind is "leaky" or "if" or "lif") ? new OverTime(stages) : nn.Sequential(stages);
    }

    /// <summary>The shape of a case's input.</summary>
    /// <exception cref="InvalidDataException">It is out of range.</exception>
    public static long[] Shape(JsonElement golden)
    {
        long[] shape = [.. golden.GetProperty("shape").EnumerateArray().Select(axis => axis.GetInt64())];
        return shape.Length is >= 2 and <= 6 && shape.All(axis => axis >= 1)
            && shape.Aggregate(1.0, (all, axis) => all * axis) <= MostNumbers
            ? shape
            : throw new InvalidDataException($"An input of [{string.Join(", ", shape)}] is out of range: {MostNumbers} numbers at most.");
    }

    private static string Kind(JsonElement layer) => layer.GetProperty("kind").GetString()!;

    private static nn.Module Cell(JsonElement layer)
    {
        var (inputs, hidden, bias) = (Size(layer, "in"), Size(layer, "out"), layer.GetProperty("bias").GetBoolean());
        return Kind(layer) switch
        {
            "lstm" => nn.LSTMCell(inputs, hidden, bias),
            "gru" => nn.GRUCell(inputs, hidden, bias),
            _ => nn.RNNCell(inputs, hidden, bias: bias),
        };
    }

    private static nn.Module<Tensor, Tensor> Stage(JsonElement layer) => Kind(layer) switch
    {
        "linear" => nn.Linear(Size(layer, "in"), Size(layer, "out"), layer.GetProperty("bias").GetBoolean()),
        "conv1d" or "conv2d" or "conv3d" => Convolution(layer),
        "relu" => nn.ReLU(),
        "sigmoid" => nn.Sigmoid(),
        "flatten" => nn.Flatten(),
        "leaky" => new SnnTorchLeaky(layer.GetProperty("beta").GetDouble(), layer.GetProperty("reset").GetString() == "zero"),
        "if" => new IFNode(layer.GetProperty("threshold").GetDouble(), Reset(layer)),
        "lif" => new LIFNode(threshold: layer.GetProperty("threshold").GetDouble(), reset: Reset(layer)),
        "batchnorm" => nn.BatchNorm2d(Size(layer, "in")),
        "avgpool" => nn.AvgPool2d(Size(layer, "kernel")),
        var kind => throw new InvalidDataException(
            $"'{kind}' is no kind of layer; expected linear, conv1d, relu, leaky, lstm or their like."),
    };

    private static Convolution Convolution(JsonElement layer)
    {
        long[] kernel = [.. layer.GetProperty("kernel").EnumerateArray().Select(length => Bounded(length, "kernel"))];
        var (inputs, outputs, groups) = (Size(layer, "in"), Size(layer, "out"), Size(layer, "groups"));
        var (stride, padding, dilation) = (Size(layer, "stride"), layer.GetProperty("padding").GetInt64(), Size(layer, "dilation"));
        var bias = layer.GetProperty("bias").GetBoolean();
        return kernel switch
        {
            [var k] => nn.Conv1d(inputs, outputs, k, stride, padding, dilation, groups: groups, bias: bias),
            [var k, var l] => nn.Conv2d(inputs, outputs, (k, l), (stride, stride), (padding, padding), (dilation, dilation),
                groups: groups, bias: bias),
            [var k, var l, var m] => nn.Conv3d(inputs, outputs, (k, l, m), (stride, stride, stride), (padding, padding, padding),
                (dilation, dilation, dilation), groups: groups, bias: bias),
            _ => throw new InvalidDataException($"A kernel has {kernel.Length} axes; expected one to three."),
        };
    }

    private static double? Reset(JsonElement layer) => layer.GetProperty("reset").GetString() == "zero" ? 0 : null;

    private static long Size(JsonElement layer, string name) => Bounded(layer.GetProperty(name), name);

    private static long Bounded(JsonElement number, string name) => number.GetInt64() is >= 1 and <= Most and var size
        ? size
        : throw new InvalidDataException($"'{name}' is not between 1 and {Most}.");
}
