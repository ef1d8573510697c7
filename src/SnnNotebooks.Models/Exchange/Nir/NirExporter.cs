using SnnNotebooks.Conversion;
using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange.Nir;

/// <summary>How a network of the kit becomes a NIR graph.</summary>
/// <param name="TimeStep">Duration of one time step in seconds: NIR's time constants are in seconds, the kit's in steps.</param>
/// <param name="AnnotateSoftReset">
/// NIR has no reset by subtraction. False: such a neuron is refused. True: it is written without v_reset and with a note
/// (<see cref="NirMetadata.Reset"/>) that this kit reads back; another reader would reset it to 0.
/// </param>
public sealed record NirExportOptions(double TimeStep = 1e-3, bool AnnotateSoftReset = false);

/// <summary>
/// Writes a sequence of layers as a NIR graph. Evaluation mode is meant: dropout is left out, batch normalisation is folded into the layer
/// before it.
/// What NIR cannot express is refused by name; that the kit fires at equality (NIR: above the threshold) and starts at the reset potential
/// is noted.
/// </summary>
public static class NirExporter
{
    /// <summary>Makes the graph.</summary>
    /// <param name="network">A Sequential, <see cref="OverTime"/> or <see cref="IStagedNetwork"/>, also nested, of Linear, Conv1d, Conv2d,
    /// BatchNorm, AvgPool2d, Flatten, Dropout, IF, LIF and parametric LIF.</param>
    /// <param name="inputShape">Shape of one step's input, without time and batch.</param>
    /// <param name="options">Time step and soft reset.</param>
    /// <returns>A graph from <c>input</c> to <c>output</c>; nodes are named by their place.</returns>
    /// <exception cref="NirException">A layer cannot be expressed, or does not fit the one before; the message names it.</exception>
    public static NirGraph Export(nn.Module network, IReadOnlyList<long> inputShape, NirExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(inputShape);
        ArgumentNullException.ThrowIfNull(options);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var nodes = new Dictionary<string, NirNode> { ["input"] = Shaped("Input", inputShape) };
        var edges = new List<(string From, string To)>();
        var (last, shape) = ("input", inputShape.ToArray());
        var stages = Stages(network).ToList();
        var type = network.parameters().FirstOrDefault()?.dtype ?? ScalarType.Float32;
        for (var at = 0; at < stages.Count; at++)
        {
            var (name, module) = stages[at];
            var normalisation = at + 1 < stages.Count ? stages[at + 1].Module as BatchNorm : null;
            if (Node(name, module, normalisation, shape, type, options) is not { } node)
            {
                continue;
            }

            at += normalisation is not null && node.Type is "Affine" or "Conv1d" or "Conv2d" ? 1 : 0;
            nodes.Add(name, node);
            edges.Add((last, name));
            using var running = Operators.NirOperators.Of(name, node, new NirOptions(options.TimeStep), type);
            (last, shape) = (name, running.Shape(shape));
        }

        nodes.Add("output", Shaped("Output", shape));
        edges.Add((last, "output"));
        return new NirGraph(nodes, edges);
    }

    private static IEnumerable<(string Name, nn.Module Module)> Stages(nn.Module module, string path = "")
    {
        if (module is not (Sequential or OverTime or IStagedNetwork))
        {
            return [(path.Length == 0 ? "0" : path, module)];
        }

        return module.named_children().SelectMany(child => Stages(child.module, path.Length == 0 ? child.name : $"{path}.{child.name}"));
    }

    private static NirNode? Node(
        string name, nn.Module module, BatchNorm? normalisation, long[] shape, ScalarType type, NirExportOptions options) => module switch
    {
        Linear linear => Linear(linear, normalisation),
        Convolution convolution => Convolve(name, convolution, normalisation, shape),
        AvgPool2d pool => Pool(name, pool),
        Flatten flatten => Flat(flatten, shape),
        IFNode neuron => Neuron(name, neuron, "IF", shape, type, options, []),
        LIFNode neuron => Leaky(name, neuron, neuron.Tau, neuron.DecayInput, shape, type, options),
        ParametricLIFNode neuron => Leaky(name, neuron, neuron.Tau, neuron.DecayInput, shape, type, options),
        Dropout or Dropout2d or Identity => null,
        BatchNorm => throw new NirException($"Layer {name} is a batch normalisation without a Linear or Conv before it to be folded into."),
        _ => throw new NirException(
            $"Layer {name} is a {module.GetName()}, which NIR cannot express here; it takes Linear, Conv1d, Conv2d, BatchNorm after one "
            + "of them, AvgPool2d, Flatten, Dropout, IF, LIF and parametric LIF. Replace it (a MaxPool by an AvgPool) and train again."),
    };

    private static NirNode Shaped(string type, IReadOnlyList<long> shape) =>
        new(type, new Dictionary<string, NirValue> { ["shape"] = Integers(shape) });

    private static NirNode Linear(Linear linear, BatchNorm? normalisation)
    {
        var (weight, bias) = Fold(linear.weight!, linear.bias, normalisation);
        return bias is null
            ? new NirNode("Linear", new Dictionary<string, NirValue> { ["weight"] = NirArray.Of(weight) })
            : new NirNode("Affine", new Dictionary<string, NirValue> { ["weight"] = NirArray.Of(weight), ["bias"] = NirArray.Of(bias) });
    }

