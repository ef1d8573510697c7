namespace SnnNotebooks.Exchange.Nir;

/// <summary>The primitives of NIR with their fields, and the checks that need no neighbouring node.</summary>
public static class NirSchema
{
    private static readonly Dictionary<string, Primitive> Primitives = new(StringComparer.Ordinal)
    {
        ["Input"] = new(["shape"], [], []),
        ["Output"] = new(["shape"], [], []),
        ["Linear"] = new(["weight"], [], []),
        ["Affine"] = new(["weight", "bias"], [], []),
        ["Scale"] = new(["scale"], [], []),
        ["Conv1d"] = new(["weight", "stride", "padding", "dilation", "groups", "bias"], ["input_shape"], []),
        ["Conv2d"] = new(["weight", "stride", "padding", "dilation", "groups", "bias"], ["input_shape"], []),
        ["SumPool2d"] = new(["kernel_size", "stride", "padding"], [], []),
        ["AvgPool2d"] = new(["kernel_size", "stride", "padding"], [], []),
        ["Flatten"] = new(["start_dim", "end_dim"], ["input_type"], []),
        ["Delay"] = new(["delay"], [], []),
        ["Threshold"] = new(["threshold"], [], []),
        ["I"] = new(["r"], [], ["r"]),
        ["IF"] = new(["r", "v_threshold"], ["v_reset"], ["r", "v_threshold", "v_reset"]),
        ["LI"] = new(["tau", "r", "v_leak"], [], ["tau", "r", "v_leak"]),
        ["LIF"] = new(["tau", "r", "v_leak", "v_threshold"], ["v_reset"], ["tau", "r", "v_leak", "v_threshold", "v_reset"]),
        ["CubaLI"] = new(["tau_syn", "tau_mem", "r", "v_leak"], ["w_in"], ["tau_syn", "tau_mem", "r", "v_leak", "w_in"]),
        ["CubaLIF"] = new(["tau_syn", "tau_mem", "r", "v_leak", "v_threshold"], ["v_reset", "w_in"],
            ["tau_syn", "tau_mem", "r", "v_leak", "v_threshold", "v_reset", "w_in"]),
    };

    /// <summary>The names of the primitives, without <c>NIRGraph</c>.</summary>
    public static IReadOnlyCollection<string> Types => Primitives.Keys;

    /// <summary>Checks one node by itself: its type is known, its fields are there, and their shapes fit each other.</summary>
    /// <param name="name">The node's name, for messages.</param>
    /// <param name="node">The node; of a nested graph every node is checked.</param>
    /// <exception cref="NirException">Something does not fit; the message names the node and says what was expected.</exception>
    public static void Check(string name, NirNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (node is NirGraph graph)
        {
            foreach (var (child, inner) in graph.Nodes)
            {
                Check($"{name}/{child}", inner);
            }

            return;
        }

        if (!Primitives.TryGetValue(node.Type, out var primitive))
        {
            throw new NirException(
                $"Node {name} is a {node.Type}, which this kit does not know; it knows {string.Join(", ", Types)} and NIRGraph.");
        }

        foreach (var field in primitive.Required.Where(field => !node.Fields.ContainsKey(field)))
        {
            throw new NirException($"Node {name} ({node.Type}) has no field {field}; expected {string.Join(", ", primitive.Required)}.");
        }

        if (node.Fields.Keys.FirstOrDefault(
            field => !primitive.Required.Contains(field) && !primitive.Optional.Contains(field)) is { } unknown)
        {
            throw new NirException(
                $"Node {name} ({node.Type}) has a field {unknown}, whose meaning this kit does not know; expected "
                + $"{string.Join(", ", primitive.Required.Concat(primitive.Optional))}.");
        }

        CheckNeuron(name, node, primitive);
        CheckMap(name, node);
    }

