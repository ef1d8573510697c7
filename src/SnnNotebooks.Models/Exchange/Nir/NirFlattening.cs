namespace SnnNotebooks.Exchange.Nir;

/// <summary>
/// Puts the nodes of nested graphs side by side, under names like <c>outer/inner</c>; a nested graph's inputs and outputs pass their value
/// on.
/// </summary>
internal static class NirFlattening
{
    /// <summary>The type of a node that passes its value on.</summary>
    public const string PassOn = "pass";

    /// <summary>Flattens a graph.</summary>
    /// <exception cref="NirException">Two nodes get one name, or an edge names a node that is not there, or leads to a nested graph with
    /// several inputs or outputs.</exception>
    public static (Dictionary<string, NirNode> Nodes, List<(string From, string To)> Edges) Flatten(NirGraph graph)
    {
        var nodes = new Dictionary<string, NirNode>(StringComparer.Ordinal);
        var edges = new List<(string From, string To)>();
        Add(graph, string.Empty, nodes, edges);
        return (nodes, edges);
    }

    private static void Add(NirGraph graph, string prefix, Dictionary<string, NirNode> nodes, List<(string From, string To)> edges)
    {
        foreach (var (name, node) in graph.Nodes)
        {
            if (node is NirGraph inner)
            {
                Add(inner, $"{prefix}{name}/", nodes, edges);
            }
            else if (!nodes.TryAdd(prefix + name,
                prefix.Length > 0 && node.Type is "Input" or "Output" ? node with { Type = PassOn } : node))
            {
                throw new NirException($"Two nodes are called {prefix}{name}: one by its own name, one within a nested graph. Rename one.");
            }
        }

        foreach (var (from, to) in graph.Edges)
        {
            edges.Add((End(graph, prefix, from, "Output", (from, to)), End(graph, prefix, to, "Input", (from, to))));
        }
    }

    private static string End(NirGraph graph, string prefix, string name, string side, (string From, string To) edge)
    {
        if (!graph.Nodes.TryGetValue(name, out var node))
        {
            throw new NirException($"The edge {prefix}{edge.From} -> {prefix}{edge.To} names a node {prefix}{name} that is not there.");
        }

        if (node is not NirGraph inner)
        {
            return prefix + name;
        }

        var ends = inner.Nodes.Where(child => child.Value.Type == side).Select(child => child.Key).ToArray();
        return ends.Length == 1
            ? $"{prefix}{name}/{ends[0]}"
            : throw new NirException(
                $"The edge {prefix}{edge.From} -> {prefix}{edge.To} leads to the nested graph {prefix}{name}, which has "
                + $"{ends.Length} {side} nodes; expected one.");
    }
}
