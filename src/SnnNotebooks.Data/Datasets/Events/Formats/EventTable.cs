namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>A column of a table: whole numbers (<c>long[]</c>) or floating ones (<c>double[]</c>).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Values">The values.</param>
internal sealed record TableColumn(string Name, Array Values);

/// <summary>Events of a file that holds them as columns of an array.</summary>
internal static class EventTable
{
    /// <summary>Finds the four columns among several, by name.</summary>
    public static TableDecoder Of(string file, IReadOnlyList<TableColumn> columns, EventFileOptions options, EventTimeUnit? unit = null)
    {
        var names = columns.Select(column => column.Name).ToArray();
        var places = options.Columns is { } given ? EventColumns.Given(given) : EventColumns.Of(names)
            ?? throw Bad(
                file,
                $"its columns are {string.Join(", ", names.Take(20))}; expected one of times (t), columns (x), "
                + "rows (y) and polarities (p)");
        if (new[] { places.Time, places.X, places.Y, places.Polarity }.Max() >= columns.Count)
        {
            throw Bad(file, $"it has {columns.Count} columns, fewer than were given");
        }

        return Of(file, columns[places.Time].Values, columns[places.X].Values, columns[places.Y].Values, columns[places.Polarity].Values,
            options.TimeUnit ?? places.Unit ?? unit);
    }

    /// <summary>The columns of an array [N, columns], whose order someone must know.</summary>
    public static TableDecoder Of(
        string file, Array values, IReadOnlyList<long> shape, string? order, EventFileOptions options, EventTimeUnit? unit = null)
    {
        if (shape is not [var rows, >= 4 and <= 64 and var width])
        {
            throw Bad(file, $"its array is [{string.Join(", ", shape)}]; expected [events, 4]");
        }

        if ((options.Columns ?? order) is not { } columns)
        {
            throw Bad(
                file,
                $"its array [{rows}, {width}] does not say which columns are times, columns, rows and polarities. Give them, for example "
                + "--columns t,x,y,p");
        }

        Array Column(int place) => values is long[] whole ? Every(whole, place, (int)width) : Every((double[])values, place, (int)width);
        return Of(file, [.. Enumerable.Range(0, (int)width).Select(place => new TableColumn("-", Column(place)))],
            options with { Columns = columns }, unit);
    }

    public static EventFileException Bad(string file, string reason) => new(file, 0, reason);

    private static TableDecoder Of(string file, Array times, Array x, Array y, Array on, EventTimeUnit? unit)
    {
        if (x.Length != times.Length || y.Length != times.Length || on.Length != times.Length)
        {
            throw Bad(
                file, $"its columns have {times.Length} times, {x.Length} x, {y.Length} y and {on.Length} polarities; expected as many");
        }

        var (microseconds, remark) = Microseconds(file, times, unit);
        return new TableDecoder(
            microseconds,
            Array.ConvertAll(Whole(file, x, "column"), value => Coordinate(file, value, "column")),
            Array.ConvertAll(Whole(file, y, "row"), value => Coordinate(file, value, "row")),
            Array.ConvertAll(Whole(file, on, "polarity"), value => Polarity(file, value)),
            remark);
    }

    private static (long[] Times, string? Remark) Microseconds(string file, Array times, EventTimeUnit? unit)
    {
        if (times is long[] whole)
        {
            return (unit is null or EventTimeUnit.Microseconds
                ? whole
                : Array.ConvertAll(whole, time => TableTime.Of(time, unit.Value) ?? throw Beyond(time)), null);
        }

        var floating = (double[])times;
        if (unit is null && floating.Length > 0 && Array.TrueForAll(floating, time => time == Math.Floor(time)))
        {
            throw Bad(file, "its times are whole numbers of a floating type, in an unknown unit. Give it, for example --time-unit us");
        }

        return (Array.ConvertAll(floating, time => TableTime.Of(time, unit ?? EventTimeUnit.Seconds) ?? throw Beyond(time)),
            unit is null ? TableTime.TakenForSeconds : null);

        EventFileException Beyond(double time) => Bad(file, $"a time in it is {time}, beyond what a recording can have");
    }

    private static long[] Whole(string file, Array values, string what) =>
        values as long[] ?? Array.ConvertAll((double[])values, value => value == Math.Floor(value) && Math.Abs(value) < 1e9
        ? (long)value
        : throw Bad(file, $"a {what} in it is {value}; expected a whole number"));

    private static ushort Coordinate(string file, long value, string what) => value is >= 0 and <= ushort.MaxValue
        ? (ushort)value
        : throw Bad(file, $"a {what} in it is {value}; expected 0 to {ushort.MaxValue}");

    private static byte Polarity(string file, long value) => value is -1 or 0 or 1
        ? (byte)(value == 1 ? 1 : 0)
        : throw Bad(file, $"a polarity in it is {value}; expected 1 (ON) and 0 or -1 (OFF)");

    private static T[] Every<T>(T[] values, int start, int step)
    {
        var column = new T[values.Length / step];
        for (var row = 0; row < column.Length; row++)
        {
            column[row] = values[((long)row * step) + start];
        }

        return column;
    }
}
