using System.Buffers.Text;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>Events as lines of text, a number for each column. Lines without anything, and comments (# or %), are passed over.</summary>
/// <param name="file">The file, for messages.</param>
/// <param name="columns">Where the numbers of an event stand.</param>
/// <param name="width">How many numbers a line has.</param>
/// <param name="unit">The unit of times; null for what the first line shows: seconds where it has a fraction, else microseconds.</param>
internal sealed class TextDecoder(string file, EventColumns columns, int width, EventTimeUnit? unit) : EventDecoder
{
    private const int LongestLine = 4096;

    private readonly bool isUnitGiven = unit is not null;
    private EventTimeUnit? known = unit;
    private bool isLastLineOpen;

    public override int Wanted => LongestLine;

    public override string Piece => "line of text";

    public override IEnumerable<string> Remarks
    {
        get
        {
            if (!isUnitGiven && known == EventTimeUnit.Seconds)
            {
                yield return TableTime.TakenForSeconds;
            }

            if (isLastLineOpen)
            {
                yield return "its last line has no line end: it may be cut short";
            }
        }
    }

    public override int Decode(ReadOnlySpan<byte> bytes, long offset, EventBlock block)
    {
        var used = 0;
        while (block.Room > 0 && used < bytes.Length)
        {
            var rest = bytes[used..];
            var end = rest.IndexOf((byte)'\n');
            if (end < 0 && (used > 0 || bytes.Length >= LongestLine))
            {
                // the line goes on after these bytes, or is none
                return used > 0 ? used : throw Bad(offset, $"a line has no end within {LongestLine} bytes");
            }

            isLastLineOpen = end < 0;
            var line = end < 0 ? rest : rest[..end];
            Add(line.Trim(" \t\r"u8), offset + used, block);
            used += end < 0 ? rest.Length : end + 1;
        }

        return used;
    }

    private void Add(ReadOnlySpan<byte> line, long offset, EventBlock block)
    {
        if (line.IsEmpty || line[0] is (byte)'#' or (byte)'%')
        {
            return;
        }

        var separator = TextHeader.Separator(line);
        Span<Range> fields = stackalloc Range[width + 1];
        var count = Split(line, separator, fields);
        if (count != width)
        {
            throw Bad(offset, $"a line has {(count > width ? "more" : count)} columns where {width} were expected");
        }

        block.Add(
            Time(line[fields[columns.Time]], offset),
            Coordinate(line[fields[columns.X]], "column", offset),
            Coordinate(line[fields[columns.Y]], "row", offset),
            Polarity(line[fields[columns.Polarity]], offset));
    }

    private static int Split(ReadOnlySpan<byte> line, byte separator, Span<Range> fields)
    {
        var (count, at) = (0, 0);
        while (at <= line.Length && count < fields.Length)
        {
            var length = separator == ' ' ? line[at..].IndexOfAny((byte)' ', (byte)'\t') : line[at..].IndexOf(separator);
            var end = length < 0 ? line.Length : at + length;
            var (from, to) = (at, end);
            while (from < to && line[from] is (byte)' ' or (byte)'\t')
            {
                from++;
            }

            while (to > from && line[to - 1] is (byte)' ' or (byte)'\t')
            {
                to--;
            }

            if (separator != ' ' || to > from)
            {
                fields[count++] = from..to;
            }

            at = end + 1;
        }

        return count;
    }

    private long Time(ReadOnlySpan<byte> field, long offset)
    {
        if (Utf8Parser.TryParse(field, out long whole, out var length) && length == field.Length)
        {
            known ??= EventTimeUnit.Microseconds;
            return TableTime.Of(whole, known.Value) ?? throw NoNumber(field, "time", offset);
        }

        if (!Utf8Parser.TryParse(field, out double time, out length) || length != field.Length)
        {
            throw NoNumber(field, "time", offset);
        }

        known ??= EventTimeUnit.Seconds;
        return known == EventTimeUnit.Microseconds && !isUnitGiven
            ? throw Bad(offset, "a time has a fraction after others that had none, in an unknown unit. Give it, for example --time-unit s")
            : TableTime.Of(time, known.Value) ?? throw NoNumber(field, "time", offset);
    }

    private int Coordinate(ReadOnlySpan<byte> field, string what, long offset)
    {
        if (!Utf8Parser.TryParse(field, out double value, out var length) || length != field.Length)
        {
            throw NoNumber(field, what, offset);
        }

        return value == Math.Floor(value) && value is >= 0 and <= ushort.MaxValue
            ? (int)value
            : throw Bad(offset, FormattableString.Invariant($"a {what} is {value}; expected a whole number of 0 to {ushort.MaxValue}"));
    }

    private int Polarity(ReadOnlySpan<byte> field, long offset)
    {
        if (Utf8Parser.TryParse(field, out bool truth, out var letters) && letters == field.Length)
        {
            return truth ? 1 : 0;
        }

        if (!Utf8Parser.TryParse(field, out double value, out var length) || length != field.Length)
        {
            throw NoNumber(field, "polarity", offset);
        }

        return value is 1 or 0 or -1
            ? (value == 1 ? 1 : 0)
            : throw Bad(offset, FormattableString.Invariant($"a polarity is {value}; expected 1 (ON) and 0 or -1 (OFF)"));
    }

    private EventFileException NoNumber(ReadOnlySpan<byte> field, string what, long offset) =>
        Bad(offset, $"the {what} '{System.Text.Encoding.Latin1.GetString(field[..Math.Min(field.Length, 40)])}' is none");

    private EventFileException Bad(long offset, string reason) => new(file, offset, reason);
}
