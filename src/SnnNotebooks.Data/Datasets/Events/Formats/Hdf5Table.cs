using System.Globalization;
using SnnNotebooks.Datasets.Neural;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// Events in HDF5: Prophesee's records <c>CD/events</c> (where they are not packed by its own codec), columns below <c>events</c> (DSEC,
/// TUM-VIE, the RPG's
/// <c>xs, ys, ts, ps</c>), v2e's and Tonic's array <c>events</c> [N, 4] of t, x, y, p in microseconds, MVSEC's of x, y, t, p in seconds,
/// and Tonic's cache.
/// </summary>
internal static class Hdf5Table
{
    // the first that a file has is read
    private static readonly (string Name, string Order, EventTimeUnit? Unit)[] Arrays =
    [
        ("CD/events", "t,x,y,p", EventTimeUnit.Microseconds), ("events", "t,x,y,p", EventTimeUnit.Microseconds),
        ("data/0", "t,x,y,p", null),
        ("davis/left/events", "x,y,t,p", EventTimeUnit.Seconds), ("davis/right/events", "x,y,t,p", EventTimeUnit.Seconds),
    ];

    private static readonly string[] Groups = ["events", "CD", "TD", ""];

    public static RecordingHeader Read(ByteSource source, EventFileOptions options)
    {
        try
        {
            using var file = Hdf5File.Open(source.Name);
            return new RecordingHeader(EventFormat.Hdf5, Decoder(file, source.Name, options), SizeOf(file));
        }
        catch (DatasetException damage)
        {
            var reason = damage.Message.StartsWith(source.Name + ", ", StringComparison.Ordinal)
                ? damage.Message[(source.Name.Length + 2)..]
                : damage.Message;
            throw source.Bad(0, reason.TrimEnd('.'), damage);
        }
    }

    /// <summary>Prophesee's files give the sensor as text.</summary>
    private static SensorSize? SizeOf(Hdf5File file) =>
        file.Attribute(string.Empty, "geometry")?.Split('x') is [var width, var height]
            && int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var columns)
            && int.TryParse(height, NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
            && columns is > 0 and <= 65536 && rows is > 0 and <= 65536
            ? new SensorSize(columns, rows, SensorSizeOrigin.Stated)
            : null;

    private static TableDecoder Decoder(Hdf5File file, string path, EventFileOptions options)
    {
        foreach (var (name, order, unit) in Arrays)
        {
            if (file.IsArray(name))
            {
                return OfArray(file, path, name, order, unit, options);
            }
        }

        foreach (var group in Groups)
        {
            var prefix = group.Length == 0 ? string.Empty : group + "/";
            var names = file.Names(group).Where(name => file.IsArray(prefix + name)).ToArray();
            if (EventColumns.Of(names) is { } places)
            {
                TableColumn[] columns = [.. new[] { places.Time, places.X, places.Y, places.Polarity }.Select(
                    place => new TableColumn(names[place], file.ReadNumbers(prefix + names[place])))];
                return EventTable.Of(path, Shifted(file, columns), options with { Columns = null });
            }
        }

        throw EventTable.Bad(path,
            $"it is HDF5 without events where exchange formats put them ({string.Join(", ", Arrays.Select(array => array.Name))}, or "
            + $"columns t, x, y, p below events); it has {string.Join(", ", file.Names(string.Empty).Take(20))}");
    }

    private static TableDecoder OfArray(
        Hdf5File file, string path, string name, string order, EventTimeUnit? unit, EventFileOptions options)
    {
        if (file.IsRecords(name))
        {
            return EventTable.Of(path, [.. file.ReadRecords(name).Select(member => new TableColumn(member.Key, member.Value))],
                options with { Columns = null }, unit);
        }

        var values = file.ReadNumbers(name);

        // v2e and Tonic write whole numbers; floating ones come in many orders
        var isKnown = values is long[] || name.StartsWith("davis/", StringComparison.Ordinal);
        return EventTable.Of(path, values, file.Shape(name), isKnown ? order : null, options, values is long[] || isKnown ? unit : null);
    }

    /// <summary>DSEC's times count from an offset that stands beside the events.</summary>
    private static TableColumn[] Shifted(Hdf5File file, TableColumn[] columns) =>
        file.IsArray("t_offset") && file.ReadNumbers("t_offset") is long[] { Length: 1 } offset && columns[0].Values is long[] times
            ? [columns[0] with { Values = Array.ConvertAll(times, time => checked(time + offset[0])) }, .. columns[1..]]
            : columns;
}
