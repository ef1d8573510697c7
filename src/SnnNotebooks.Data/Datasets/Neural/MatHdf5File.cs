using System.Globalization;
using System.Runtime.InteropServices;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// Reads MATLAB's MAT files of version 7.3, which are HDF5: an array is a dataset with its axes reversed, a cell array a dataset of
/// references into the group <c>#refs#</c>, a struct a group whose members are its fields; the attribute <c>MATLAB_class</c> names what is
/// what. The file may come from anyone: what it unpacks to, how deep it is nested and how many arrays it holds are limited.
/// </summary>
internal sealed class MatHdf5File
{
    private const string References = "#refs#";
    private const int DeepestNesting = 64;
    private const int MostArrays = 5_000_000;

    private readonly string path;
    private readonly Hdf5File file;
    private readonly long largest;
    private long unpacked;
    private int arrays;

    private MatHdf5File(string path, Hdf5File file, long largest) => (this.path, this.file, this.largest) = (path, file, largest);

    /// <summary>Reads all variables.</summary>
    /// <param name="path">The <c>.mat</c> file.</param>
    /// <param name="largest">More bytes than this, unpacked, are refused.</param>
    /// <exception cref="DatasetException">It is damaged or too large.</exception>
    public static IReadOnlyList<MatArray> Read(string path, long largest)
    {
        using var file = Hdf5File.Open(path);
        var reader = new MatHdf5File(path, file, largest);
        return [.. file.Names(string.Empty).Where(name => !name.StartsWith('#')).Select(name => reader.Array(name, name, depth: 0))];
    }

    private MatArray Array(string place, string label, int depth)
    {
        if (depth > DeepestNesting || ++arrays > MostArrays)
        {
            throw Bad(place, $"it is nested more than {DeepestNesting} deep (its references may go in a circle), or the file holds more "
                + $"than {MostArrays} arrays");
        }

        var (kind, logical) = Kind(place);
        if (kind == MatClass.Opaque)
        {
            return new MatArray(label, kind, [1, 1]) { ObjectName = file.Attribute(place, "MATLAB_class") };
        }

        if (!file.IsArray(place))
        {
            return kind switch
            {
                MatClass.Struct => Struct(place, label, depth),
                >= MatClass.Double and <= MatClass.UInt64 => new MatArray(label, MatClass.Sparse, [1, 1]),
                _ => new MatArray(label, MatClass.Opaque, [1, 1]),
            };
        }

        if (file.HasAttribute(place, "MATLAB_empty"))
        {
            return new MatArray(label, kind, file.ReadLongs(place) is { Length: >= 2 } axes ? axes : [0, 0]);
        }

        var shape = Shape(place);
        return kind switch
        {
            MatClass.Cell => new MatArray(label, kind, shape,
                cells: [.. Referenced(place).Select(cell => Array(cell, string.Empty, depth + 1))]),
            MatClass.Char => new MatArray(label, kind, shape, values: Bytes(Letters(place)), storage: MatStorage.UInt16),
            >= MatClass.Double and <= MatClass.UInt64 => new MatArray(
                label, kind, shape, logical: logical, values: Bytes(Numbers(place)), storage: MatStorage.Double),
            _ => new MatArray(label, MatClass.Opaque, [1, 1]),
        };
    }

    /// <summary>The fields of one record are arrays of their own; of an array of records each field is a list of references.</summary>
    private MatArray Struct(string place, string label, int depth)
    {
        string[] fields = [.. file.Names(place)];
        string[] places = [.. fields.Select(field => $"{place}/{field}")];
        if (fields.Length == 0 || !places.All(IsList))
        {
            return new MatArray(label, MatClass.Struct, [1, 1], fields: fields,
                cells: [.. fields.Select((field, i) => Array(places[i], field, depth + 1))]);
        }

        var shape = Shape(places[0]);
        var columns = System.Array.ConvertAll(places, Referenced);
        return columns.All(column => column.Count == columns[0].Count)
            ? new MatArray(label, MatClass.Struct, shape, fields: fields, cells: [.. Enumerable.Range(0, columns[0].Count).SelectMany(
                record => fields.Select((field, i) => Array(columns[i][record], field, depth + 1)))])
            : throw Bad(place, "its fields have different numbers of records");
    }

    private bool IsList(string place) => file.IsArray(place) && file.Attribute(place, "MATLAB_class") is null
        && file.IsReferences(place);

    private IReadOnlyList<string> Referenced(string place) => file.ReadReferences(place, References);

    // files of other programs than MATLAB leave the class out
    private (MatClass Kind, bool Logical) Kind(string place)
    {
        var name = file.HasAttribute(place, "MATLAB_object_decode") ? "opaque" : file.Attribute(place, "MATLAB_class");
        return (name switch
        {
            null when !file.IsArray(place) => MatClass.Struct,
            null when file.IsReferences(place) => MatClass.Cell,
            null => file.IsNumeric(place) ? MatClass.Double : MatClass.Opaque,
            "logical" => MatClass.UInt8,
            "opaque" or "function_handle" => MatClass.Opaque,
            _ => Enum.TryParse<MatClass>(name, ignoreCase: true, out var kind) && Enum.IsDefined(kind) ? kind : MatClass.Opaque,
        }, name == "logical");
    }

    private ushort[] Letters(string place) => System.Array.ConvertAll(file.ReadLongs(place), letter => letter is >= 0 and <= ushort.MaxValue
        ? (ushort)letter
        : throw Bad(place, $"a letter of its text has the number {letter}; expected 0 to {ushort.MaxValue}"));

    /// <summary>Numbers, of complex ones the real parts.</summary>
    private double[] Numbers(string place)
    {
        if (!file.IsRecords(place))
        {
            return file.ReadDoubles(place);
        }

        return file.ReadRecords(place).GetValueOrDefault("real") as double[] ?? throw Bad(place, "its records have no real part");
    }

    private long[] Shape(string place)
    {
        long[] axes = [.. file.Shape(place).Reverse()];
        var count = axes.Aggregate((Int128)1, (product, axis) => product > long.MaxValue ? product : product * axis);
        return (count * sizeof(double)) + unpacked > largest
            ? throw Bad(place, string.Create(CultureInfo.InvariantCulture,
                $"with it the file unpacks to more than the {largest} bytes allowed for a file like this: allow more with largest"))
            : axes.Length >= 2 ? axes : [.. axes, .. Enumerable.Repeat(1L, 2 - axes.Length)];
    }

    private byte[] Bytes<T>(T[] values)
        where T : struct
    {
        var bytes = MemoryMarshal.AsBytes<T>(values).ToArray();
        unpacked += bytes.Length;
        return bytes;
    }

    private DatasetException Bad(string place, string what) => new($"{path}, {place}, is no array of MATLAB this kit reads: {what}.");
}
