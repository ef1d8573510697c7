using System.Globalization;
using PureHDF;
using PureHDF.VOL.Native;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// Reads groups and arrays of an HDF5 file through PureHDF. The file may come from anyone: whatever goes wrong inside becomes a
/// <see cref="DatasetException"/>, sizes are checked before anything is allocated for them, and neither loops nor recursion are endless.
/// </summary>
public sealed class Hdf5File : IDisposable
{
    /// <summary>An array of more elements than this is refused.</summary>
    public const long LargestCount = 1L << 29;

    // deflate packs at most 1032 to 1; a chunk that was never written costs nothing at all
    private const long LargestPacking = 1100;
    private const long SmallArray = 1 << 20;

    private readonly string path;
    private readonly NativeFile file;
    private readonly long length;

    private Hdf5File(string path, NativeFile file, long length)
    {
        (this.path, this.file, this.length) = (path, file, length);
    }

    /// <summary>Whether bytes begin like an HDF5 file without a user block.</summary>
    /// <param name="bytes">The first bytes of a file.</param>
    public static bool IsHdf5(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F', 0x0d, 0x0a, 0x1a, 0x0a]);

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The file; the caller disposes it.</returns>
    /// <exception cref="DatasetException">It is missing or no HDF5 file this kit reads.</exception>
    public static Hdf5File Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Stream stream;
        try
        {
            stream = new GuardedStream(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be opened: {failure.Message}", failure);
        }

        try
        {
            return new Hdf5File(path, H5File.Open(stream), stream.Length);
        }
        catch (Exception failure)
        {
            stream.Dispose();
            throw new DatasetException($"{path} is not an HDF5 file this kit reads: {Reason(failure)}", failure);
        }
    }

    /// <summary>Whether there is a group or array of this name.</summary>
    /// <param name="name">Its path inside the file, such as <c>units/spike_times</c>.</param>
    /// <exception cref="DatasetException">The file is damaged.</exception>
    public bool Contains(string name) => Guarded(name, () =>
    {
        // PureHDF asks a parent for a child; a parent that is no group has none
        IH5Group group = file;
        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries);
        foreach (var part in parts[..^1])
        {
            if (!group.LinkExists(part) || group.Get(part) is not IH5Group child)
            {
                return false;
            }

            group = child;
        }

        return group.LinkExists(parts[^1]);
    });

    /// <summary>The names in a group, in the file's order; none where there is no such group.</summary>
    /// <param name="group">Its path inside the file.</param>
    /// <exception cref="DatasetException">The file is damaged.</exception>
    public IReadOnlyList<string> Names(string group) => Contains(group)
        ? Guarded(group, () => file.Get(group) is IH5Group found ? found.Children().Select(child => child.Name).ToArray() : [])
        : [];

    /// <summary>The axes' lengths of an array; empty for a single value.</summary>
    /// <param name="name">Its path inside the file.</param>
    /// <exception cref="DatasetException">There is no such array, or the file is damaged.</exception>
    public IReadOnlyList<long> Shape(string name) => Guarded(name, () => Array.ConvertAll(Find(name).Space.Dimensions, checked(axis => (long)axis)));

    /// <summary>Whether an array holds whole or floating numbers.</summary>
    /// <param name="name">Its path inside the file.</param>
    /// <exception cref="DatasetException">There is no such array, or the file is damaged.</exception>
    public bool IsNumeric(string name) => Guarded(name, () => Find(name).Type.Class is H5DataTypeClass.FixedPoint or H5DataTypeClass.FloatingPoint or H5DataTypeClass.Enumerated);

    /// <summary>Whether an array holds text.</summary>
    /// <param name="name">Its path inside the file.</param>
    /// <exception cref="DatasetException">There is no such array, or the file is damaged.</exception>
    public bool IsText(string name) => Guarded(name, () => Find(name).Type.Class is H5DataTypeClass.String or H5DataTypeClass.VariableLength);

    /// <summary>Reads numbers of any width as float64, row-major.</summary>
    /// <param name="name">The array's path inside the file.</param>
    /// <exception cref="DatasetException">There is no such array, it holds no numbers or too many, or the file is damaged.</exception>
    public double[] ReadDoubles(string name) => Guarded(name, () => Doubles(Find(name)));

    /// <summary>Reads whole numbers of any width; floating ones are rounded towards zero, NaN becomes -1.</summary>
    /// <param name="name">The array's path inside the file.</param>
    /// <exception cref="DatasetException">There is no such array, it holds no numbers, one beyond int64 or too many, or the file is damaged.</exception>
    public long[] ReadLongs(string name) => Guarded(name, () => Find(name).Type.Class == H5DataTypeClass.FloatingPoint
        ? Array.ConvertAll(Doubles(Find(name)), value => double.IsNaN(value) ? -1 : checked((long)value))
        : Whole(Find(name)));

    /// <summary>Reads texts.</summary>
    /// <param name="name">The array's path inside the file.</param>
    /// <exception cref="DatasetException">There is no such array, it holds no text or too much, or the file is damaged.</exception>
    public string[] ReadTexts(string name) => Guarded(name, () =>
    {
        var dataset = Find(name);
        if (dataset.Type.Class is not (H5DataTypeClass.String or H5DataTypeClass.VariableLength))
        {
            throw new DatasetException($"it holds {dataset.Type.Class}; expected text");
        }

        Check(dataset, dataset.Type.Size);
        return dataset.Space.Rank == 0 ? [dataset.Read<string>()] : dataset.Read<string[]>();
    });

