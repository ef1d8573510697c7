using System.Globalization;
using PureHDF;
using PureHDF.Filters;
using PureHDF.VOL.Native;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// Writes a session as an NWB 2 file: units with ragged spike times, regions and quality, and the tables of presentations.
/// </summary>
public static class NwbWriter
{
    private const string SchemaVersion = "2.6.0";
    private const int ChunkLength = 1 << 16;
    private static readonly string[] QualityColumns = ["isi_violations", "amplitude_cutoff", "presence_ratio"];

    /// <summary>Writes a file, whole or not at all; long columns are chunked and packed with gzip.</summary>
    /// <param name="path">The <c>.nwb</c> file; its folder is created where it is missing.</param>
    /// <param name="session">What to write.</param>
    /// <param name="start">When the session began; times are seconds after it.</param>
    /// <exception cref="IOException">The file cannot be written; what was there before is untouched.</exception>
    public static void Write(string path, NeuralSession session, DateTimeOffset start)
    {
        ArgumentNullException.ThrowIfNull(session);
        var time = start.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture);
        var file = new H5File
        {
            ["acquisition"] = new H5Group(),
            ["analysis"] = new H5Group(),
            ["file_create_date"] = new[] { time },
            ["general"] = new H5Group(),
            ["identifier"] = session.Id,
            ["intervals"] = Intervals(session),
            ["processing"] = new H5Group(),
            ["session_description"] = $"written by SnnNotebooks from {session.Id}",
            ["session_start_time"] = time,
            ["stimulus"] = new H5Group { ["presentation"] = new H5Group(), ["templates"] = new H5Group() },
            ["timestamps_reference_time"] = time,
            ["units"] = Units(session.Units),
        };
        file.Attributes = Kind("core", "NWBFile");
        file.Attributes["nwb_version"] = SchemaVersion;
        using var bytes = new MemoryStream();
        file.Write(bytes, new H5WriteOptions());
        AtomicFile.Write(path, bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private static H5Group Intervals(NeuralSession session)
    {
        var group = new H5Group();
        foreach (var table in session.Stimuli.Values)
        {
            var columns = new H5Group
            {
                ["id"] = Ids([.. Enumerable.Range(0, table.Count).Select(row => (long)row)]),
                ["start_time"] = Column(table.Starts.ToArray(), "Start time of epoch, in seconds"),
                ["stop_time"] = Column(table.Stops.ToArray(), "Stop time of epoch, in seconds"),
            };
            if (table.Frames.Length > 0)
            {
                columns["frame"] = Column(table.Frames.ToArray(), "Image or movie frame; -1 is a grey screen");
            }

            columns.Attributes = Kind("core", "TimeIntervals");
            columns.Attributes["description"] = table.Name;
            columns.Attributes["colnames"] = table.Frames.Length > 0
                ? ["start_time", "stop_time", "frame"]
                : new[] { "start_time", "stop_time" };
            group[table.Name] = columns;
        }

        return group;
    }

    private static H5Group Units(IReadOnlyList<NeuralUnit> units)
    {
        var times = new double[units.Sum(unit => (long)unit.SpikeTimes.Length)];
        var ends = new long[units.Count];
        var end = 0;
        for (var row = 0; row < ends.Length; row++)
        {
            units[row].SpikeTimes.Span.CopyTo(times.AsSpan(end));
            ends[row] = end += units[row].SpikeTimes.Length;
        }

        var spikes = Column(times, "Spike times for each unit in seconds.");
        var index = Packed(ends);
        index.Attributes = Kind("hdmf-common", "VectorIndex");
        index.Attributes["description"] = "Index for VectorData 'spike_times'";
        index.Attributes["target"] = new H5ObjectReference(spikes);
        var group = new H5Group
        {
            ["id"] = Ids([.. units.Select(unit => unit.Id)]),
            ["spike_times"] = spikes,
            ["spike_times_index"] = index,
            ["location"] = Texts([.. units.Select(unit => unit.Area ?? string.Empty)], "Region of the unit"),
            ["quality"] = Texts([.. units.Select(unit => unit.Quality.Label ?? string.Empty)], "Curator's label"),
        };
        Func<UnitQuality, double?>[] figures = [quality => quality.IsiViolations, quality => quality.AmplitudeCutoff,
            quality => quality.PresenceRatio];
        foreach (var (name, figure) in QualityColumns.Zip(figures))
        {
            group[name] = Column([.. units.Select(unit => figure(unit.Quality) ?? double.NaN)], "Quality of the unit");
        }

        group.Attributes = Kind("core", "Units");
        group.Attributes["description"] = "Sorted units";
        group.Attributes["colnames"] = new[] { "spike_times", "location", "quality" }.Concat(QualityColumns).ToArray();
        return group;
    }

    private static H5Dataset Column<T>(T[] values, string description)
        where T : unmanaged
    {
        var dataset = Packed(values);
        dataset.Attributes = Kind("hdmf-common", "VectorData");
        dataset.Attributes["description"] = description;
        return dataset;
    }

    private static H5Dataset Texts(string[] values, string description)
    {
        var dataset = new H5Dataset(values);
        dataset.Attributes = Kind("hdmf-common", "VectorData");
        dataset.Attributes["description"] = description;
        return dataset;
    }

    private static H5Dataset Ids(long[] values)
    {
        var dataset = Packed(values);
        dataset.Attributes = Kind("hdmf-common", "ElementIdentifiers");
        return dataset;
    }

    private static H5Dataset Packed<T>(T[] values)
        where T : unmanaged => values.Length < 64
            ? new H5Dataset(values)
            : new H5Dataset(values, chunks: [(uint)Math.Min(values.Length, ChunkLength)],
                datasetCreation: new H5DatasetCreation(Filters: [ShuffleFilter.Id, DeflateFilter.Id]));

    private static Dictionary<string, object> Kind(string space, string type) => new()
    {
        ["namespace"] = space,
        ["neurodata_type"] = type,
        ["object_id"] = Guid.NewGuid().ToString(),
    };
}
