using System.Globalization;
using System.Text.RegularExpressions;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// The beginning of events as text: comments, perhaps names of columns, perhaps the size of the sensor. Read are tables with names, v2e's
/// and the RPG's <c>events.txt</c> (seconds, x, y, polarity: rpg.ifi.uzh.ch/davis_data.html), and Metavision's CSV (<c>%geometry:W,H</c>;
/// x, y, polarity, microseconds).
/// </summary>
internal static partial class TextHeader
{
    private const int LongestLine = 4096;
    private const int MostLines = 10_000;

    public static RecordingHeader Read(ByteSource source, EventFileOptions options)
    {
        EventColumns? columns = null;
        SensorSize? size = null;
        var names = 0;
        var isMetavision = false;
        for (var count = 0; count < MostLines; count++)
        {
            var start = source.Offset;
            var line = Line(source) ?? throw source.Bad("the file holds no events, only a header");
            if (line.Length == 0 || line[0] is '#' or '%')
            {
                source.Advance(Length(source));
                columns = EventColumns.OfComment(line) ?? columns;
                size ??= SizeIn(line);
                isMetavision |= line.StartsWith("%geometry:", StringComparison.Ordinal);
                continue;
            }

            var fields = Fields(line);
            if (Array.TrueForAll(fields, IsNumber))
            {
                // a first line of two numbers is a size, as in the files of E2VID
                if (fields.Length == 2 && size is null && columns is null && Stated(fields[0], fields[1]) is { } first)
                {
                    size = first;
                    source.Advance(Length(source));
                    continue;
                }

                columns = Chosen(options, columns, fields, isMetavision)
                    ?? throw source.Bad(start,
                        $"its first line of {fields.Length} numbers does not say which columns are times, columns, rows and polarities. "
                        + "Give them, for example --columns t,x,y,p");
                if (names > 0 && names != fields.Length)
                {
                    throw source.Bad(start, $"its line of names has {names} columns, and its first line of numbers {fields.Length}");
                }

                if (new[] { columns.Time, columns.X, columns.Y, columns.Polarity }.Max() >= fields.Length)
                {
                    throw source.Bad(start, $"its first line has {fields.Length} numbers, fewer than its columns");
                }

                return new RecordingHeader(
                    EventFormat.Text, new TextDecoder(source.Name, columns, fields.Length, options.TimeUnit ?? columns.Unit), size);
            }

            if (names > 0)
            {
                throw source.Bad(
                    start,
                    $"the line after its names is '{Shortened(line)}', in which "
                    + $"'{Shortened(Array.Find(fields, field => !IsNumber(field))!)}' is no number; decimals have a point");
            }

            names = fields.Length;
            columns = options.Columns is null
                ? EventColumns.Of(fields)
                    ?? throw source.Bad(start,
                        $"its line of names is '{Shortened(line)}'; expected times (t), columns (x), rows (y) and polarities (p) among "
                        + "them. Give them, for example --columns t,x,y,p")
                : null;
            source.Advance(Length(source));
        }

        throw source.Bad($"no events come within its first {MostLines} lines");
    }

    /// <summary>
    /// What separates the columns of a line: semicolons, else commas, else blanks. A decimal comma is thus never taken for a separator
    /// beside them.
    /// </summary>
    public static byte Separator(ReadOnlySpan<byte> line) =>
        line.Contains((byte)';') ? (byte)';' : line.Contains((byte)',') ? (byte)',' : (byte)' ';

    private static string[] Fields(string line) => (char)Separator(System.Text.Encoding.UTF8.GetBytes(line)) is var separator and not ' '
        ? line.Split(separator, StringSplitOptions.TrimEntries)
        : line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static EventColumns? Chosen(EventFileOptions options, EventColumns? named, string[] fields, bool isMetavision)
    {
        if (options.Columns is { } given)
        {
            return EventColumns.Given(given);
        }

        if (named is not null)
        {
            return named;
        }

        if (isMetavision && fields.Length == 4)
        {
            return new EventColumns(Time: 3, X: 0, Y: 1, Polarity: 2, EventTimeUnit.Microseconds);
        }

        // only a time has a fraction
        return fields is [var time, var x, var y, "0" or "1" or "-1"] && time.Contains('.', StringComparison.Ordinal) && IsWhole(x)
            && IsWhole(y)
            ? new EventColumns(Time: 0, X: 1, Y: 2, Polarity: 3, EventTimeUnit.Seconds)
            : null;
    }

    private static string? Line(ByteSource source)
    {
        var bytes = source.Peek(LongestLine);
        if (bytes.IsEmpty)
        {
            return null;
        }

        var line = bytes[..(Length(source) is var length && bytes[length - 1] == '\n' ? length - 1 : length)];
        return line.ContainsAnyInRange((byte)0, (byte)8)
            ? throw source.Bad("a line of it is no text")
            : System.Text.Encoding.UTF8.GetString(line).Trim();
    }

    /// <summary>The bytes of the next line, its end included.</summary>
    private static int Length(ByteSource source)
    {
        var bytes = source.Peek(LongestLine);
        var end = bytes.IndexOf((byte)'\n');
        return end >= 0
            ? end + 1
            : bytes.Length <= LongestLine && bytes.Length == source.Remaining ? bytes.Length
            : throw source.Bad($"a line of its header has no end within {LongestLine} bytes");
    }

    private static bool IsNumber(string field) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out _) || bool.TryParse(field, out _);

    private static bool IsWhole(string field) => field.All(char.IsAsciiDigit);

    private static SensorSize? SizeIn(string comment) =>
        SizePattern().Match(comment) is { Success: true } match ? Stated(match.Groups["width"].Value, match.Groups["height"].Value) : null;

    private static SensorSize? Stated(string width, string height) =>
        int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var columns)
            && int.TryParse(height, NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
            && columns is > 1 and <= 65536 && rows is > 1 and <= 65536
            ? new SensorSize(columns, rows, SensorSizeOrigin.Stated)
            : null;

    private static string Shortened(string text) => text.Length > 60 ? text[..60] + "..." : text;

    [GeneratedRegex(@"(geometry|size|resolution|sensor)\D{0,12}(?<width>\d{2,5})\s*[x,]\s*(?<height>\d{2,5})",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SizePattern();
}
