using SnnNotebooks.Datasets.Events.Formats;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Exchange;

namespace SnnNotebooks.Datasets.Events;

/// <summary>
/// Reads an event recording of any <see cref="EventFormat"/> from front to back, in pieces, in bounded memory. What a file is, its first
/// bytes say; for the formats without a mark (<c>.bin</c>, <c>.bs2</c>, <c>.bs3</c>, <c>.dat</c> without header, text) its extension does.
/// Tables (text, NumPy, HDF5) may need to be told what their columns are: <see cref="EventFileOptions"/>.
/// </summary>
public sealed class EventReader : IDisposable
{
    private static readonly (int Width, int Height)[] AtisSensors = [(34, 34), (128, 128), (240, 180), (256, 256)];

    private readonly ByteSource source;
    private readonly RecordingHeader header;
    private readonly long firstByte;
    private int largestX = -1;
    private int largestY = -1;
    private long outside;

    private EventReader(ByteSource source, RecordingHeader header)
    {
        (this.source, this.header) = (source, header);
        firstByte = source.Offset;
    }

    /// <summary>The format.</summary>
    public EventFormat Format => header.Format;

    /// <summary>The name people use for the format.</summary>
    public string FormatName => header.FormatName;

    /// <summary>When it was recorded, where the file says so to the millisecond (AEDAT 2.0), else null.</summary>
    public DateTimeOffset? StartedAt => header.StartedAt;

    /// <summary>Whether the events have places and polarities; generic Event Streams have only times, and all else is 0.</summary>
    public bool HasPixels => header.Decoder.HasPixels;

    /// <summary>The size of the sensor. Where the file does not say it, it follows from the events read so far.</summary>
    public SensorSize Size
    {
        get
        {
            if (header.Size is { } known)
            {
                return known.IsBinding
                    ? known
                    : known with { Width = Math.Max(known.Width, HasPixels ? largestX + 1 : 0),
                        Height = Math.Max(known.Height, HasPixels ? largestY + 1 : 0) };
            }

            if (Format == EventFormat.AtisBin)
            {
                var (width, height) = AtisSensors.First(sensor => sensor.Width > largestX && sensor.Height > largestY);
                return new SensorSize(width, height, SensorSizeOrigin.KnownSensor);
            }

            return new SensorSize(largestX + 1, largestY + 1, SensorSizeOrigin.Extent);
        }
    }

    /// <summary>
    /// What a user of the recording should know: events marked invalid, other streams in the file. Complete once all of it was read.
    /// </summary>
    public IReadOnlyList<string> Remarks =>
        [.. header.Decoder.Remarks, .. outside > 0
            ? [$"{outside} events lie outside the sensor of {Size.Width} x {Size.Height} and are left out"]
            : Array.Empty<string>()];

    /// <summary>The bytes of an event, where the file may be read in parts, else 0.</summary>
    internal int RecordBytes => header.RecordBytes;

    /// <summary>The events of such a file, including words that are none.</summary>
    internal long Records => header.RecordBytes == 0 ? 0 : (source.Length - firstByte) / header.RecordBytes;

    /// <summary>The bytes of the file that are still to be read.</summary>
    internal long BytesLeft => source.Remaining;

    /// <summary>Of a part that was read, the microseconds that all times after it are later by (overflows of the format's clock).</summary>
    internal long Carried => header.Decoder.Carried;

