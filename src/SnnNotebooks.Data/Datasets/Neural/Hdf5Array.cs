using System.Runtime.InteropServices;
using PureHDF;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>Reads one array of an HDF5 file, its size checked before.</summary>
/// <param name="dataset">The array.</param>
/// <param name="fileLength">Bytes of the file it is in.</param>
/// <param name="folder">Where the files are that a virtual array is made of.</param>
internal sealed class Hdf5Array(NativeDataset dataset, long fileLength, string folder)
{
    public NativeDataset Dataset => dataset;

    /// <summary>Numbers of any width, row-major.</summary>
    public double[] Doubles() => (dataset.Type.Class, dataset.Type.Size) switch
    {
        (H5DataTypeClass.FloatingPoint, 8) => Read<double>(),
        (H5DataTypeClass.FloatingPoint, 4) => Array.ConvertAll(Read<float>(), value => (double)value),
        (H5DataTypeClass.FloatingPoint, 2) => Array.ConvertAll(Read<Half>(), value => (double)value),
        (H5DataTypeClass.FixedPoint or H5DataTypeClass.Enumerated, _) => Array.ConvertAll(Whole(), value => (double)value),
        var (kind, size) => throw new DatasetException($"it holds {kind} of {size} bytes; expected numbers"),
    };

    /// <summary>Whole numbers of any width, row-major.</summary>
    public long[] Whole()
    {
        // an enumeration's base is what NumPy writes for truth values: one byte
        var signed = dataset.Type.Class == H5DataTypeClass.FixedPoint && dataset.Type.FixedPoint.IsSigned;
        return (dataset.Type.Class, dataset.Type.Size, signed) switch
        {
            (H5DataTypeClass.FixedPoint, 1, true) => Array.ConvertAll(Read<sbyte>(), value => (long)value),
            (H5DataTypeClass.FixedPoint or H5DataTypeClass.Enumerated, 1, _) => Array.ConvertAll(Read<byte>(), value => (long)value),
            (H5DataTypeClass.FixedPoint, 2, true) => Array.ConvertAll(Read<short>(), value => (long)value),
            (H5DataTypeClass.FixedPoint, 2, false) => Array.ConvertAll(Read<ushort>(), value => (long)value),
            (H5DataTypeClass.FixedPoint, 4, true) => Array.ConvertAll(Read<int>(), value => (long)value),
            (H5DataTypeClass.FixedPoint, 4, false) => Array.ConvertAll(Read<uint>(), value => (long)value),
            (H5DataTypeClass.FixedPoint, 8, true) => Read<long>(),
            (H5DataTypeClass.FixedPoint, 8, false) => Array.ConvertAll(Read<ulong>(), checked(value => (long)value)),
            var (kind, size, _) => throw new DatasetException($"it holds {kind} of {size} bytes; expected whole numbers"),
        };
    }

    /// <summary>Texts, of fixed or of any length.</summary>
    public string[] Texts()
    {
        if (dataset.Type.Class is not (H5DataTypeClass.String or H5DataTypeClass.VariableLength))
        {
            throw new DatasetException($"it holds {dataset.Type.Class}; expected text");
        }

        var count = Hdf5Limits.Count(dataset, fileLength);
        return count == 0 ? [] : dataset.Space.Rank == 0 ? [dataset.Read<string>(Access)] : dataset.Read<string[]>(Access);
    }

    /// <summary>Where referenced objects are in the file, row-major.</summary>
    public ulong[] References() => dataset.Type.Class == H5DataTypeClass.Reference && dataset.Type.Size == sizeof(ulong)
        ? MemoryMarshal.Cast<NativeObjectReference1, ulong>(Read<NativeObjectReference1>()).ToArray()
        : throw new DatasetException($"it holds {dataset.Type.Class} of {dataset.Type.Size} bytes; expected references to objects");

    /// <summary>The numbers of one row of a list of sequences, each of a length of its own.</summary>
    public double[] Row(long row)
    {
        var count = Hdf5Limits.Count(dataset, fileLength);
        if (dataset.Type.Class != H5DataTypeClass.VariableLength || dataset.Space.Rank != 1 || row < 0 || row >= count)
        {
            throw new DatasetException($"it holds {count} of {dataset.Type.Class}; expected a list of sequences with a row {row}");
        }

        var element = dataset.Type.VariableLength.BaseType;
        return (element.Class, element.Size) switch
        {
            (H5DataTypeClass.FloatingPoint, 2) => Sequence<Half>(value => (double)value),
            (H5DataTypeClass.FloatingPoint, 4) => Sequence<float>(value => value),
            (H5DataTypeClass.FloatingPoint, 8) => Sequence<double>(value => value),
            (H5DataTypeClass.FixedPoint, 1) => Sequence<byte>(value => value),
            (H5DataTypeClass.FixedPoint, 2) => Sequence<ushort>(value => value),
            (H5DataTypeClass.FixedPoint, 4) => Sequence<uint>(value => value),
            (H5DataTypeClass.FixedPoint, 8) => Sequence<ulong>(value => value),
            var (kind, size) => throw new DatasetException($"it holds sequences of {kind} of {size} bytes; expected numbers"),
        };

        double[] Sequence<T>(Converter<T, double> convert)
            where T : unmanaged =>
            dataset.Read<T[][]>(Access, new HyperslabSelection((ulong)row, 1)) is [{ } values] ? Array.ConvertAll(values, convert) : [];
    }

    /// <summary>The numeric members of records by name: whole numbers as <c>long[]</c>, floating ones as <c>double[]</c>.</summary>
    public Dictionary<string, Array> Records()
    {
        var count = Hdf5Limits.Count(dataset, fileLength);
        var size = dataset.Type.Size;
        var bytes = count == 0 ? [] : dataset.Read<byte[]>(Access);
        if (bytes.Length != count * size)
        {
            throw new DatasetException($"its {count} records of {size} bytes are {bytes.Length} bytes");
        }

        var members = new Dictionary<string, Array>(StringComparer.Ordinal);
        foreach (var member in dataset.Type.Compound.Members)
        {
            if (member.Offset < 0 || member.Offset > size - member.Type.Size
                || !members.TryAdd(member.Name, Hdf5Member.Values(bytes, size, member)))
            {
                throw new DatasetException($"its member {member.Name} comes twice or lies outside a record");
            }
        }

        return members;
    }

    private H5DatasetAccess Access => new(ExternalFilePrefix: folder);

    private T[] Read<T>()
        where T : unmanaged
    {
        var count = Hdf5Limits.Count(dataset, fileLength);
        return count == 0 ? [] : dataset.Space.Rank == 0 ? [dataset.Read<T>(Access)] : dataset.Read<T[]>(Access);
    }
}
