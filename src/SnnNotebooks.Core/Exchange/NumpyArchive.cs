using System.IO.Compression;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange;

/// <summary>
/// Reads NumPy's <c>.npz</c> archives (a zip of <c>.npy</c> files, stored or deflated) and single <c>.npy</c> files; no pickled
/// objects. Arrays are read when they are asked for.
/// </summary>
public sealed class NumpyArchive : IDisposable
{
    private readonly string path;
    private readonly ZipArchive zip;
    private readonly long usual;
    private readonly Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);

    private NumpyArchive(string path, ZipArchive zip, long length)
    {
        (this.path, this.zip, usual) = (path, zip, Math.Clamp(UsualRatio * length, SmallestLimit, DefaultLargest));
        foreach (var entry in zip.Entries.Where(entry => entry.FullName.EndsWith(".npy", StringComparison.Ordinal)))
        {
            if (!entries.TryAdd(entry.FullName[..^4], entry))
            {
                throw new InvalidDataException($"{path} holds two arrays called {entry.FullName[..^4]}; expected one of each name.");
            }
        }
    }

    /// <summary>The arrays' names, without <c>.npy</c>, in the order of the archive.</summary>
    public IReadOnlyCollection<string> Names => entries.Keys;

    /// <summary>The largest array that is read of any archive unless more is allowed: 1 GiB unpacked.</summary>
    public const long DefaultLargest = 1L << 30;

    /// <summary>How many times the size of the archive an array may unpack to unless more is allowed; 64 MiB always may.</summary>
    public const long UsualRatio = 100;

    private const long SmallestLimit = 64L << 20;

    /// <summary>Whether a file that begins so is a zip archive, an empty one included.</summary>
    /// <param name="start">Its first bytes. Fewer than four tell nothing: two letters begin many other files.</param>
    /// <returns>Whether they are a zip archive's, as those of <c>.npz</c> and of PyTorch's files are.</returns>
    public static bool IsZip(ReadOnlySpan<byte> start) => start.StartsWith("PK\x3\x4"u8) || start.StartsWith("PK\x5\x6"u8);

    /// <summary>Whether a file that begins so is a single NumPy array, <c>.npy</c>.</summary>
    /// <param name="start">Its first bytes. Fewer than six tell nothing.</param>
    /// <returns>Whether they are NumPy's mark.</returns>
    public static bool IsNumpy(ReadOnlySpan<byte> start) => start is [0x93, ..] && start[1..].StartsWith("NUMPY"u8);

    /// <summary>Opens an archive.</summary>
    /// <param name="path">The <c>.npz</c> file.</param>
    /// <returns>The archive; the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no zip archive, is damaged, or holds two arrays of one name.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public static NumpyArchive Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var stream = File.OpenRead(path);
        try
        {
            return new NumpyArchive(path, new ZipArchive(stream, ZipArchiveMode.Read), stream.Length);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or ArgumentException)
        {
            stream.Dispose();
            throw new InvalidDataException($"{path} is no .npz archive: {failure.Message}", failure);
        }
    }

    /// <summary>Reads a single array from a <c>.npy</c> file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>A new tensor; the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no array this kit reads.</exception>
    public static Tensor ReadArray(string path) =>
        PlainNumpyFile.Read(path) ?? NumpyArray.Parse(File.ReadAllBytes(path), path).ToTensor();

    /// <summary>Whether there is an array of this name.</summary>
    /// <param name="name">The name without <c>.npy</c>.</param>
    /// <returns>Whether there is.</returns>
    public bool Contains(string name) => entries.ContainsKey(name);

    /// <summary>Reads an array.</summary>
    /// <param name="name">The name without <c>.npy</c>.</param>
    /// <param name="largest">An array whose bytes, unpacked, are more than this is refused; null for <see cref="UsualRatio"/> times the
    /// archive's, at most <see cref="DefaultLargest"/>.</param>
    /// <returns>Its type, shape and values.</returns>
    /// <exception cref="KeyNotFoundException">There is no array of this name.</exception>
    /// <exception cref="InvalidDataException">It is damaged, larger than <paramref name="largest"/>, or of a kind this kit does not
    /// read.</exception>
    public NumpyArray Array(string name, long? largest = null)
    {
        if (!entries.TryGetValue(name, out var entry))
        {
            throw new KeyNotFoundException(
                $"{path} holds no array called {name}; it holds "
                + $"{string.Join(", ", entries.Keys.Take(10))}{(entries.Count > 10 ? ", ..." : string.Empty)}.");
        }

        var what = $"{path}, array {name},";
        return NumpyArray.Parse(Unpack(entry, largest ?? usual, what).GetBuffer().AsSpan(0, (int)entry.Length), what);
    }

    /// <summary>Reads an array as a tensor.</summary>
    /// <param name="name">The name without <c>.npy</c>.</param>
    /// <param name="largest">An array whose bytes, unpacked, are more than this is refused; null for <see cref="UsualRatio"/> times the
    /// archive's, at most <see cref="DefaultLargest"/>.</param>
    /// <returns>A new tensor; the caller disposes it.</returns>
    /// <exception cref="KeyNotFoundException">There is no array of this name.</exception>
    /// <exception cref="InvalidDataException">As for <see cref="Array"/>.</exception>
    public Tensor Tensor(string name, long? largest = null) => Array(name, largest).ToTensor();

    /// <inheritdoc/>
    public void Dispose() => zip.Dispose();

    /// <summary>Grows with what really comes out, not with what the directory of the archive promises.</summary>
    private static MemoryStream Unpack(ZipArchiveEntry entry, long largest, string what)
    {
        if (entry.Length > Math.Min(largest, System.Array.MaxLength))
        {
            throw NumpyArray.Bad(what,
                $"it says to hold {entry.Length} bytes, more than the {largest} allowed for a file like this: allow more with largest");
        }

        var unpacked = new MemoryStream();
        try
        {
            using var packed = entry.Open();
            var buffer = new byte[81920];
            for (int read; (read = packed.Read(buffer)) > 0 && unpacked.Length <= entry.Length;)
            {
                unpacked.Write(buffer, 0, read);
            }
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or NotSupportedException)
        {
            throw new InvalidDataException($"{what} cannot be unpacked: {failure.Message}", failure);
        }

        return unpacked.Length == entry.Length
            ? unpacked
            : throw NumpyArray.Bad(what,
                $"it should unpack to {entry.Length} bytes and does to {(unpacked.Length > entry.Length ? "more" : unpacked.Length)} "
                + "(damaged)");
    }
}