    /// <summary>The text of an attribute, or null where there is none or it is no text.</summary>
    /// <param name="group">Path of the group or array that has it; empty for the file itself.</param>
    /// <param name="attribute">Its name.</param>
    /// <exception cref="DatasetException">The file is damaged.</exception>
    public string? Attribute(string group, string attribute) => Guarded($"{group}@{attribute}", () =>
    {
        IH5Object owner = group.Length == 0 ? file : file.Get(group);
        return owner.AttributeExists(attribute) && owner.Attribute(attribute) is { Space.Rank: 0, Type.Class: H5DataTypeClass.String or H5DataTypeClass.VariableLength } found
            ? found.Read<string>()
            : null;
    });

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private IH5Dataset Find(string name) => file.Get(name) as IH5Dataset ?? throw new DatasetException("it is no array");

    private double[] Doubles(IH5Dataset dataset) => (dataset.Type.Class, dataset.Type.Size) switch
    {
        (H5DataTypeClass.FloatingPoint, 8) => Read<double>(dataset, 8),
        (H5DataTypeClass.FloatingPoint, 4) => Array.ConvertAll(Read<float>(dataset, 4), value => (double)value),
        (H5DataTypeClass.FloatingPoint, 2) => Array.ConvertAll(Read<Half>(dataset, 2), value => (double)value),
        (H5DataTypeClass.FixedPoint or H5DataTypeClass.Enumerated, _) => Array.ConvertAll(Whole(dataset), value => (double)value),
        var (kind, size) => throw new DatasetException($"it holds {kind} of {size} bytes; expected numbers"),
    };

    private long[] Whole(IH5Dataset dataset)
    {
        // an enumeration's base is what NumPy writes for truth values: one byte
        var signed = dataset.Type.Class == H5DataTypeClass.FixedPoint && dataset.Type.FixedPoint.IsSigned;
        return (dataset.Type.Class, dataset.Type.Size, signed) switch
        {
            (H5DataTypeClass.FixedPoint, 1, true) => Array.ConvertAll(Read<sbyte>(dataset, 1), value => (long)value),
            (H5DataTypeClass.FixedPoint or H5DataTypeClass.Enumerated, 1, _) => Array.ConvertAll(Read<byte>(dataset, 1), value => (long)value),
            (H5DataTypeClass.FixedPoint, 2, true) => Array.ConvertAll(Read<short>(dataset, 2), value => (long)value),
            (H5DataTypeClass.FixedPoint, 2, false) => Array.ConvertAll(Read<ushort>(dataset, 2), value => (long)value),
            (H5DataTypeClass.FixedPoint, 4, true) => Array.ConvertAll(Read<int>(dataset, 4), value => (long)value),
            (H5DataTypeClass.FixedPoint, 4, false) => Array.ConvertAll(Read<uint>(dataset, 4), value => (long)value),
            (H5DataTypeClass.FixedPoint, 8, true) => Read<long>(dataset, 8),
            (H5DataTypeClass.FixedPoint, 8, false) => Array.ConvertAll(Read<ulong>(dataset, 8), checked(value => (long)value)),
            var (kind, size, _) => throw new DatasetException($"it holds {kind} of {size} bytes; expected whole numbers"),
        };
    }

    private T[] Read<T>(IH5Dataset dataset, int size)
        where T : unmanaged
    {
        var count = Check(dataset, size);
        return count == 0 ? [] : dataset.Space.Rank == 0 ? [dataset.Read<T>()] : dataset.Read<T[]>();
    }

    /// <summary>How many elements an array has, once its and its chunks' sizes are found to be possible for a file of this length.</summary>
    private long Check(IH5Dataset dataset, int size)
    {
        var count = Product(dataset.Space.Dimensions);
        if (count > LargestCount || (count > SmallArray && count * size > length * LargestPacking))
        {
            throw new DatasetException($"it says to hold {count} elements of {size} bytes, impossible for a file of {length} bytes or more than the {LargestCount} this kit reads");
        }

        if (dataset.Layout.Class == H5DataLayoutClass.Chunked)
        {
            var chunk = Product(dataset.Layout.Chunks);
            if (chunk > LargestCount || (chunk > SmallArray && chunk * size > length * LargestPacking))
            {
                throw new DatasetException($"its chunks are of {chunk} elements, impossible for a file of {length} bytes");
            }
        }

        return (long)count;
    }

    private static Int128 Product(ulong[] lengths) => lengths.Contains(0UL) ? 0 : lengths.Aggregate((Int128)1, (product, axis) => product > long.MaxValue ? product : product * axis);

    private T Guarded<T>(string name, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure)
        {
            throw new DatasetException($"{path}, {name}, cannot be read: {Reason(failure)}", failure);
        }
    }

    /// <summary>A parser on damaged bytes throws all sorts of things; their own words are kept.</summary>
    private static string Reason(Exception failure) => failure is DatasetException or InvalidDataException
        ? failure.Message
        : string.Create(CultureInfo.InvariantCulture, $"{failure.Message} ({failure.GetType().Name})");
}
