using System.Globalization;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// The beginnings of Prophesee's DAT and RAW files: lines that start with '%'. Source: docs.prophesee.ai, DAT and RAW file formats.
/// </summary>
internal static class PropheseeHeader
{
    private const int MostLines = 10_000;
    private const byte ExternalTrigger = 14;

    // parts of the names of cameras' plugins and the sensors they read
    private static readonly (string Plugin, int Width, int Height)[] Cameras =
    [
        ("genx320", 320, 320), ("imx636", 1280, 720), ("imx646", 1280, 720), ("gen41", 1280, 720), ("gen4", 1280, 720), ("gen31", 640, 480),
        ("gen3", 640, 480),
    ];

    public static RecordingHeader Read(ByteSource source)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var count = 0; source.Line((byte)'%') is { } line && count < MostLines; count++)
        {
            var (key, value) = Split(line);
            values[key] = value;
            if (key == "end")
            {
                break;
            }
        }

        if (values.GetValueOrDefault("format") is { } format)
        {
            return Raw(source, format.Split(';')[0], values);
        }

        if (values.GetValueOrDefault("evt") is { } version)
        {
            return Raw(source, "EVT" + version, values);
        }

        if (Path.GetExtension(source.Name).Equals(".raw", StringComparison.OrdinalIgnoreCase))
        {
            throw source.Bad(0, "its header names no encoding; expected a line '% evt 3.0' or '% format EVT3'");
        }

        return Dat(source, values);
    }

    private static RecordingHeader Raw(ByteSource source, string encoding, Dictionary<string, string> values)
    {
        var size = SizeOf(values);
        var upperHalfFirst = !(values.GetValueOrDefault("plugin_name")?.Contains("genx320", StringComparison.OrdinalIgnoreCase) ?? false);
        if (values.GetValueOrDefault("format")?.Contains("endianness=little", StringComparison.OrdinalIgnoreCase) ?? false)
        {
            upperHalfFirst = false;
        }

        return encoding.ToUpperInvariant().Replace(".0", string.Empty, StringComparison.Ordinal)
            .Replace(".", string.Empty, StringComparison.Ordinal) switch
        {
            "EVT2" => new RecordingHeader(EventFormat.Evt2, new Evt2Decoder(), size),
            "EVT21" => new RecordingHeader(EventFormat.Evt21, new Evt21Decoder(upperHalfFirst), size),
            "EVT3" => new RecordingHeader(EventFormat.Evt3, new Evt3Decoder(), size),
            _ => throw source.Bad(
                0, $"its encoding is '{(encoding.Length > 40 ? encoding[..40] + "..." : encoding)}'; EVT2, EVT2.1 and EVT3 are read"),
        };
    }

    private static RecordingHeader Dat(ByteSource source, Dictionary<string, string> values)
    {
        var text = values.GetValueOrDefault("Version");
        var version = text is null
            ? 1
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 0 and < 3
            ? (int)number
            : throw source.Bad(0, $"it is DAT version '{text}'; 1 and 2 are read");
        if (values.Count > 0)
        {
            var kind = source.Peek(2);
            if (kind.Length < 2)
            {
                throw source.Bad("the file ends before the kind and size of its events (cut short)");
            }

            if (kind[1] != PairLayout.Bytes || kind[0] == ExternalTrigger)
            {
                throw source.Bad(
                    $"it holds events of kind {kind[0]} and {kind[1]} bytes; expected change events (kind 0 or 12) of "
                    + $"{PairLayout.Bytes} bytes");
            }

            source.Advance(2);
        }

        // version 1 has the narrower fields of the ATIS
        var layout = version >= 2
            ? new PairLayout(false, true, XShift: 0, XMask: 0x3FFF, YShift: 14, YMask: 0x3FFF, PolarityShift: 28)
            : new PairLayout(false, true, XShift: 0, XMask: 0x1FF, YShift: 9, YMask: 0xFF, PolarityShift: 17);
        return new RecordingHeader(EventFormat.Dat, new PairDecoder(layout), SizeOf(values), null, PairLayout.Bytes);
    }

    private static (string Key, string Value) Split(string line)
    {
        var words = line[1..].Trim();
        var space = words.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (words, string.Empty) : (words[..space], words[(space + 1)..].Trim());
    }

    private static SensorSize? SizeOf(Dictionary<string, string> values)
    {
        if (Stated(values.GetValueOrDefault("Width"), values.GetValueOrDefault("Height")) is { } written)
        {
            return written;
        }

        if (values.GetValueOrDefault("geometry")?.Split('x') is [var width, var height] && Stated(width, height) is { } geometry)
        {
            return geometry;
        }

        var options = values.GetValueOrDefault("format")?.Split(';') ?? [];
        if (Stated(Option(options, "width"), Option(options, "height")) is { } inFormat)
        {
            return inFormat;
        }

        var plugin = values.GetValueOrDefault("plugin_name") ?? string.Empty;
        foreach (var (name, columns, rows) in Cameras)
        {
            if (plugin.Contains(name, StringComparison.OrdinalIgnoreCase))
            {
                return new SensorSize(columns, rows, SensorSizeOrigin.Camera);
            }
        }

        return null;
    }

    private static string? Option(string[] options, string name) =>
        options.Select(option => option.Split('='))
            .FirstOrDefault(pair => pair.Length == 2 && pair[0].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))?[1];

    private static SensorSize? Stated(string? width, string? height) =>
        int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var columns)
            && int.TryParse(height, NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
            && columns is > 0 and <= 65536 && rows is > 0 and <= 65536
            ? new SensorSize(columns, rows, SensorSizeOrigin.Stated)
            : null;
}
