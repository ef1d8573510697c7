using K4os.Compression.LZ4.Streams;
using ZstdSharp;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>Unpacks AEDAT 4's packets: plain, LZ4 frames or zstd.</summary>
internal sealed class Aedat4Compression
{
    /// <summary>The most bytes a packet may unpack to: DV writes some ten thousand events of 16 bytes into one.</summary>
    public const int Largest = 1 << 26;

    private readonly Func<Stream, Stream>? unpack;

    private Aedat4Compression(Func<Stream, Stream>? unpack) => this.unpack = unpack;

    /// <summary>The scheme of a number in the file's header, or null where there is none of this number.</summary>
    public static Aedat4Compression? Of(byte number) => number switch
    {
        0 => new Aedat4Compression(null),
        1 or 2 => new Aedat4Compression(static packed => LZ4Stream.Decode(packed, leaveOpen: true)),
        3 or 4 => new Aedat4Compression(static packed => new DecompressionStream(packed)),
        _ => null,
    };

    /// <summary>The unpacked bytes.</summary>
    /// <exception cref="InvalidDataException">They cannot be unpacked, or are too many.</exception>
    public byte[] Unpack(ReadOnlySpan<byte> packed)
    {
        var bytes = packed.ToArray();
        if (unpack is null)
        {
            return bytes;
        }

        using var unpacked = new MemoryStream(bytes.Length * 2);
        try
        {
            using var stream = unpack(new GuardedStream(new MemoryStream(bytes)));
            var buffer = new byte[1 << 16];
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                unpacked.Write(buffer, 0, read);
                if (unpacked.Length > Largest)
                {
                    throw new InvalidDataException($"it unpacks to more than {Largest} bytes");
                }
            }
        }
        catch (Exception damage) when (damage is not (InvalidDataException or OutOfMemoryException))
        {
            throw new InvalidDataException(
                $"it cannot be unpacked: {damage.Message}", damage); // each decompressor has exceptions of its own
        }

        return unpacked.ToArray();
    }
}
