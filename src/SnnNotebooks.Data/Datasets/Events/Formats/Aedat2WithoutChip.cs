using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// What the addresses of an AEDAT 2.0 file mean that names no chip. CIFAR10-DVS's are those of the DVS128. The v2e simulator
/// (github.com/SensorsINI/v2e, aedat2_output.py) writes those of a DAVIS, 346 x 260 or 240 x 180, or of the DVS640, and says only that it
/// wrote them; which bits its addresses use, and
/// how far its events reach, tells the three apart. Whatever does not fit is refused.
/// </summary>
internal static partial class Aedat2WithoutChip
{
    private const int LongestLook = 1 << 24;
    private const uint Special = 1 << 10; // v2e marks noise by it on request
    private const uint DavisLow = 0x3FF;  // bits a DAVIS leaves at 0
    private const uint Dvs128Bits = 0xFFFF;
    private const uint Dvs640Bits = (1 << 21) - 1;

    // v2e's DVS640: polarity in bit 0, then ten bits of column and ten of row, mirrored as the others are
    private static readonly PairLayout Dvs640 = new(
        true, false, XShift: 1, XMask: 0x3FF, YShift: 11, YMask: 0x3FF, PolarityShift: 0, MirrorX: 639);

    /// <summary>The layout and the sensor.</summary>
    /// <exception cref="EventFileException">The file does not tell, and neither does its user.</exception>
    public static (PairLayout Layout, SensorSize Size) Layout(ByteSource source, IReadOnlyList<string> comments, EventFileOptions options)
    {
        var (bits, columns, rows) = Look(source);
        var isV2e = comments.Any(line => line.Contains("v2e", StringComparison.OrdinalIgnoreCase));
        if ((options.Size ?? SizeIn(comments)) is { } size)
        {
            return (Of(size)
                ?? throw source.Bad(
                    0,
                    $"its header names no chip, and addresses of a sensor of {size.Width} x {size.Height} are not known here; known are "
                    + $"128 x 128, 640 x 480 (v2e's) and "
                    + $"{string.Join(", ", AedatHeader.Davis.Select(davis => $"{davis.Width} x {davis.Height}"))}"), size);
        }

        if (!isV2e)
        {
            return (bits & ~Dvs128Bits) == 0
                ? (AedatHeader.Dvs128, new SensorSize(128, 128, SensorSizeOrigin.Stated))
                : throw source.Bad(
                    0,
                    "its header names no chip, and its addresses are not those of the DVS128. Say what the size of the sensor is, for "
                    + "example --size 346x260");
        }

        if ((bits & DavisLow) != 0)
        {
            return (bits & ~Dvs640Bits) == 0
                ? (Dvs640, new SensorSize(640, 480, SensorSizeOrigin.KnownSensor))
                : throw source.Bad(
                    0, "its addresses are none that v2e writes. Say what the size of the sensor is, for example --size 346x260");
        }

        var (width, height) = columns < 240 && rows < 180 ? (240, 180) : (346, 260);
        return columns < width && rows < height
            ? (AedatHeader.OfDavis(width), new SensorSize(width, height, SensorSizeOrigin.KnownSensor))
            : throw source.Bad(
                0,
                $"its events reach column {columns}, row {rows}, beyond what v2e writes. Say what the size of the sensor is, for example "
                + "--size 640x480");
    }

    private static PairLayout? Of(SensorSize size) => (size.Width, size.Height) switch
    {
        (128, 128) => AedatHeader.Dvs128,
        (640, 480) => Dvs640,
        _ => AedatHeader.Davis.Any(davis => (davis.Width, davis.Height) == (size.Width, size.Height))
            ? AedatHeader.OfDavis(size.Width)
            : null,
    };

    /// <summary>
    /// The bits that the addresses of the first 2 million events use, and the largest column and row if they are a DAVIS's.
    /// </summary>
    private static (uint Bits, uint Columns, uint Rows) Look(ByteSource source)
    {
        var bytes = new byte[(int)Math.Clamp(source.Remaining, 0, 1 << 18) & ~7];
        var (bits, columns, rows) = (0u, 0u, 0u);
        for (long at = 0; at < LongestLook && bytes.Length > 0;)
        {
            var read = source.Look(source.Offset + at, bytes);
            for (var word = 0; word + 8 <= read; word += 8)
            {
                var address = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(word));
                bits |= address & ~Special;
                (columns, rows) = (Math.Max(columns, (address >> 12) & 0x3FF), Math.Max(rows, (address >> 22) & 0x1FF));
            }

            at += bytes.Length;
            if (read < bytes.Length)
            {
                break;
            }
        }

        return (bits, columns, rows);
    }

    private static SensorSize? SizeIn(IEnumerable<string> comments)
    {
        foreach (var line in comments)
        {
            if (AedatHeader.Davis.Cast<(string Chip, int Width, int Height)?>()
                .FirstOrDefault(davis => line.Contains(davis!.Value.Chip, StringComparison.OrdinalIgnoreCase)) is var (_, width, height))
            {
                return new SensorSize(width, height, SensorSizeOrigin.Stated);
            }

            if (line.Contains("DVS128", StringComparison.OrdinalIgnoreCase))
            {
                return new SensorSize(128, 128, SensorSizeOrigin.Stated);
            }

            if (SizePattern().Match(line) is { Success: true } size)
            {
                return new SensorSize(int.Parse(size.Groups["width"].Value, CultureInfo.InvariantCulture),
                    int.Parse(size.Groups["height"].Value, CultureInfo.InvariantCulture), SensorSizeOrigin.Stated);
            }
        }

        return null;
    }

    [GeneratedRegex(@"\b(?<width>\d{2,4})\s?x\s?(?<height>\d{2,4})\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SizePattern();
}
