using SnnNotebooks.Exchange.Nir;

namespace SnnNotebooks.Deployment;

/// <summary>
/// A trained network for inference only: plain arrays, no autograd, no tensor library. Each time step costs what its spikes cost: an input
/// that is zero is never touched, and nothing is allocated. It is made from a NIR graph (<see cref="NirExporter"/> makes one of a trained
/// network, with batch normalisation folded
/// into the weights), fires the same spikes up to the rounding of sums, and may hold its weights in few bits.
/// </summary>
public sealed class EventNetwork
{
    private readonly EventLayer[] layers;
    private readonly float[][] values;
    private readonly int[] events;
    private readonly float[] amounts;
    private readonly float[] entering;
    private readonly float[] shown;

    private EventNetwork(EventLayer[] layers, MapShape input)
    {
        this.layers = layers;
        (InputSize, OutputSize) = (input.Size, layers.Length == 0 ? input.Size : layers[^1].Output.Size);
        values = Array.ConvertAll(layers, layer => new float[layer.Output.Padded]);
        var most = Math.Max(input.Size, layers.Select(layer => layer.Output.Size).DefaultIfEmpty(0).Max());
        (events, amounts) = (new int[most + 1], new float[most + 1]);
        (Input, entering, shown) = (input, new float[input.Padded], new float[OutputSize]);
    }

    /// <summary>Elements of one step's input.</summary>
    public int InputSize { get; }

    /// <summary>Elements of one step's output.</summary>
    public int OutputSize { get; }

    /// <summary>Weights added since the last <see cref="Reset"/>: the synaptic operations really done.</summary>
    public long SynapticOperations { get; private set; }

    /// <summary>Bytes that the weights take.</summary>
    public long WeightBytes => layers.Sum(layer => layer.WeightBytes);

    private MapShape Input { get; }

    /// <summary>Makes the network.</summary>
    /// <param name="graph">A chain of nodes from one Input to one Output.</param>
    /// <param name="options">Time step, and what NIR leaves open.</param>
    /// <param name="bits">2 to 8: weights as whole numbers of so many bits with one scale per output; null: float32.</param>
    /// <returns>The network.</returns>
    /// <exception cref="NirException">The graph is no chain, or holds a node that is not run here; the message names it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of bits is another.</exception>
    public static EventNetwork From(NirGraph graph, NirOptions options, int? bits = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(options);
        if (bits is not null and (< 2 or > 8))
        {
            throw new ArgumentOutOfRangeException(nameof(bits), bits, "Weights are held in 2 to 8 bits.");
        }

        using (new NirNetwork(graph, options))
        {
            // checks every node, shape and time constant, with messages of its own
        }

        var chain = Chain(graph);
        var shape = MapShape.Of(graph.Nodes[chain[0]].Array("shape").ToIntegers());
        var input = shape;
        var layers = new List<EventLayer>();
        foreach (var name in chain.Skip(1).SkipLast(1))
        {
            if (EventLayers.Of(name, graph.Nodes[name], shape, options, bits) is { } layer)
            {
                layers.Add(layer);
                shape = layer.Output;
            }
            else
            {
                shape = shape.Flat;
            }
        }

        return new EventNetwork([.. layers], input);
    }

    /// <summary>Takes one time step.</summary>
    /// <param name="input">All elements of the step's input in row-major order [C, H, W].</param>
    /// <returns>The output of the step in row-major order; valid until the next call.</returns>
    /// <exception cref="ArgumentException">The input has another length.</exception>
    public ReadOnlySpan<float> Step(ReadOnlySpan<float> input)
    {
        if (input.Length != InputSize)
        {
            throw new ArgumentException($"A step has {InputSize} elements; {input.Length} were given.", nameof(input));
        }

        var count = 0;
        for (var i = 0; i < input.Length; i++)
        {
            if (input[i] != 0)
            {
                (events[count], amounts[count]) = (Input.ToInner(i), input[i]);
                count++;
            }
        }

        return Run(count);
    }

    /// <summary>Takes one time step given as events: who fired, each once for each spike.</summary>
    /// <param name="fired">Places in the step's input, row-major [C, H, W].</param>
    /// <returns>The output of the step in row-major order; valid until the next call.</returns>
    /// <exception cref="ArgumentException">There is no such place, or there are more events than elements: sum them up first.</exception>
    public ReadOnlySpan<float> Step(ReadOnlySpan<int> fired)
    {
        if (fired.Length > InputSize)
        {
            throw new ArgumentException(
                $"{fired.Length} events for {InputSize} elements: sum the events of a step up and give all elements instead.",
                nameof(fired));
        }

        for (var i = 0; i < fired.Length; i++)
        {
            if ((uint)fired[i] >= (uint)InputSize)
            {
                throw new ArgumentException($"Event {i} is at place {fired[i]}; places are 0 to {InputSize - 1}.", nameof(fired));
            }

            (events[i], amounts[i]) = (Input.ToInner(fired[i]), 1);
        }

        return Run(fired.Length);
    }

    /// <summary>Forgets the state of all neurons.</summary>
    public void Reset()
    {
        SynapticOperations = 0;
        foreach (var layer in layers)
        {
            layer.Reset();
        }
    }

    private ReadOnlySpan<float> Run(int count)
    {
        if (layers is [] or [NeuronLayer, ..])
        {
            Enter(count);
        }

        var (current, shape) = (entering, Input);
        for (var at = 0; at < layers.Length; at++)
        {
            var output = values[at];
            if (layers[at] is SpreadingLayer spreading)
            {
                count = at == 0 ? count : Spikes.Collect(current.AsSpan(0, shape.Size), events, amounts);
                SynapticOperations += spreading.Step(
                    events.AsSpan(0, count), amounts.AsSpan(0, count), output.AsSpan(0, spreading.Output.Size));
            }
            else
            {
                ((NeuronLayer)layers[at]).Step(current, output);
            }

            (current, shape) = (output, layers[at].Output);
        }

        Array.Clear(shown);
        count = Spikes.Collect(current.AsSpan(0, shape.Size), events, amounts);
        for (var i = 0; i < count; i++)
        {
            shown[shape.ToOuter(events[i])] = amounts[i];
        }

        return shown;
    }

    /// <summary>The input as all its elements: only neurons need them, a layer that spreads takes the events.</summary>
    private void Enter(int count)
    {
        Array.Clear(entering);
        for (var i = 0; i < count; i++)
        {
            entering[events[i]] += amounts[i];
        }
    }

    private static List<string> Chain(NirGraph graph)
    {
        var chain = new List<string> { graph.Nodes.Single(node => node.Value.Type == "Input").Key };
        while (graph.Nodes[chain[^1]].Type != "Output")
        {
            var next = graph.Edges.Where(edge => edge.From == chain[^1]).Select(edge => edge.To).ToArray();
            if (next.Length != 1 || graph.Edges.Count(edge => edge.To == next[0]) != 1)
            {
                throw new NirException(
                    $"Node {chain[^1]} leads to {next.Length} nodes, or one it leads to has several inputs; a chain is run here. Run "
                    + $"other graphs with {nameof(NirNetwork)}.");
            }

            chain.Add(next[0]);
        }

        return chain;
    }
}