    private static void CheckNeuron(string name, NirNode node, Primitive primitive)
    {
        var parameters = primitive.PerNeuron.Where(node.Fields.ContainsKey)
            .Select(field => (Field: field, Value: node.Array(field))).ToArray();
        foreach (var (field, value) in parameters.Where(parameter => parameter.Value.Count != 1))
        {
            var first = parameters.First(parameter => parameter.Value.Count != 1);
            if (!value.Shape.SequenceEqual(first.Value.Shape))
            {
                throw new NirException(
                    $"Node {name} ({node.Type}): {first.Field} is [{string.Join(", ", first.Value.Shape)}] and {field} is "
                    + $"[{string.Join(", ", value.Shape)}]; all parameters of a neuron must have one shape.");
            }
        }

        foreach (var (field, value) in parameters)
        {
            var positive = field.StartsWith("tau", StringComparison.Ordinal);
            if (Array.Exists(value.ToDoubles(), number => !double.IsFinite(number) || (positive && number <= 0)))
            {
                throw new NirException(
                    $"Node {name} ({node.Type}): {field} holds a number that is {(positive ? "not above 0" : "not finite")}.");
            }
        }
    }

    private static void CheckMap(string name, NirNode node)
    {
        void Fail(string what) => throw new NirException($"Node {name} ({node.Type}): {what}");
        switch (node.Type)
        {
            case "Linear" or "Affine":
                var weight = node.Array("weight");
                if (weight.Shape.Count != 2)
                {
                    Fail($"its weight is [{string.Join(", ", weight.Shape)}]; expected [out, in].");
                }

                if (node.OptionalArray("bias") is { } bias && !bias.Shape.SequenceEqual([weight.Shape[0]]))
                {
                    Fail($"its bias is [{string.Join(", ", bias.Shape)}]; expected [{weight.Shape[0]}].");
                }

                break;
            case "Conv1d" or "Conv2d":
                CheckConvolution(node, node.Type == "Conv1d" ? 1 : 2, Fail);
                break;
            case "SumPool2d" or "AvgPool2d":
                if (node.Integers("kernel_size", 2).Any(size => size < 1) || node.Integers("stride", 2).Any(size => size < 1)
                    || node.Integers("padding", 2).Any(size => size < 0))
                {
                    Fail("kernel_size and stride must be at least 1, padding at least 0.");
                }

                break;
            case "Input" or "Output":
                if (node.Array("shape").ToIntegers().Any(length => length < 1))
                {
                    Fail(
                        $"its shape is [{string.Join(", ", node.Array("shape").ToIntegers())}]; every axis must have a length of at "
                        + "least 1.");
                }

                break;
            case "Delay":
                if (node.Array("delay").ToDoubles().Any(delay => !double.IsFinite(delay) || delay < 0))
                {
                    Fail("a delay is negative or not finite.");
                }

                break;
        }
    }

    private static void CheckConvolution(NirNode node, int axes, Action<string> fail)
    {
        var weight = node.Array("weight");
        if (weight.Shape.Count != axes + 2)
        {
            fail(
                $"its weight is [{string.Join(", ", weight.Shape)}]; expected [out, in / groups, "
                + $"{(axes == 1 ? "length" : "height, width")}].");
        }

        if (node.Fields["padding"] is NirText { Text: not ("same" or "valid") } text)
        {
            fail($"its padding is '{text.Text}'; expected numbers, 'same' or 'valid'.");
        }

        var groups = node.Integers("groups", 1)[0];
        if (groups < 1 || weight.Shape[0] % groups != 0)
        {
            fail($"it has {groups} groups for {weight.Shape[0]} output channels.");
        }

        if (!node.Array("bias").Shape.SequenceEqual([weight.Shape[0]]))
        {
            fail($"its bias is [{string.Join(", ", node.Array("bias").Shape)}]; expected [{weight.Shape[0]}].");
        }

        if (node.Integers("stride", axes).Concat(node.Integers("dilation", axes)).Any(size => size < 1)
            || (node.Fields["padding"] is NirArray && node.Integers("padding", axes).Any(size => size < 0)))
        {
            fail("stride and dilation must be at least 1, padding at least 0.");
        }

        if (node.Fields["padding"] is NirText { Text: "same" } && node.Integers("stride", axes).Any(step => step != 1))
        {
            fail("padding 'same' is defined for a stride of 1; give the padding as numbers.");
        }
    }

    private sealed record Primitive(string[] Required, string[] Optional, string[] PerNeuron);
}
