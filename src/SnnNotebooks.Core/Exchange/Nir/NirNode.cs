namespace SnnNotebooks.Exchange.Nir;

/// <summary>
/// A node of a NIR graph (Pedersen et al., Nature Communications 15:8122, 2024): a primitive with its parameters.
/// Node names, field names and their meaning are NIR's own; <see cref="NirSchema"/> lists them.
/// </summary>
/// <param name="Type">The primitive, such as <c>LIF</c>.</param>
/// <param name="Fields">Its parameters by name, without <c>type</c> and <c>metadata</c>.</param>
public record NirNode(string Type, IReadOnlyDictionary<string, NirValue> Fields)
{
    /// <summary>What a framework notes beside the parameters; see <see cref="NirMetadata"/> for the kit's own notes.</summary>
    public IReadOnlyDictionary<string, NirValue> Metadata { get; init; } = new Dictionary<string, NirValue>();

    /// <summary>A field that must be an array.</summary>
    /// <param name="field">Its name.</param>
    /// <returns>The array, which belongs to the node.</returns>
    /// <exception cref="NirException">It is missing or a text.</exception>
    public NirArray Array(string field) => Fields.GetValueOrDefault(field) switch
    {
        NirArray array => array,
        NirText text => throw new NirException($"A {Type} node's {field} is the text '{text.Text}'; expected an array."),
        _ => throw new NirException($"A {Type} node has no {field}."),
    };

    /// <summary>A field that is an array where it is there.</summary>
    /// <param name="field">Its name.</param>
    /// <returns>The array, which belongs to the node; null where there is no such field.</returns>
    public NirArray? OptionalArray(string field) => Fields.GetValueOrDefault(field) as NirArray;

    /// <summary>A field of one, two, ... whole numbers; a single number stands for all of them.</summary>
    /// <param name="field">Its name.</param>
    /// <param name="count">How many are wanted.</param>
    /// <returns>As many numbers as were asked for.</returns>
    /// <exception cref="NirException">It is missing, is not whole, or has another count.</exception>
    public long[] Integers(string field, int count)
    {
        var values = Array(field).ToIntegers();
        return values.Length == count ? values
            : values.Length == 1 ? [.. Enumerable.Repeat(values[0], count)]
            : throw new NirException($"A {Type} node's {field} has {values.Length} numbers; expected {count}.");
    }
}

/// <summary>A graph: named nodes, and edges that carry one node's output to another's input; edges into the same node add up.</summary>
/// <param name="Nodes">The nodes by name.</param>
/// <param name="Edges">From and to, by name.</param>
public sealed record NirGraph(IReadOnlyDictionary<string, NirNode> Nodes, IReadOnlyList<(string From, string To)> Edges)
    : NirNode("NIRGraph", new Dictionary<string, NirValue>());