    /// <summary>Opens a recording and reads its header.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What the file does not say itself; null for nothing.</param>
    /// <returns>A reader at the first event; the caller disposes it.</returns>
    /// <exception cref="EventFileException">It is none, of a version that is not read, damaged, or does not say what
    /// <paramref name="options"/> could.</exception>
    /// <exception cref="ArgumentException"><paramref name="options"/> make no sense.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    public static EventReader Open(string path, EventFileOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var source = new ByteSource(path);
        try
        {
            var known = options ?? EventFileOptions.None;
            var header = Header(source, known);
            return new EventReader(source, header with { Size = header.Size ?? known.Size });
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Replaces what a block holds with the events that come next, as many as it has room for.</summary>
    /// <param name="block">Gets the events.</param>
    /// <returns>False once there are no more.</returns>
    /// <exception cref="EventFileException">The file is damaged or cut short.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool Read(EventBlock block)
    {
        ArgumentNullException.ThrowIfNull(block);
        bool found;
        do
        {
            var start = source.Offset;
            found = Fill(block);
            Check(block, start);
        }
        while (found && block.Count == 0); // all of them lay outside the sensor

        return block.Count > 0;
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    /// <summary>Limits reading to some of the events of a file whose events all have the same size.</summary>
    internal void Restrict(long firstRecord, long records)
    {
        source.Seek(firstByte + (firstRecord * header.RecordBytes));
        source.Limit = firstRecord + records == Records ? source.Length : source.Offset + (records * header.RecordBytes);
    }

    /// <summary>Refuses bytes that are left after the last event of a part.</summary>
    /// <exception cref="EventFileException">There are some.</exception>
    internal void CheckEnd()
    {
        if (source.Remaining > 0)
        {
            throw CutShort((int)source.Remaining);
        }
    }

    private bool Fill(EventBlock block)
    {
        block.Count = 0;
        var decoder = header.Decoder;
        while (block.Room >= decoder.Burst)
        {
            if (decoder.Skip > source.Remaining)
            {
                throw source.Bad($"{decoder.Skip} more bytes must follow, and {source.Remaining} are left (cut short)");
            }

            source.Skip(decoder.Skip);
            decoder.Skip = 0;
            var bytes = source.Peek(decoder.Wanted);
            if (bytes.IsEmpty && !decoder.HasPending)
            {
                if (decoder.Unfinished is { } missing)
                {
                    throw source.Bad($"the file ends here; expected {missing} (cut short)");
                }

                break;
            }

            var before = block.Count;
            var used = decoder.Decode(bytes, source.Offset, block);
            if (used < 0 || used > bytes.Length)
            {
                throw new InvalidOperationException($"The decoder of {FormatName} says that it used {used} of {bytes.Length} bytes.");
            }

            source.Advance(used);
            if (used == 0 && block.Count == before && decoder.Skip == 0 && source.Peek(bytes.Length + 64).Length == bytes.Length)
            {
                throw CutShort(bytes.Length);
            }
        }

        return block.Count > 0;
    }

    private static RecordingHeader Header(ByteSource source, EventFileOptions options)
    {
        var extension = Path.GetExtension(source.Name).ToUpperInvariant();
        if (source.Peek(1).IsEmpty)
        {
            throw source.Bad("the file is empty");
        }

        if (Added(source, extension) is { } added)
        {
            return added;
        }

        var first = source.Peek(12);
        if (first.StartsWith("#!AER-DAT"u8))
        {
            return AedatHeader.Read(source, options);
        }

        if (first.StartsWith("Event Stream"u8))
        {
            return EventStreamHeader.Read(source);
        }

        if (Headerless(extension) is { } headerless)
        {
            return headerless;
        }

        if (NumpyArchive.IsZip(first) || NumpyArchive.IsNumpy(first))
        {
            return Table(source, NumpyTable.Read(source, options));
        }

        if (Hdf5File.IsHdf5(first))
        {
            return Table(source, Hdf5Table.Read(source, options));
        }

        return extension switch
        {
            ".DAT" => PropheseeHeader.Read(source),
            ".CSV" or ".TXT" or ".TSV" => TextHeader.Read(source, options),
            _ when first.StartsWith("#!events.txt"u8) => TextHeader.Read(source, options),
            _ when first[0] == '%' => PropheseeHeader.Read(source),
            _ => throw source.Bad(
                $"it does not start like an event recording, and its name does not end in .bin, .bs2, .bs3, .dat, .csv or .txt; read are "
                + $"{EventFormats.All}"),
        };
    }

    /// <summary>Formats that begin with an event, which may look like the start of another format: only the name tells them.</summary>
    private static RecordingHeader? Headerless(string extension) => extension switch
    {
        ".BIN" => new RecordingHeader(EventFormat.AtisBin, new AtisDecoder(hasOverflows: true), null, null, AtisDecoder.Bytes),
        ".BS2" => new RecordingHeader(EventFormat.AtisBin, new AtisDecoder(hasOverflows: false), null, null, AtisDecoder.Bytes),
        ".BS3" => new RecordingHeader(EventFormat.SlayerBs3, new SlayerDecoder(), null, null, SlayerDecoder.Bytes),
        _ => null,
    };

    private static RecordingHeader? Added(ByteSource source, string extension)
    {
        foreach (var (name, open) in EventFormats.Added)
        {
            if (open(extension, source.Peek(4096)) is { } start)
            {
                if (start.HeaderBytes < 0 || start.HeaderBytes > source.Remaining)
                {
                    throw source.Bad($"its header of {start.HeaderBytes} bytes is longer than the file (cut short)");
                }

                source.Skip(start.HeaderBytes);
                return new RecordingHeader(EventFormat.Added, start.Decoder, start.Size, null, start.RecordBytes) { FormatName = name };
            }
        }

        return null;
    }

    /// <summary>A table is in memory: nothing of the file is left to read.</summary>
    private static RecordingHeader Table(ByteSource source, RecordingHeader header)
    {
        source.Limit = source.Offset;
        return header;
    }

    private EventFileException CutShort(int left) =>
        source.Bad($"{left} bytes are left, less than the {header.Decoder.Piece} that must follow (cut short)");

    private void Check(EventBlock block, long start)
    {
        if (!HasPixels || block.Count == 0)
        {
            return;
        }

        var (x, y) = (EventBlock.Largest(block.X), EventBlock.Largest(block.Y));
        if (header.Size is { IsBinding: true } size && (x >= size.Width || y >= size.Height))
        {
            if (Format is not (EventFormat.Evt2 or EventFormat.Evt21 or EventFormat.Evt3))
            {
                throw Outside(block, start, size);
            }

            // what a camera sends is kept as it comes, disturbed words too: a long recording must not be lost for one of them
            outside += block.Remove((column, row) => column >= size.Width || row >= size.Height);
        }

        (largestX, largestY) = (Math.Max(largestX, x), Math.Max(largestY, y));
    }

    private EventFileException Outside(EventBlock block, long start, SensorSize size)
    {
        var first = Enumerable.Range(0, block.Count).First(i => block.X[i] >= size.Width || block.Y[i] >= size.Height);
        return source.Bad(
            start,
            $"event {first} from here is at column {block.X[first]}, row {block.Y[first]}, outside the sensor of {size.Width} x "
            + $"{size.Height}");
    }
}
