using System.Buffers.Binary;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>The beginnings of AEDAT files.</summary>
internal static class AedatHeader
{
    private const string Magic = "#!AER-DAT";
    private const int LargestHeader = 1 << 24;

    // the chips' names in jAER, without their package, and how they write addresses
    internal static readonly (string Chip, int Width, int Height)[] Davis =
    [
        ("DAVIS240", 240, 180), ("DAVIS346", 346, 260), ("DAVIS640", 640, 480), ("DAVIS208", 208, 192), ("DAVIS128", 128, 128),
    ];

    /// <summary>Addresses of the DVS128, as CIFAR10-DVS has them.</summary>
    public static PairLayout Dvs128 { get; } = new(
        true, false, XShift: 1, XMask: 0x7F, YShift: 8, YMask: 0x7F, PolarityShift: 0, OnIsZero: true, MirrorX: 127, NoEvent: 0x8000);

    /// <summary>Addresses of a DAVIS of some columns.</summary>
    public static PairLayout OfDavis(int width) => new(
        true, false, XShift: 12, XMask: 0x3FF, YShift: 22, YMask: 0x1FF, PolarityShift: 11, MirrorX: (uint)width - 1, NoEvent: 0x80000400);

    public static RecordingHeader Read(ByteSource source, EventFileOptions options)
    {
        var magic = source.Line((byte)'#') ?? throw source.Bad("the first line has no end (cut short)");
        return magic[Magic.Length..].Trim() switch
        {
            "2.0" => Version2(source, options),
            "3.1" => Version31(source),
            "4.0" => Version4(source),
            var version => throw source.Bad(0, $"it is AEDAT version '{Shortened(version)}'; 2.0, 3.1 and 4.0 are read"),
        };
    }

    private static RecordingHeader Version2(ByteSource source, EventFileOptions options)
    {
        string? chip = null;
        var comments = new List<string>();
        DateTimeOffset? started = null;
        while (source.Line((byte)'#') is { } line)
        {
            Bounded(source);
            if (After(line, "AEChip:") is { } name)
            {
                chip = name[(name.LastIndexOf('.') + 1)..];
            }
            else if (After(line, "System.currentTimeMillis()") is { } time
                && long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
                && milliseconds < 253_402_300_800_000)
            {
                started = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
            }
            else
            {
                comments.Add(line);
            }

            if (line.Contains("End Of ASCII Header", StringComparison.OrdinalIgnoreCase))
            {
                break;
            }
        }

        if (chip is null)
        {
            var (found, size) = Aedat2WithoutChip.Layout(source, comments, options);
            return new RecordingHeader(EventFormat.Aedat2, new PairDecoder(found), size, started, PairLayout.Bytes);
        }

        if (chip.StartsWith("DVS128", StringComparison.OrdinalIgnoreCase)
            || chip.StartsWith("Tmpdiff128", StringComparison.OrdinalIgnoreCase))
        {
            return new RecordingHeader(
                EventFormat.Aedat2, new PairDecoder(Dvs128), new SensorSize(128, 128, SensorSizeOrigin.Stated), started, PairLayout.Bytes);
        }

        foreach (var (name, width, height) in Davis)
        {
            if (chip.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                return new RecordingHeader(EventFormat.Aedat2, new PairDecoder(OfDavis(width)),
                    new SensorSize(width, height, SensorSizeOrigin.Stated), started, PairLayout.Bytes);
            }
        }

        throw source.Bad(
            0,
            $"its chip is '{Shortened(chip)}', whose addresses are not known here; known are DVS128 and "
            + $"{string.Join(", ", Davis.Select(davis => davis.Chip))}");
    }

    private static RecordingHeader Version31(ByteSource source)
    {
        SensorSize? size = null;
        while (true)
        {
            var line = source.Line((byte)'#') ?? throw source.Bad("expected a line of the header, the last of which is #!END-HEADER");
            Bounded(source);
            if (line.TrimEnd() == "#!END-HEADER")
            {
                break;
            }

            if (line.StartsWith("#Source", StringComparison.OrdinalIgnoreCase)
                && line.IndexOf(':', StringComparison.Ordinal) is var colon and > 0)
            {
                var name = line[(colon + 1)..].Trim();
                size ??= name.StartsWith("DVS128", StringComparison.OrdinalIgnoreCase)
                    ? new SensorSize(128, 128, SensorSizeOrigin.Camera)
                    : Davis.Where(davis => name.StartsWith(davis.Chip, StringComparison.OrdinalIgnoreCase))
                        .Select(davis => (SensorSize?)new SensorSize(davis.Width, davis.Height, SensorSizeOrigin.Camera))
                        .FirstOrDefault();
            }
        }

        return new RecordingHeader(EventFormat.Aedat31, new Aedat31Decoder(source.Name), size);
    }

