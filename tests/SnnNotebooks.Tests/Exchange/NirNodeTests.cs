using SnnNotebooks.Exchange.Nir;
using SnnNotebooks.TestSupport;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Exchange;

/// <summary>Every primitive of NIR's specification (neuromorphs/NIR at 7232ada, <c>nir/ir/__init__.py</c>).</summary>
public sealed class NirNodeTests
{
    private const double Dt = 1e-3;

    private static readonly Dictionary<string, (long[] Shape, NirNode Node)> Primitives = new(StringComparer.Ordinal)
    {
        ["Linear"] = ([3], Node("Linear", ("weight", Ramp(2, 3)))),
        ["Affine"] = ([3], Node("Affine", ("weight", Ramp(2, 3)), ("bias", Ramp(2)))),
        ["Scale"] = ([3], Node("Scale", ("scale", Ramp(3)))),
        ["Conv1d"] = ([2, 6], Node("Conv1d", ("weight", Ramp(4, 2, 3)), ("stride", Whole(1)), ("padding", Whole(1)), ("dilation", Whole(1)),
            ("groups", Whole(1)), ("bias", Ramp(4)), ("input_shape", Whole(6)))),
        ["Conv2d"] = ([2, 6, 5], Node("Conv2d", ("weight", Ramp(4, 2, 3, 3)), ("stride", Whole(2, 1)), ("padding", Whole(1, 1)),
            ("dilation", Whole(1, 1)), ("groups", Whole(1)), ("bias", Ramp(4)), ("input_shape", Whole(6, 5)))),
        ["SumPool2d"] = ([2, 6, 4], Node("SumPool2d", Pool)),
        ["AvgPool2d"] = ([2, 6, 4], Node("AvgPool2d", Pool)),
        ["Flatten"] = ([2, 3], Node("Flatten", ("start_dim", Whole(0)), ("end_dim", Whole(-1)), ("input_type", Whole(2, 3)))),
        ["Delay"] = ([3], Node("Delay", ("delay", Same(2 * Dt)))),
        ["Threshold"] = ([3], Node("Threshold", ("threshold", Same(0.5)))),
        ["I"] = ([3], Node("I", ("r", Same(2)))),
        ["IF"] = ([3], Node("IF", ("r", Same(400)), ("v_threshold", Same(1)), ("v_reset", Same(0)))),
        ["LI"] = ([3], Node("LI", Leaky)),
        ["LIF"] = ([3], Node("LIF", [.. Leaky, .. Firing])),
        ["CubaLI"] = ([3], Node("CubaLI", [.. Current, ("r", Same(2)), ("v_leak", Same(0))])),
        ["CubaLIF"] = ([3], Node("CubaLIF", [.. Current, ("r", Same(2)), ("v_leak", Same(0)), .. Firing])),
    };

    public static TheoryData<string> Types { get; } = [.. NirSchema.Types.Where(type => type is not ("Input" or "Output"))];

    private static (string, NirValue)[] Pool => [("kernel_size", Whole(2, 2)), ("stride", Whole(2, 2)), ("padding", Whole(0, 0))];

    private static (string, NirValue)[] Leaky => [("tau", Same(4 * Dt)), ("r", Same(2)), ("v_leak", Same(0.125))];

    private static (string, NirValue)[] Firing => [("v_threshold", Same(0.5)), ("v_reset", Same(0))];

    private static (string, NirValue)[] Current => [("tau_syn", Same(3 * Dt)), ("tau_mem", Same(5 * Dt)), ("w_in", Same(3))];

    [Fact]
    public void The_kit_knows_the_primitives_of_the_specification() => Assert.Equal(
        new[]
        {
            "Affine", "AvgPool2d", "Conv1d", "Conv2d", "CubaLI", "CubaLIF", "Delay", "Flatten", "I", "IF", "Input", "LI", "LIF", "Linear",
            "Output", "Scale", "SumPool2d", "Threshold",
        },
        NirSchema.Types.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_primitive_is_written_read_and_run(string type)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        manual_seed(4);
        var (shape, node) = Primitives[type];
        NirFile.Write(folder.File("node.nir"), Graph(shape, OutputShape(shape, node), node));
        using var network = new NirNetwork(NirFile.Read(folder.File("node.nir")), new NirOptions(Dt));
        var input = rand([12, 2, .. shape]);

        var found = network.call(input);

        Assert.Equal([12, 2, .. network.OutputShape], found.shape);
        Assert.True(found.isfinite().all().item<bool>());
        Assert.True(found.count_nonzero().item<long>() > 0);
        Functional.Reset(network);
        Assert.True(network.call(input).equal(found).all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_primitive_without_a_field_is_refused_by_its_name(string type)
    {
        var (shape, node) = Primitives[type];
        var fields = node.Fields.Where(field => field.Key != node.Fields.Keys.First());
        var cut = node with { Fields = fields.ToDictionary(field => field.Key, field => field.Value) };

        var refused = Assert.Throws<NirException>(() => new NirNetwork(Graph(shape, shape, cut), new NirOptions(Dt)));

        Assert.Contains("middle", refused.Message, StringComparison.Ordinal);
        Assert.Contains(type, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_nested_graph_runs_as_its_nodes()
    {
        var (shape, node) = Primitives["LIF"];
        using var scope = NewDisposeScope();
        using var flat = new NirNetwork(Graph(shape, shape, node), new NirOptions(Dt));
        using var nested = new NirNetwork(Graph(shape, shape, Graph(shape, shape, node)), new NirOptions(Dt));
        var input = rand(12, 3);

        Assert.True(flat.call(input).equal(nested.call(input)).all().item<bool>());
    }

    private static long[] OutputShape(long[] shape, NirNode node) => node.Type switch
    {
        "Linear" or "Affine" => [2],
        "Conv1d" => [4, 6],
        "Conv2d" => [4, 3, 5],
        "SumPool2d" or "AvgPool2d" => [2, 3, 2],
        "Flatten" => [6],
        _ => shape,
    };

    private static NirGraph Graph(long[] from, long[] to, NirNode middle) => new(
        new Dictionary<string, NirNode>
        {
            ["input"] = Node("Input", ("shape", Whole(from))), ["middle"] = middle, ["output"] = Node("Output", ("shape", Whole(to))),
        },
        [("input", "middle"), ("middle", "output")]);

    private static NirNode Node(string type, params (string Name, NirValue Value)[] fields) =>
        new(type, fields.ToDictionary(field => field.Name, field => field.Value));

    private static NirArray Whole(params long[] values) => new([values.Length], values);

    private static NirArray Same(double value) => new([3], [value, value, value]);

    private static NirArray Ramp(params long[] shape) =>
        new(shape, [.. Enumerable.Range(1, (int)shape.Aggregate(1L, (all, axis) => all * axis)).Select(i => 0.1 * i)]);
}
