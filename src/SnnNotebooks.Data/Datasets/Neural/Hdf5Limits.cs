using PureHDF;
using PureHDF.VOL.Native;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>What a dataset of an HDF5 file must be like before anything is allocated for it.</summary>
internal static class Hdf5Limits
{
    /// <summary>An array of more elements than this is refused.</summary>
    public const long LargestCount = 1L << 29;

    // deflate packs at most 1032 to 1; a chunk that was never written costs nothing at all
    private const long LargestPacking = 1100;
    private const long SmallArray = 1 << 20;

    private const int Ecf = 36559;

    // deflate, shuffle, Fletcher's checksum, scale-offset, LZF
    private static readonly HashSet<int> Readable = [1, 2, 3, 6, LzfFilter.Id];

    private static readonly Dictionary<int, string> KnownFilters = new()
    {
        [4] = "szip", [5] = "nbit", [307] = "bzip2", [32001] = "Blosc", [32004] = "LZ4", [32008] = "bitshuffle", [32013] = "ZFP",
        [32015] = "Zstandard", [32026] = "Blosc2",
        [Ecf] = "Prophesee's ECF",
    };

    static Hdf5Limits() => PureHDF.Filters.H5Filter.Register(new LzfFilter());

    /// <summary>Opens a file so that a damaged one leads to no endless loop or recursion.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static (NativeFile File, long Length) Open(string path)
    {
        var stream = new GuardedStream(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16));
        try
        {
            return (H5File.Open(stream), stream.Length);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>
    /// How many elements a dataset has, once its and its chunks' sizes are found to be possible for a file of this length, and its filters
    /// readable;
    /// none where it has no dataspace.
    /// </summary>
    /// <exception cref="InvalidDataException">It asks for too much, for a filter that is not read, or for bytes of another
    /// file.</exception>
    public static long Count(IH5Dataset dataset, long length)
    {
        if (dataset.Space.Type == H5DataspaceType.Null)
        {
            return 0;
        }

        if (dataset is NativeDataset native)
        {
            CheckStorage(native);
        }

        var size = dataset.Type.Size;
        var count = Product(dataset.Space.Dimensions);
        if (count > LargestCount || (count > SmallArray && count * size > (Int128)length * LargestPacking)
            || (count <= SmallArray && size > length))
        {
            throw new InvalidDataException(
                $"it says to hold {count} elements of {size} bytes, impossible for a file of {length} bytes or more than the "
                + $"{LargestCount} this kit reads");
        }

        if (dataset.Layout.Class == H5DataLayoutClass.Chunked)
        {
            var chunk = Product(dataset.Layout.Chunks);
            if (chunk > LargestCount || (chunk > SmallArray && chunk * size > (Int128)length * LargestPacking))
            {
                throw new InvalidDataException($"its chunks are of {chunk} elements, impossible for a file of {length} bytes");
            }
        }

        return (long)count;
    }

    /// <summary>How many numbers all datasets of a file of some bytes may have together.</summary>
    public static long MostNumbers(long length) => SmallArray + (length * LargestPacking / sizeof(float));

    /// <summary>Checks an attribute as <see cref="Count"/> does a dataset; attributes are never packed.</summary>
    /// <exception cref="InvalidDataException">It is larger than the file.</exception>
    public static void Check(IH5Attribute attribute, long length)
    {
        if (attribute.Space.Type != H5DataspaceType.Null && Product(attribute.Space.Dimensions) * attribute.Type.Size is var bytes
            && bytes > length)
        {
            throw new InvalidDataException(
                $"the attribute {attribute.Name} says to have {bytes} bytes, impossible for a file of {length} bytes");
        }
    }

    private static void CheckStorage(NativeDataset dataset)
    {
        if (Hdf5Internals.IsStoredOutside(dataset))
        {
            throw new InvalidDataException(
                "its values lie outside the file, as raw bytes of another (external storage): that could be any file of this machine, "
                + "and is not read. Copy it with h5repack first");
        }

        var filters = Hdf5Internals.Filters(dataset).ToArray();
        LzfFilter.Expect(filters.Length == 1);
        foreach (var (id, name) in filters)
        {
            if (!Readable.Contains(id))
            {
                var known = KnownFilters.GetValueOrDefault(id, name.Length > 0 ? name : "unknown");
                throw new InvalidDataException(
                    $"it is packed by the filter {known} (number {id}), which this kit does not unpack. "
                    + (id == Ecf
                        ? "Convert the recording with Metavision, to RAW, DAT or CSV (metavision_file_to_csv)"
                        : "Rewrite the file with one it does: h5repack -f GZIP=4 OLD NEW"));
            }
        }
    }

    private static Int128 Product(ulong[] lengths) =>
        lengths.Contains(0UL) ? 0 : lengths.Aggregate((Int128)1, (product, axis) => product > long.MaxValue ? product : product * axis);
}
