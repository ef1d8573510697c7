using System.Text;
using PureHDF;
using PureHDF.VOL.Native;
using SnnNotebooks.Datasets.Neural;

namespace SnnNotebooks.Exchange.Nir;

/// <summary>
/// Reads and writes NIR graphs in the HDF5 layout of the reference implementation (neuromorphs/NIR, <c>nir.read</c> and <c>nir.write</c>):
/// the group <c>node</c> holds <c>type</c>, <c>nodes</c> and <c>edges</c>; <c>version</c> stands beside it.
/// </summary>
public static class NirFile
{
    /// <summary>The version of the layout that is written: the first whose neurons have v_reset.</summary>
    public const string Version = "1.0";

    private const int DeepestNesting = 16;
    private const int MostNodes = 100_000;
    private const int LeastBytesOfNode = 64; // a group's header and that of its type take more
    private const int MostEdges = 1_000_000;
    private const long MostNumbers = 1L << 28;

    /// <summary>Reads a graph.</summary>
    /// <param name="path">A <c>.nir</c> file.</param>
    /// <returns>The graph, its nodes checked one by one (<see cref="NirSchema.Check"/>).</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="NirException">It is no HDF5 file, is damaged, or holds no graph this kit reads.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public static NirGraph Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path} does not exist; expected a NIR graph (.nir).", path);
        }

        try
        {
            var (file, length) = Hdf5Limits.Open(path);
            using var opened = file;
            CheckLinks(file, "/");
            if (!file.LinkExists("node"))
            {
                throw new NirException("it has no group 'node'; expected a graph written by nir.write or `snn nir export`.");
            }

            var budget = new Budget
            {
                Numbers = Math.Min(MostNumbers, Hdf5Limits.MostNumbers(length)),
                Nodes = (int)Math.Min(MostNodes, length / LeastBytesOfNode),
                FileLength = length,
            };
            var node = ReadNode(file.Group("node"), "node", budget, 0);
            NirSchema.Check("node", node);
            return node as NirGraph ?? throw new NirException($"its node is a {node.Type}; expected a NIRGraph.");
        }
        catch (Exception damaged) when (damaged is not FileNotFoundException)
        {
            // whatever a reader of hostile bytes may throw
            var why = damaged is EndOfStreamException ? "it ends too early (damaged or cut short)." : damaged.Message;
            throw new NirException($"{path} is no NIR graph this kit reads: {why}", damaged);
        }
    }

    /// <summary>Writes a graph, whole or not at all.</summary>
    /// <param name="path">The <c>.nir</c> file; its folder is created where it is missing.</param>
    /// <param name="graph">The graph.</param>
    /// <exception cref="NirException">A node does not fit <see cref="NirSchema"/>, or its name cannot stand in an HDF5 file.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there before is untouched.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public static void Write(string path, NirGraph graph)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(graph);
        NirSchema.Check("node", graph);
        using var bytes = new MemoryStream();
        new H5File { ["node"] = WriteNode(graph), ["version"] = Version }.Write(bytes);
        AtomicFile.Write(path, bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private static NirNode ReadNode(IH5Group group, string path, Budget budget, int depth)
    {
        if (depth > DeepestNesting)
        {
            throw new NirException($"{path}: graphs are nested more than {DeepestNesting} deep.");
        }

        if (--budget.Nodes < 0)
        {
            throw new NirException(
                $"it has more nodes than the {MostNodes} that are read, or than its {budget.FileLength} bytes can hold.");
        }

        var children = Children(group, path);
        var type = children.OfType<IH5Dataset>().FirstOrDefault(child => child.Name == "type")
            ?? throw new NirException($"{path} has no field 'type'.");
        var metadata = children.OfType<IH5Group>().FirstOrDefault(child => child.Name == "metadata") is { } notes
            ? Fields(Children(notes, $"{path}/metadata").OfType<IH5Dataset>(), $"{path}/metadata", budget)
            : [];
        var name = (ReadValue(type, $"{path}/type", budget) as NirText)?.Text ?? throw new NirException($"{path}/type is no text.");
        if (name != "NIRGraph")
        {
            return new NirNode(name,
                Fields(children.OfType<IH5Dataset>().Where(child => child.Name != "type"), path, budget)) { Metadata = metadata };
        }

        var nodes = children.OfType<IH5Group>().FirstOrDefault(child => child.Name == "nodes")
            ?? throw new NirException($"{path} has no group 'nodes'.");
        var edges = children.OfType<IH5Dataset>().FirstOrDefault(child => child.Name == "edges")
            ?? throw new NirException($"{path} has no field 'edges'.");
        var read = new Dictionary<string, NirNode>(StringComparer.Ordinal);
        foreach (var child in Children(nodes, $"{path}/nodes"))
        {
            read.Add(child.Name, child is IH5Group inner
                ? ReadNode(inner, $"{path}/{child.Name}", budget, depth + 1)
                : throw new NirException($"{path}/nodes/{child.Name} is no group; expected a node."));
        }

        return new NirGraph(read, ReadEdges(edges, path, budget)) { Metadata = metadata };
    }

    private static IH5Object[] Children(IH5Group group, string path)
    {
        CheckLinks(group, path);
        return [.. group.Children()];
    }

    /// <summary>A graph is one file without detours: links that could lead anywhere are not followed.</summary>
    private static void CheckLinks(IH5Group group, string path)
    {
        if (group is NativeGroup native && Hdf5Internals.Links(native)?.FirstOrDefault(link => link.Path is not null) is { } link)
        {
            throw new NirException(
                $"{path}/{link.Name} is a link to {link.Path}{(link.File is null ? string.Empty : $" in {link.File}")}; expected a file "
                + "without links.");
        }
    }

    private static Dictionary<string, NirValue> Fields(IEnumerable<IH5Dataset> datasets, string path, Budget budget) =>
        datasets.ToDictionary(dataset => dataset.Name, dataset => ReadValue(dataset, $"{path}/{dataset.Name}", budget),
            StringComparer.Ordinal);

    private static NirValue ReadValue(IH5Dataset dataset, string path, Budget budget)
    {
        var shape = dataset.Space.Dimensions.Select(length => checked((long)length)).ToArray();
        var count = budget.Count(dataset, path);
        budget.Numbers -= count;
        if (budget.Numbers < 0)
        {
            throw new NirException(
                $"{path}, of shape [{string.Join(", ", shape)}], makes more numbers in all than the {MostNumbers} that are read, or than "
                + $"{budget.FileLength} bytes can hold.");
        }

        switch (dataset.Type.Class)
        {
            case H5DataTypeClass.FloatingPoint when dataset.Type.Size == 4:
                return new NirArray(shape, Numbers<float>(dataset, count));
            case H5DataTypeClass.FloatingPoint when dataset.Type.Size == 8:
                return new NirArray(shape, Numbers<double>(dataset, count));
            case H5DataTypeClass.FixedPoint when dataset.Type.Size == 8:
                return new NirArray(shape, Numbers<long>(dataset, count));
            case H5DataTypeClass.FixedPoint when dataset.Type.Size == 4:
                return new NirArray(shape, Array.ConvertAll(Numbers<int>(dataset, count), value => (long)value));
            case H5DataTypeClass.FixedPoint when dataset.Type.Size == 2:
                return new NirArray(shape, Array.ConvertAll(Numbers<short>(dataset, count), value => (long)value));
            case H5DataTypeClass.FixedPoint or H5DataTypeClass.Enumerated or H5DataTypeClass.BitField when dataset.Type.Size == 1:
                return new NirArray(shape, Array.ConvertAll(Numbers<byte>(dataset, count), value => (long)value));
            case H5DataTypeClass.String or H5DataTypeClass.VariableLength when count == 1:
                return new NirText(shape.Length == 0 ? dataset.Read<string>() : dataset.Read<string[]>()[0]);
            default:
                throw new NirException(
                    $"{path} holds {count} values of the HDF5 class {dataset.Type.Class} ({dataset.Type.Size} bytes each); expected "
                    + "float32, float64, whole numbers or one text.");
        }
    }

    private static T[] Numbers<T>(IH5Dataset dataset, long count)
        where T : unmanaged =>
        count == 0 ? [] : dataset.Space.Dimensions.Length == 0 ? [dataset.Read<T>()] : dataset.Read<T[]>();

    private static List<(string From, string To)> ReadEdges(IH5Dataset dataset, string path, Budget budget)
    {
        var shape = dataset.Space.Dimensions;
        if (shape.Contains(0UL))
        {
            return [];
        }

        if (shape.Length != 2 || shape[1] != 2 || shape[0] > MostEdges)
        {
            throw new NirException($"{path}/edges is [{string.Join(", ", shape)}]; expected [edges, 2], with at most {MostEdges} edges.");
        }

        budget.Count(dataset, $"{path}/edges");
        return [.. dataset.Read<string[]>().Chunk(2).Select((edge, place) => edge[0] is { } from && edge[1] is { } to
            ? (from, to)
            : throw new NirException($"{path}/edges, edge {place}, has no name at one of its ends; expected the names of two nodes."))];
    }

    private static H5Group WriteNode(NirNode node)
    {
        var group = new H5Group { ["type"] = node.Type };
        foreach (var (field, value) in node.Fields)
        {
            group[Named(field)] = WriteValue(value);
        }

        if (node is NirGraph graph)
        {
            var nodes = new H5Group();
            foreach (var (name, child) in graph.Nodes)
            {
                nodes[Named(name)] = WriteNode(child);
            }

            group["nodes"] = nodes;
            var edges = new string[graph.Edges.Count, 2];
            for (var i = 0; i < graph.Edges.Count; i++)
            {
                (edges[i, 0], edges[i, 1]) = graph.Edges[i];
            }

            group["edges"] = edges;
        }

        if (node.Metadata.Count > 0)
        {
            var notes = new H5Group();
            foreach (var (name, value) in node.Metadata)
            {
                notes[Named(name)] = WriteValue(value);
            }

            group["metadata"] = notes;
        }

        return group;
    }

    /// <summary>
    /// The name of a link. HDF5 takes '/' for a path and '.' for the group itself, ends a name at a zero, and stores UTF-8.
    /// </summary>
    private static string Named(string name) =>
        name.Length > 0 && name != "." && name.AsSpan().IndexOfAny('/', '\0') < 0
            && Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name)) == name ? name
        : throw new NirException(
            $"The name '{name.Replace("\0", "\\0", StringComparison.Ordinal)}' cannot stand in a NIR file: HDF5 names are not empty and "
            + "not '.', and hold no '/', no zero and no half of a surrogate pair. Rename the node (dots within a name are fine).");

    private static object WriteValue(NirValue value) => value switch
    {
        NirText text => text.Text,
        NirArray { Shape.Count: 0 } number => number.Flat.GetValue(0)!,
        NirArray array => Shaped(array),
        _ => throw new ArgumentException("A NIR value is an array or a text.", nameof(value)),
    };

    private static object Shaped(NirArray array)
    {
        var dimensions = array.Shape.Select(length => (ulong)length).ToArray();
        return array.Flat switch
        {
            float[] singles => new H5Dataset<float[]>(singles, fileDims: dimensions),
            double[] doubles => new H5Dataset<double[]>(doubles, fileDims: dimensions),
            var integers => new H5Dataset<long[]>((long[])integers, fileDims: dimensions),
        };
    }

    /// <summary>What may still be read: a small file can ask for much.</summary>
    private sealed class Budget
    {
        public required long Numbers { get; set; }

        public required int Nodes { get; set; }

        public required long FileLength { get; init; }

        /// <summary>How many values a dataset has, once that is found to be possible for the file.</summary>
        public long Count(IH5Dataset dataset, string path)
        {
            try
            {
                return Hdf5Limits.Count(dataset, FileLength);
            }
            catch (InvalidDataException impossible)
            {
                throw new NirException($"{path}: {impossible.Message}.", impossible);
            }
        }
    }
}
