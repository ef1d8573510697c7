using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// A recording as text, such as CSV: spikes, a line for each with a unit and a time in seconds (or milliseconds, where the column's name
/// ends with <c>ms</c>); or counts, a line for each bin and a column for each of at least three neurons. Columns called <c>unit</c>,
/// <c>neuron</c>, <c>cell</c> or <c>cluster</c> and <c>time</c> or the like make it spikes; two columns without names are a unit and a
/// time.
/// </summary>
/// <param name="Names">A name for each unit, or for each neuron.</param>
/// <param name="Units">The units; null for counts.</param>
/// <param name="Counts">[bins, N], row-major; null for spikes.</param>
internal sealed record TextRecording(IReadOnlyList<string> Names, IReadOnlyList<NeuralUnit>? Units, IReadOnlyList<float>? Counts)
{
    private const int MostUnits = 1_000_000;

    private static readonly string[] UnitNames = ["unit", "units", "unitid", "neuron", "neuronid", "cell", "cellid", "cluster",
        "clusterid", "spikecluster", "spikeclusters", "id"];

    private static readonly string[] Seconds = ["time", "times", "timesec", "timeseconds", "timeinseconds", "spiketime", "spiketimes",
        "spiketimesec", "spiketimesseconds", "timestamp", "timestamps", "ts", "t", "seconds", "sec"];

    private static readonly string[] Milliseconds = ["timems", "timesms", "spiketimems", "spiketimesms", "timestampms", "timestampsms"];

    private static readonly string[] NoNeurons = ["unnamed0", "index", "bin", "frame", .. Seconds, .. Milliseconds];

    /// <summary>[bins, neurons] of counts.</summary>
    public long[] Shape => Counts is null ? [] : [Counts.Count / Names.Count, Names.Count];

    /// <summary>Reads a file.</summary>
    /// <exception cref="DatasetException">It cannot be read, a line differs from the others, or its columns are neither.</exception>
    public static TextRecording Read(string path)
    {
        var table = TextTable.Open(path);
        var (unit, time, milliseconds) = (table.Find(UnitNames), table.Find(Seconds), table.Find(Milliseconds));
        return unit >= 0 && time >= 0 ? Spikes(path, table, unit, time, 1)
            : unit >= 0 && milliseconds >= 0 ? Spikes(path, table, unit, milliseconds, 1e-3)
            : table is { Names: null, Width: 2 } ? Spikes(path, table, 0, 1, 1)
            : table.Width >= 3 ? CountsOf(path, table)
            : throw new DatasetException(
                $"{path} is a text of {table.Width} columns ({string.Join(", ", table.Names ?? ["without names"])}); expected "
                + "spikes, in columns called unit and time, or counts, a line for each bin and a column for each of at least three "
                + "neurons.");
    }

    /// <summary>The counts as a tensor [bins, N], float32; the caller disposes it.</summary>
    public Tensor ToTensor() => tensor([.. Counts!], Shape);

    private static TextRecording Spikes(string path, TextTable table, int unit, int time, double scale)
    {
        Dictionary<string, List<double>> trains = new(StringComparer.Ordinal);
        var areNumbers = true;
        table.ForEach((line, fields) =>
        {
            var number = double.TryParse(fields[unit], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                && double.IsInteger(value) && Math.Abs(value) < 1L << 53;
            if (!number && table.Names is null)
            {
                throw new DatasetException(
                    $"Line {line} of {path} begins with {fields[unit]}; expected a unit's number and then a time, or names of the columns "
                    + "in the first line.");
            }

            areNumbers &= number;
            var name = number ? ((long)value).ToString(CultureInfo.InvariantCulture) : fields[unit];
            if (!trains.TryGetValue(name, out var train))
            {
                trains[name] = train = trains.Count < MostUnits
                    ? []
                    : throw new DatasetException($"{path} names more than {MostUnits} units; expected spikes of sorted units.");
            }

            train.Add(table.Number(line, fields, time) is var at && double.IsFinite(at)
                ? at * scale
                : throw new DatasetException($"Line {line} of {path} has no time; expected one for each spike."));
        });
        string[] names = areNumbers
            ? [.. trains.Keys.OrderBy(name => long.Parse(name, CultureInfo.InvariantCulture))]
            : [.. trains.Keys.Order(StringComparer.Ordinal)];
        return new TextRecording(names, [.. names.Select((name, place) => new NeuralUnit(
            areNumbers ? long.Parse(name, CultureInfo.InvariantCulture) : place, null, [.. trains[name]]))], null);
    }

    private static TextRecording CountsOf(string path, TextTable table)
    {
        var first = table.Names is { } names && (names[0].Length == 0 || NoNeurons.Contains(TextTable.Plain(names[0]))) ? 1 : 0;
        List<float> counts = [];
        table.ForEach((line, fields) =>
        {
            for (var column = first; column < fields.Length; column++)
            {
                counts.Add((float)table.Number(line, fields, column));
            }

            if (counts.Count > TrialRecording.MostCounts)
            {
                throw new DatasetException($"{path} holds more than {TrialRecording.MostCounts} counts; expected at most as many.");
            }
        });
        return new TextRecording(
            [.. Enumerable.Range(first, table.Width - first).Select(column => table.Names?[column]
                ?? column.ToString(CultureInfo.InvariantCulture))], null, counts);
    }
}
