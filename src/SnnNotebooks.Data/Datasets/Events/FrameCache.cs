using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Events;

/// <summary>
/// Keeps integrated frames on disk, under a key made of the recording's content and the rule: a recording that changes, or another rule,
/// never finds old frames.
/// A file that is damaged is made anew.
/// </summary>
/// <param name="folder">Where the files go; made where it is missing.</param>
public sealed class FrameCache(string folder)
{
    private const int HeaderBytes = 8 + (4 * sizeof(int)) + 32;

    // the number changes where recordings or rules give other frames than before
    private static ReadOnlySpan<byte> Magic => "SNNFRM02"u8;

    /// <summary>The frames of a recording, from the cache where they are there.</summary>
    /// <param name="path">The recording.</param>
    /// <param name="rule">How it is cut.</param>
    /// <returns>Float32 [T, 2, H, W]; the caller disposes it.</returns>
    /// <exception cref="EventFileException">The recording is damaged.</exception>
    /// <exception cref="IOException">The recording cannot be read, or the cache cannot be written.</exception>
    public Tensor Frames(string path, FrameRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var file = FileOf(path, rule);
        if (ReadFile(file) is { } kept)
        {
            return kept;
        }

        var frames = EventFrames.Of(EventRecording.Load(path), rule);
        try
        {
            WriteFile(file, frames);
            return frames;
        }
        catch
        {
            frames.Dispose();
            throw;
        }
    }

    /// <summary>The file in which the frames of a recording are, or would be, kept.</summary>
    /// <param name="path">The recording.</param>
    /// <param name="rule">How it is cut.</param>
    /// <returns>The file's path; it need not be there.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public string FileOf(string path, FrameRule rule)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(rule);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var content = File.OpenRead(path))
        {
            hash.AppendData(SHA256.HashData(content));
        }

        // formats without a mark are told apart by their extension
        hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetExtension(path).ToUpperInvariant()}\n{rule.Key}"));
        return Path.Combine(folder, Convert.ToHexStringLower(hash.GetHashAndReset()) + ".frames");
    }

    /// <summary>Keeps frames [T, 2, H, W] in a file.</summary>
    internal static void WriteFile(string file, Tensor frames) => AtomicFile.Write(file, Bytes(frames));

    private static byte[] Bytes(Tensor frames)
    {
        ReadOnlySpan<byte> values = frames.bytes;
        var bytes = new byte[HeaderBytes + values.Length];
        Magic.CopyTo(bytes);
        for (var axis = 0; axis < 4; axis++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8 + (axis * sizeof(int))), (int)frames.shape[axis]);
        }

        SHA256.HashData(values, bytes.AsSpan(HeaderBytes - 32));
        values.CopyTo(bytes.AsSpan(HeaderBytes));
        GC.KeepAlive(frames); // a span of a tensor's memory does not keep the tensor
        return bytes;
    }

    /// <summary>Frames that were kept in a file; null where there is none, or it is damaged.</summary>
    internal static Tensor? ReadFile(string file)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        var bytes = File.ReadAllBytes(file);
        if (bytes.Length < HeaderBytes || !bytes.AsSpan(0, 8).SequenceEqual(Magic))
        {
            return null;
        }

        var shape = MemoryMarshal.Cast<byte, int>(bytes.AsSpan(8, 4 * sizeof(int))).ToArray();
        var values = bytes.AsSpan(HeaderBytes);
        var elements = shape.Aggregate((Int128)1, (product, axis) => product * axis);
        return shape.All(axis => axis >= 0) && elements * sizeof(float) == values.Length
            && SHA256.HashData(values).AsSpan().SequenceEqual(bytes.AsSpan(HeaderBytes - 32, 32))
            ? tensor(MemoryMarshal.Cast<byte, float>(values).ToArray(), Array.ConvertAll(shape, axis => (long)axis))
            : null;
    }
}
