using SnnNotebooks.Exchange.Nir.Operators;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange.Nir;

/// <summary>
/// A NIR graph as a network that runs in time steps. Without feedback, node after node takes the whole sequence; with feedback, step after
/// step.
/// It computes in float32, or in float64 where the graph holds float64, until it is moved to another type.
/// </summary>
public sealed class NirNetwork : nn.Module<Tensor, Tensor>, IStateful
{
    private readonly Dictionary<string, NirOperator> operators = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> inputs;
    private readonly NirSchedule schedule;
    private readonly string input;
    private readonly string output;
    private ScalarType type;
    private readonly Dictionary<string, long[]> shapes;

    // the batch size of the state, where there is one
    private long? batch;

    // outputs of the step before, of the nodes that feed back
    private readonly Dictionary<string, Tensor> before = new(StringComparer.Ordinal);

    /// <summary>Prepares a graph.</summary>
    /// <param name="graph">A graph with one Input and one Output.</param>
    /// <param name="options">The time step, and what NIR leaves open.</param>
    /// <exception cref="NirException">A node or an edge does not fit, or a cycle has neither neuron nor delay; the message names
    /// it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time step is not above 0.</exception>
    public NirNetwork(NirGraph graph, NirOptions options)
        : base(nameof(NirNetwork))
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(options);
        if (!(options.TimeStep > 0) || !double.IsFinite(options.TimeStep))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.TimeStep, "The time step must be above 0 seconds.");
        }

        NirSchema.Check("node", graph);
        var (nodes, edges) = NirFlattening.Flatten(graph);
        (input, output) = (Only(nodes, "Input"), Only(nodes, "Output"));
        InputShape = nodes[input].Array("shape").ToIntegers();
        type = nodes.Values.SelectMany(node => node.Fields.Values).OfType<NirArray>().Any(array => array.Type == ScalarType.Float64)
            ? ScalarType.Float64
            : ScalarType.Float32;
        try
        {
            foreach (var (name, node) in nodes)
            {
                operators.Add(name, NirOperators.Of(name, node, options, type));
            }

            inputs = nodes.Keys.ToDictionary(
                name => name, name => edges.Where(edge => edge.To == name).Select(edge => edge.From).ToArray(), StringComparer.Ordinal);
            schedule = NirSchedule.Of(
                [input, .. nodes.Keys.Where(name => name != input).Order(StringComparer.Ordinal)],
                edges,
                name => NirOperators.HoldsState(nodes[name]),
                name => operators[name] is Delay { ReadsPastOnly: true });
            shapes = CheckShapes();
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Shape of the input of one step, without time and batch.</summary>
    public IReadOnlyList<long> InputShape { get; }

    /// <summary>Shape of the output of one step, without time and batch.</summary>
    public IReadOnlyList<long> OutputShape => shapes[output];

    /// <summary>The edges that carry the value of the step before.</summary>
    public IReadOnlyCollection<(string From, string To)> Feedback => schedule.Feedback;

    /// <summary>Runs the graph on from its present state.</summary>
    /// <param name="input">[T, B, ...] or [T, ...], where ... is <see cref="InputShape"/>.</param>
    /// <returns>Spikes, or values where the last node does not spike: [T, B, ...] or [T, ...], in the type of the computation.</returns>
    /// <exception cref="NirException">The input has another shape.</exception>
    /// <exception cref="ArgumentException">The input is on another device than the graph.</exception>
    /// <exception cref="InvalidOperationException">The state is left from another batch size.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var rank = InputShape.Count;
        var batched = input.dim() == rank + 2;
        if ((!batched && input.dim() != rank + 1) || input.shape[0] < 1 || !input.shape[^rank..].SequenceEqual(InputShape))
        {
            throw new NirException(
                $"The graph was given [{string.Join(", ", input.shape)}]; expected [T, {string.Join(", ", InputShape)}] or [T, B, "
                + $"{string.Join(", ", InputShape)}] with T of at least 1.");
        }

        if (operators.Values.Select(node => node.Parameter).FirstOrDefault(parameter => parameter is not null) is { } parameter)
        {
            Layers.LayerInput.RequireDevice(input, parameter, GetName());
        }

        using var scope = NewDisposeScope();
        var sequence = (batched ? input : input.unsqueeze(1)).to(type);
        if (batch is { } held && held != sequence.shape[1])
        {
            throw new InvalidOperationException(
                $"{GetName()} holds the state of a batch of {held} from an earlier input, and this one has {sequence.shape[1]}: call "
                + "Functional.Reset(network) between inputs that do not continue each other.");
        }

        foreach (var state in batch is null ? [] : operators.Values.SelectMany(node => node.State).OfType<Tensor>())
        {
            FiniteState.Require(state, GetName());
        }

        batch = sequence.shape[1];
        var result = schedule.Feedback.Count == 0 && !operators.Values.Any(node => node is Delay { ReadsPastOnly: true })
            ? ByNode(sequence)
            : ByStep(sequence);
        return (batched ? result : result.squeeze(1)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        foreach (var node in operators.Values)
        {
            node.Reset();
        }

        Forget();
    }

    /// <inheritdoc/>
    public void Detach()
    {
        foreach (var node in operators.Values)
        {
            node.Detach();
        }

        foreach (var value in before.Values)
        {
            value.detach_();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Release();
        }

        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    protected override void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
    {
        base._toEpilog(dtype, device, non_blocking);
        type = dtype ?? type;
        using var off = no_grad();
        Tensor Move(Tensor tensor) => device is null ? tensor.to(type) : tensor.to(type, device);
        foreach (var node in operators.Values)
        {
            node.Move(Move);
        }

        foreach (var name in before.Keys.ToArray())
        {
            before[name] = NirOperator.Moved(before[name], Move)!;
        }
    }

    private static string Only(Dictionary<string, NirNode> nodes, string type)
    {
        var found = nodes.Where(node => node.Value.Type == type).Select(node => node.Key).ToArray();
        return found.Length == 1
            ? found[0]
            : throw new NirException(
                $"The graph has {found.Length} {type} nodes{(found.Length > 1 ? $" ({string.Join(", ", found)})" : string.Empty)}; "
                + "graphs with exactly one are run.");
    }

    private void Release()
    {
        foreach (var node in operators.Values)
        {
            node.Dispose();
        }

        Forget();
    }

    private void Forget()
    {
        foreach (var value in before.Values)
        {
            value.Dispose();
        }

        before.Clear();
        batch = null;
    }

    /// <summary>Every node's input has one shape and fits the node; returns every output's shape.</summary>
    private Dictionary<string, long[]> CheckShapes()
    {
        foreach (var (name, sources) in inputs.Where(node => node.Value.Length == 0 && node.Key != input))
        {
            throw new NirException($"Nothing leads to node {name}; every node but the Input needs an edge.");
        }

        var found = new Dictionary<string, long[]>(StringComparer.Ordinal) { [input] = [.. InputShape] };
        for (var before = 0; before < found.Count;)
        {
            before = found.Count;
            foreach (var name in schedule.Order.Where(name => !found.ContainsKey(name)))
            {
                // what feeds back may not be known yet: then the shape is that of its parameters
                if (inputs[name].Select(from => found.GetValueOrDefault(from) ?? operators[from].OwnShape)
                    .FirstOrDefault(shape => shape is not null) is { } given)
                {
                    found[name] = operators[name].Shape(given);
                }
            }
        }

        if (schedule.Order.FirstOrDefault(name => !found.ContainsKey(name)) is { } unknown)
        {
            throw new NirException($"The shape of what node {unknown} is given cannot be told: no path leads to it from the Input.");
        }

        foreach (var (name, sources) in inputs)
        {
            foreach (var from in sources)
            {
                if (!found[from].SequenceEqual(found[sources[0]]))
                {
                    throw new NirException(
                        $"Node {name} is given [{string.Join(", ", found[sources[0]])}] by {sources[0]} and "
                        + $"[{string.Join(", ", found[from])}] by {from}; edges into one node must have one shape.");
                }

                operators[name].Shape(found[from]);
            }
        }

        return found;
    }

    private Tensor ByNode(Tensor sequence)
    {
        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var name in schedule.Order)
        {
            values[name] = name == input ? sequence : operators[name].Sequence(Sum(inputs[name].Select(from => values[from])));
        }

        return values[output];
    }

    private Tensor ByStep(Tensor sequence)
    {
        var results = new List<Tensor>();
        foreach (var step in sequence.unbind(0))
        {
            using var scope = NewDisposeScope();
            results.Add(Advance(step).MoveToOuterDisposeScope());
        }

        return stack(results);
    }

    private Tensor Advance(Tensor step)
    {
        var batch = step.shape[0];
        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var waiting = new List<(Delay Node, string Name)>();
        foreach (var name in schedule.Order)
        {
            if (name == input)
            {
                values[name] = step;
            }
            else if (operators[name] is Delay { ReadsPastOnly: true } delay)
            {
                // given its input at the end of the step: in a loop that input depends on what comes out now
                values[name] = delay.Due([batch, .. shapes[name]], step);
                waiting.Add((delay, name));
            }
            else
            {
                values[name] = operators[name].Step(Sum(inputs[name].Select(from => Value(from, name, values, step))));
            }
        }

        foreach (var (delay, name) in waiting)
        {
            delay.Take(Sum(inputs[name].Select(from => values[from])));
        }

        foreach (var from in schedule.Feedback.Select(edge => edge.From).Distinct())
        {
            before.Remove(from, out var former);
            former?.Dispose();
            before[from] = values[from].alias().DetachFromDisposeScope();
        }

        return values[output].alias();
    }

    private Tensor Value(string from, string to, Dictionary<string, Tensor> values, Tensor step) =>
        !schedule.Feedback.Contains((from, to)) ? values[from]
        : before.TryGetValue(from, out var former) ? former
        : zeros([step.shape[0], .. shapes[from]], dtype: step.dtype, device: step.device);

    private static Tensor Sum(IEnumerable<Tensor> values) => values.Aggregate((left, right) => left + right);
}