    private static NirNode Convolve(string name, Convolution convolution, BatchNorm? normalisation, long[] shape)
    {
        var axes = convolution switch
        {
            Conv1d => 1,
            Conv2d => 2,
            _ => throw new NirException(
                $"Layer {name} is a {convolution.GetName()}; NIR has convolutions over one and two axes, and no transposed ones."),
        };
        if (ConvolutionGeometry.Of(convolution) is not { PadsZeros: true } geometry)
        {
            throw new NirException($"Layer {name} pads with {convolution.padding_mode}; NIR's convolutions pad with zeros.");
        }

        var (weight, bias) = Fold(convolution.weight!, convolution.bias, normalisation);
        return new NirNode($"Conv{axes}d", new Dictionary<string, NirValue>
        {
            ["input_shape"] = axes == 1 ? new NirArray([], [shape[^1]]) : Integers(shape[1..]),
            ["weight"] = NirArray.Of(weight),
            ["stride"] = Size(geometry.Stride),
            ["padding"] = convolution.padding_type is { } named ? new NirText(named.ToString().ToLowerInvariant()) : Size(geometry.Before),
            ["dilation"] = Size(geometry.Dilation),
            ["groups"] = new NirArray([], [geometry.Groups]),
            ["bias"] = NirArray.Of(bias ?? zeros(weight.shape[0], dtype: weight.dtype)),
        });
    }

    private static (Tensor Weight, Tensor? Bias) Fold(Tensor weight, Tensor? bias, BatchNorm? normalisation) =>
        normalisation is null ? (weight, bias) : BatchNormFolding.Fold(weight, bias, normalisation);

    private static NirNode Pool(string name, AvgPool2d pool)
    {
        if (pool.ceil_mode || !pool.count_include_pad || pool.divisor_override is not null)
        {
            throw new NirException($"Layer {name}: NIR's AvgPool2d has no ceil_mode, counts padding, and divides by the kernel's size.");
        }

        long[] Pair(long[] lengths) => lengths.Length == 2 ? lengths : [lengths[0], lengths[0]];
        return new NirNode("AvgPool2d", new Dictionary<string, NirValue>
        {
            ["kernel_size"] = Integers(Pair(pool.kernel_size)),
            ["stride"] = Integers(Pair(pool.stride is { Length: > 0 } stride ? stride : pool.kernel_size)),
            ["padding"] = Integers(pool.padding is { Length: > 0 } padding ? Pair(padding) : [0, 0]),
        });
    }

    /// <summary>A module counts its axes with the batch, NIR without.</summary>
    private static NirNode Flat(Flatten flatten, long[] shape) => new("Flatten", new Dictionary<string, NirValue>
    {
        ["start_dim"] = new NirArray([], [flatten.start_dim > 0 ? flatten.start_dim - 1 : flatten.start_dim]),
        ["end_dim"] = new NirArray([], [flatten.end_dim > 0 ? flatten.end_dim - 1 : flatten.end_dim]),
        ["input_type"] = Integers(shape),
    });

    private static NirNode Leaky(
        string name, SpikingNeuron neuron, double tau, bool decayInput, long[] shape, ScalarType type, NirExportOptions options) =>
        Neuron(name, neuron, "LIF", shape, type, options, new()
        {
            ["tau"] = Filled(shape, tau * options.TimeStep, type),
            ["r"] = Filled(shape, decayInput ? 1 : tau, type),
            ["v_leak"] = Filled(shape, neuron.ResetPotential ?? 0, type),
        }, (NirMetadata.TauSteps, new NirArray([], [tau])));

    private static NirNode Neuron(string name, SpikingNeuron neuron, string primitive, long[] shape, ScalarType type,
        NirExportOptions options, Dictionary<string, NirValue> fields, params (string Name, NirValue Value)[] notes)
    {
        fields.TryAdd("r", Filled(shape, 1, type));
        fields["v_threshold"] = Filled(shape, neuron.Threshold, type);
        if (neuron.ResetPotential is { } reset)
        {
            fields["v_reset"] = Filled(shape, reset, type);
        }
        else if (!options.AnnotateSoftReset)
        {
            throw new NirException(
                $"Layer {name} ({neuron.GetName()}) resets by subtraction, which NIR cannot express: other readers would reset it to 0. "
                + "Ask for AnnotateSoftReset (--annotate-soft-reset) to write it with a note that this kit reads back, or train with a "
                + "hard reset.");
        }

        return new NirNode(primitive, fields)
        {
            Metadata = new Dictionary<string, NirValue>(notes.Select(note => KeyValuePair.Create(note.Name, note.Value)))
            {
                [NirMetadata.Fires] = new NirText(">="),
                [NirMetadata.Reset] = new NirText(neuron.ResetPotential is null ? "subtract" : "set"),
                [NirMetadata.TimeStep] = new NirArray([], [options.TimeStep]),
            },
        };
    }

    private static NirArray Filled(long[] shape, double value, ScalarType type)
    {
        using var filled = full(shape, value, dtype: type);
        return NirArray.Of(filled);
    }

    private static NirArray Integers(IReadOnlyList<long> values) => new([values.Count], [.. values]);

    private static NirArray Size(IReadOnlyList<long> lengths) => lengths.Count == 1 ? new NirArray([], [.. lengths]) : Integers(lengths);
}
