using System.IO.Compression;

namespace SnnNotebooks.Exchange.PyTorch;

/// <summary>
/// PyTorch's present file format: a zip archive with a pickle, <c>NAME/data.pkl</c>, and its storages, <c>NAME/data/KEY</c>.
/// </summary>
internal static class PyTorchArchive
{
    private const long LargestPickle = 256L << 20;

    /// <summary>Reads a file.</summary>
    public static Checkpoint Read(Stream file, string path)
    {
        using var zip = Open(file, path);
        var pickle = zip.Entries.Where(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal)).ToList();
        if (pickle.Count != 1)
        {
            throw new CheckpointException(
                $"{path} is a zip archive with {pickle.Count} entries called data.pkl; PyTorch's files have "
                + $"one{(zip.Entries.Any(entry => entry.FullName.EndsWith("constants.pkl", StringComparison.Ordinal)) ? " (it looks like "
                    + "TorchScript: save the state_dict instead)" : string.Empty)}.");
        }

        var folder = pickle[0].FullName[..^"data.pkl".Length];
        var budget = new MemoryBudget(path, file.Length);
        if (zip.GetEntry(folder + "byteorder") is { } order
            && System.Text.Encoding.ASCII.GetString(Unpack(order, 16, path, budget)).Trim() != "little")
        {
            throw new CheckpointException($"{path} was written on a big-endian machine; load and save it again on a little-endian one.");
        }

        using var content = new MemoryStream(Unpack(pickle[0], LargestPickle, path, budget));
        var root = new Unpickler(content, path, Storage).Load();
        var tree = new TensorTree(path);
        var (tensors, remarks) = tree.Collect(root);
        var cache = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        return new Checkpoint(TensorViews.Make(tensors, Bytes, path, budget), tree.Fields, "PyTorch zip", remarks);

        byte[] Bytes(PickleStorage storage)
        {
            if (!cache.TryGetValue(storage.Key, out var bytes))
            {
                var entry = zip.GetEntry($"{folder}data/{storage.Key}")
                    ?? throw new CheckpointException($"{path} lacks the storage {storage.Key} that its tensors refer to (damaged).");
                bytes = cache[storage.Key] = Unpack(entry, Array.MaxLength, path, budget);
            }

            return bytes;
        }

        PickleStorage Storage(PickleTuple id) =>
            id.Items is ["storage", PickleGlobal type, string key, string, long count] && KnownGlobals.StorageType(type) is { } element
                && count >= 0
            ? new PickleStorage(key, element, count)
            : throw new CheckpointException($"{path} refers to a storage in a way PyTorch does not (damaged).");
    }

    private static ZipArchive Open(Stream file, string path)
    {
        try
        {
            var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            _ = zip.Entries.Count; // reads the directory
            return zip;
        }
        catch (Exception damaged) when (damaged is InvalidDataException or IOException or ArgumentException or OverflowException
            or NotSupportedException)
        {
            throw new CheckpointException($"{path} begins like a zip archive and is none: {damaged.Message}", damaged);
        }
    }

    private static byte[] Unpack(ZipArchiveEntry entry, long largest, string path, MemoryBudget budget)
    {
        if (entry.Length > largest)
        {
            throw new CheckpointException(
                $"{path}: {entry.FullName} says to hold {entry.Length} bytes, more than the {largest} that are read.");
        }

        budget.Take(entry.Length);
        try
        {
            using var packed = entry.Open();
            var bytes = new byte[entry.Length];
            packed.ReadExactly(bytes);
            return packed.ReadByte() < 0 ? bytes : throw new InvalidDataException("there is more than the directory says");
        }
        catch (Exception damaged) when (damaged is InvalidDataException or IOException or NotSupportedException)
        {
            throw new CheckpointException($"{path}: {entry.FullName} cannot be unpacked: {damaged.Message}", damaged);
        }
    }
}