    private static RecordingHeader Version4(ByteSource source)
    {
        var start = source.Offset;
        var sizeBytes = source.Peek(4);
        if (sizeBytes.Length < 4)
        {
            throw source.Bad("the file ends inside the size of its header (cut short)");
        }

        var size = BinaryPrimitives.ReadUInt32LittleEndian(sizeBytes);
        if (size > LargestHeader)
        {
            throw source.Bad($"its header says to have {size} bytes; at most {LargestHeader} are read");
        }

        var bytes = source.Peek(4 + (int)size);
        if (bytes.Length < 4 + size)
        {
            throw source.Bad($"its header says to have {size} bytes and {bytes.Length - 4} are left (cut short)");
        }

        Aedat4Compression compression;
        long table;
        (int Stream, SensorSize? Size, string? Remark) events;
        try
        {
            var header = FlatTable.Root(bytes, "IOHE");
            var number = header.Byte(0);
            compression = Aedat4Compression.Of(number)
                ?? throw new FormatException($"its compression is number {number}; known are 0 to 4");
            table = header.Int64(1, -1);
            events = EventStreamOf(System.Text.Encoding.UTF8.GetString(header.Vector(2, 1)));
        }
        catch (Exception damage) when (damage is FormatException or XmlException)
        {
            throw source.Bad(start, $"its header is damaged: {damage.Message.TrimEnd('.')}", damage);
        }

        source.Advance(4 + (int)size);
        if (table > 0) // -1 where the recording was not closed
        {
            if (table < source.Offset || table > source.Length)
            {
                throw source.Bad(start,
                    $"its header puts the table of packets at byte {table}, outside the {source.Length} bytes of the file (cut short)");
            }

            source.Limit = table;
        }

        return new RecordingHeader(
            EventFormat.Aedat4, new Aedat4Decoder(source.Name, events.Stream, compression, events.Remark), events.Size);
    }

    /// <summary>The first stream of events among those the header's XML lists.</summary>
    private static (int Stream, SensorSize? Size, string? Remark) EventStreamOf(string xml)
    {
        using var reader = XmlReader.Create(
            new StringReader(xml.TrimEnd('\0')), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        var streams = new List<(int Id, SensorSize? Size)>();
        var root = XDocument.Load(reader).Root;
        foreach (var node in root?.Elements("node").Where(node => (string?)node.Attribute("name") == "outInfo").Elements("node") ?? [])
        {
            if (Attribute(node, "typeIdentifier") == "EVTS"
                && int.TryParse((string?)node.Attribute("name"), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                var info = node.Elements("node").FirstOrDefault(child => (string?)child.Attribute("name") == "info");
                streams.Add(
                    (id, Side(info, "sizeX") is var width and > 0 && Side(info, "sizeY") is var height and > 0
                        ? new SensorSize(width, height, SensorSizeOrigin.Stated)
                        : null));
            }
        }

        return streams switch
        {
            [] => throw new FormatException("it lists no stream of events (EVTS)"),
            [var only] => (only.Id, only.Size, null),
            _ => (streams[0].Id, streams[0].Size,
                $"stream {streams[0].Id} of the event streams {string.Join(", ", streams.Select(stream => stream.Id))} is read"),
        };
    }

    private static string? Attribute(XElement? node, string key) =>
        node?.Elements("attr").FirstOrDefault(attribute => (string?)attribute.Attribute("key") == key)?.Value;

    private static int Side(XElement? info, string key) =>
        int.TryParse(Attribute(info, key), NumberStyles.None, CultureInfo.InvariantCulture, out var side) && side <= ushort.MaxValue + 1
            ? side
            : 0;

    private static string? After(string line, string word) =>
        line.IndexOf(word, StringComparison.Ordinal) is var at and >= 0 ? line[(at + word.Length)..].Trim() : null;

    private static string Shortened(string text) => text.Length > 60 ? text[..60] + "..." : text;

    private static void Bounded(ByteSource source)
    {
        if (source.Offset > LargestHeader)
        {
            throw source.Bad($"its header has more than {LargestHeader} bytes");
        }
    }
}
