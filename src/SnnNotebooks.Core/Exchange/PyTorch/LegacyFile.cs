using System.Buffers.Binary;
using System.Numerics;

namespace SnnNotebooks.Exchange.PyTorch;

/// <summary>
/// PyTorch's file format before version 1.6: a magic number, a version and facts about the machine, each a pickle; the object; the list of
/// storage keys; then each storage, its element count and its bytes.
/// </summary>
internal static class LegacyFile
{
    private const long Version = 1001;
    private static readonly BigInteger Magic = BigInteger.Parse(
        "119547037146038801333356", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Reads a file.</summary>
    public static Checkpoint Read(Stream file, string path)
    {
        object? magic;
        try
        {
            magic = Plain(file, path);
        }
        catch (CheckpointException unreadable)
        {
            throw Unknown(path, unreadable);
        }

        if (magic is not BigInteger number || number != Magic)
        {
            throw Unknown(path, null);
        }

        if (Plain(file, path) is not Version)
        {
            throw new CheckpointException(
                $"{path} is an old PyTorch file of another version than {Version}; load and save it again with a present PyTorch.");
        }

        if (Plain(file, path) is not PickleDictionary machine
            || machine.Items.Any(item => item is { Key: "little_endian", Value: not true }))
        {
            throw new CheckpointException($"{path} was not written on a little-endian machine; load and save it again on one.");
        }

        var budget = new MemoryBudget(path, file.Length);
        var sizes = new Dictionary<string, int>(StringComparer.Ordinal);
        var root = new Unpickler(file, path, Storage).Load();
        var keys = Plain(file, path) is List<object?> list && list.All(key => key is string)
            ? list.Cast<string>().ToList()
            : throw new CheckpointException($"{path} lacks the list of its storages (damaged).");
        var (tensors, remarks) = new TensorTree(path).Collect(root);
        var bytes = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (!sizes.TryGetValue(key, out var size))
            {
                throw new CheckpointException($"{path} holds a storage {key} of which nothing says what it is (damaged).");
            }

            bytes[key] = StorageBytes(file, size, key, path, budget);
        }

        return new Checkpoint(
            TensorViews.Make(tensors,
                storage => bytes.TryGetValue(storage.Key, out var found)
                    ? found
                    : throw new CheckpointException($"{path} lacks the storage {storage.Key} (damaged)."), path, budget),
            new Dictionary<string, string>(),
            "PyTorch before 1.6",
            remarks);

        PickleStorage Storage(PickleTuple id)
        {
            if (id.Items is not ["storage", PickleGlobal type, string key, string, long count, ..]
                || KnownGlobals.StorageType(type) is not { } element || count < 0)
            {
                throw new CheckpointException($"{path} refers to a storage in a way PyTorch does not (damaged).");
            }

            sizes[key] = RawTensor.SizeOf(element);

            // a view: its own key, where it begins in the storage, and its length
            return id.Items is [_, _, _, _, _, PickleTuple { Items: [string, long offset, long length] }] && offset >= 0 && length >= 0
                ? new PickleStorage(key, element, length, offset)
                : new PickleStorage(key, element, count);
        }
    }

    private static object? Plain(Stream file, string path) =>
        new Unpickler(file, path, _ => throw new CheckpointException($"{path} refers to a storage where none may be (damaged).")).Load();

    private static byte[] StorageBytes(Stream file, int size, string key, string path, MemoryBudget budget)
    {
        var prefix = new byte[8];
        if (file.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) == 8)
        {
            var count = BinaryPrimitives.ReadInt64LittleEndian(prefix);
            if (count >= 0 && count <= (file.Length - file.Position) / size && count * size <= Array.MaxLength)
            {
                budget.Take(count * size);
                var bytes = new byte[count * size];
                file.ReadExactly(bytes);
                return bytes;
            }
        }

        throw new CheckpointException($"{path} ends before its storage {key} does (cut short).");
    }

    private static CheckpointException Unknown(string path, Exception? inner)
    {
        var message =
            $"{path} is no weights file this kit reads: expected safetensors, or PyTorch's .pt or .pth (zip, or before version 1.6). "
            + "Save weights with torch.save(model.state_dict(), ...) or as safetensors.";
        return inner is null ? new CheckpointException(message) : new CheckpointException($"{message} ({inner.Message})", inner);
    }
}
