using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>Where an animal was: SpikeGadgets' <c>.videoPositionTracking</c> files, a text header and records of time and place.</summary>
public sealed partial class PositionTrack
{
    private const string HeaderEnd = "<End settings>\n";
    private const int LongestHeader = 1 << 16;

    private PositionTrack(double[] times, double[] x, double[] y)
    {
        (Times, X, Y) = (times, x, y);
    }

    /// <summary>Seconds of the recording's clock.</summary>
    public ReadOnlyMemory<double> Times { get; }

    /// <summary>Pixels from the left.</summary>
    public ReadOnlyMemory<double> X { get; }

    /// <summary>Pixels from the top.</summary>
    public ReadOnlyMemory<double> Y { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The track, in the file's order.</returns>
    /// <exception cref="DatasetException">It is missing, damaged, or its records lack time, xloc or yloc.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public static PositionTrack Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>Reads a file from memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <returns>The track, in the file's order.</returns>
    /// <exception cref="DatasetException">It is damaged, or its records lack time, xloc or yloc.</exception>
    public static PositionTrack Parse(ReadOnlySpan<byte> bytes, string name)
    {
        var text = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, LongestHeader)]);
        var end = text.IndexOf(HeaderEnd, StringComparison.Ordinal);
        if (!text.StartsWith("<Start settings>", StringComparison.Ordinal) || end < 0)
        {
            throw new DatasetException(
                $"{name} is no position track: its header does not stand between <Start settings> and <End settings>.");
        }

        var header = text[..end];
        if (!double.TryParse(ClockPattern().Match(header).Groups["rate"].Value, NumberStyles.Float, CultureInfo.InvariantCulture,
            out var clock) || !(clock > 0))
        {
            throw new DatasetException($"{name} has no line 'clockrate: N' with ticks per second in its header.");
        }

        var (fields, size) = Fields(header, name);
        int Place(string field) =>
            fields.TryGetValue(field, out var found)
                ? found
                : throw new DatasetException(
                    $"{name} has the fields {string.Join(", ", fields.Keys)}; expected time, xloc and yloc among them.");
        var (time, across, down) = (Place("time"), Place("xloc"), Place("yloc"));
        var records = bytes[(end + HeaderEnd.Length)..];
        if (records.Length % size != 0)
        {
            throw new DatasetException(
                $"{name} holds {records.Length} bytes of records after offset {end + HeaderEnd.Length}; expected a multiple of {size} "
                + "(cut short).");
        }

        var count = records.Length / size;
        var (times, x, y) = (new double[count], new double[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            var record = records.Slice(i * size, size);
            times[i] = BinaryPrimitives.ReadUInt32LittleEndian(record[time..]) / clock;
            x[i] = BinaryPrimitives.ReadUInt16LittleEndian(record[across..]);
            y[i] = BinaryPrimitives.ReadUInt16LittleEndian(record[down..]);
        }

        return new PositionTrack(times, x, y);
    }

    /// <summary>Mean place in consecutive bins, for decoding; the last known place where a bin has no record.</summary>
    /// <param name="start">When the first bin begins, in seconds.</param>
    /// <param name="width">Seconds per bin.</param>
    /// <param name="bins">How many bins.</param>
    /// <returns>One place per bin; NaN before the first record.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is not above 0, or <paramref name="bins"/> is below
    /// 1.</exception>
    public (double X, double Y)[] Binned(double start, double width, int bins)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var places = new (double X, double Y)[bins];
        var last = (X: double.NaN, Y: double.NaN);
        var at = 0;
        for (var bin = 0; bin < bins; bin++)
        {
            var (x, y, count) = (0.0, 0.0, 0);
            for (; at < Times.Length && Times.Span[at] < start + ((bin + 1) * width); at++)
            {
                if (Times.Span[at] >= start + (bin * width))
                {
                    (x, y, count) = (x + X.Span[at], y + Y.Span[at], count + 1);
                }
            }

            places[bin] = last = count > 0 ? (x / count, y / count) : last;
        }

        return places;
    }

    private static (Dictionary<string, int> Places, int Size) Fields(string header, string name)
    {
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        var size = 0;
        foreach (Match field in FieldPattern().Matches(FieldsPattern().Match(header).Value))
        {
            places[field.Groups["name"].Value] = size;
            size += field.Groups["type"].Value == "uint32" ? 4 : 2;
        }

        var wide = places.TryGetValue("time", out var time)
            && (places.Values.Where(place => place > time).DefaultIfEmpty(size).Min() - time) == 4;
        return size > 0 && wide
            ? (places, size)
            : throw new DatasetException($"{name} has no line 'Fields: <time uint32><xloc uint16><yloc uint16>...' in its header.");
    }

    [GeneratedRegex(@"^clockrate:\s*(?<rate>[0-9.]{1,20})\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ClockPattern();

    [GeneratedRegex(@"^Fields:.*$", RegexOptions.Multiline)]
    private static partial Regex FieldsPattern();

    [GeneratedRegex(@"<(?<name>\w{1,32}) (?<type>uint32|uint16)>", RegexOptions.ExplicitCapture)]
    private static partial Regex FieldPattern();
}
