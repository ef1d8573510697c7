using PureHDF.Filters;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// Unpacks LZF, the filter that h5py calls <c>lzf</c>: runs of up to 32 bytes as they are, and repetitions of up to 264 bytes of what came
/// at most
/// 8192 bytes before. Source: the format of Marc Lehmann's LibLZF; the filter's parameters as h5py writes them. Every place is checked.
/// </summary>
internal sealed class LzfFilter : IH5Filter
{
    /// <summary>Its number in the HDF Group's registry.</summary>
    public const ushort Id = 32000;

    [ThreadStatic]
    private static bool isAlone;

    private const int LongestRun = 32;
    private const int LargestRatio = 264; // a repetition takes two or three bytes

    /// <summary>Whether the dataset that this thread reads went through no other filter; told before it is read.</summary>
    public static void Expect(bool alone) => isAlone = alone;

    public ushort FilterId => Id;

    public string Name => "lzf";

    public Memory<byte> Filter(FilterInfo info)
    {
        if (!info.Flags.HasFlag(H5FilterFlags.Decompress))
        {
            throw new NotSupportedException("LZF is read and not written.");
        }

        // the third parameter is the size of a chunk
        var size = info.Parameters is [_, _, > 0 and var stated, ..] ? stated : (uint)info.ChunkSize;
        if (size > (long)info.Buffer.Length * LargestRatio)
        {
            throw new InvalidDataException($"a chunk of {info.Buffer.Length} packed bytes says to unpack to {size}");
        }

        var unpacked = new byte[size];
        if (info.Buffer.Length < size)
        {
            return unpacked.AsMemory(
                0, Unpack(info.Buffer.Span, unpacked) ?? throw new InvalidDataException("a chunk packed by LZF is damaged"));
        }

        // what LZF does not make smaller is written as it was; PureHDF mixes up which filter such a chunk passed over
        return Unpack(info.Buffer.Span, unpacked) == size ? unpacked
            : isAlone ? info.Buffer
            : throw new InvalidDataException(
                "a chunk that LZF did not make smaller went through other filters, too, which this kit does not read. Rewrite the file: "
                + "h5repack -f GZIP=4 OLD NEW");
    }

    public uint[] GetParameters(uint[] chunkDimensions, uint typeSize, Dictionary<string, object>? options) =>
        throw new NotSupportedException("LZF is read and not written.");

    /// <summary>Unpacks bytes and says how many there are; null where they lead outside themselves or the room there is.</summary>
    internal static int? Unpack(ReadOnlySpan<byte> packed, Span<byte> unpacked)
    {
        var (at, end) = (0, 0);
        while (at < packed.Length)
        {
            var control = packed[at++];
            if (control < LongestRun)
            {
                var run = control + 1;
                if (run > packed.Length - at || run > unpacked.Length - end)
                {
                    return null;
                }

                packed.Slice(at, run).CopyTo(unpacked[end..]);
                (at, end) = (at + run, end + run);
                continue;
            }

            var length = (control >> 5) + 2;
            var isLong = length == 9;
            if (packed.Length - at < (isLong ? 2 : 1))
            {
                return null;
            }

            length += isLong ? packed[at++] : 0;
            var from = end - ((control & 31) << 8) - 1 - packed[at++];
            if (from < 0 || length > unpacked.Length - end)
            {
                return null;
            }

            // one by one: a repetition may reach into itself
            for (var last = end + length; end < last; from++, end++)
            {
                unpacked[end] = unpacked[from];
            }
        }

        return end;
    }
}
