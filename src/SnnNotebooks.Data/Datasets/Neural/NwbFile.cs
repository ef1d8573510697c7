using System.Globalization;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// Reads recordings in the format Neurodata Without Borders 2.x: sorted units with their spike times, regions and quality, and the tables
/// of intervals that say what was shown when (schema: nwb-schema.readthedocs.io; Allen's columns: AllenSDK, "Visual Coding - Neuropixels").
/// </summary>
public sealed class NwbFile : IDisposable
{
    private const int LargestUnits = 1_000_000;

    // where recordings say which region a unit was in, the more specific first
    private static readonly string[] AreaColumns = ["ecephys_structure_acronym", "structure_acronym", "location", "brain_area",
        "brain_region", "area"];

    private readonly string path;
    private readonly Hdf5File file;

    private NwbFile(string path, Hdf5File file, string version)
    {
        (this.path, this.file, Version) = (path, file, version);
    }

    /// <summary>The schema's version, such as <c>2.4.0</c>.</summary>
    public string Version { get; }

    /// <summary>Opens a recording.</summary>
    /// <param name="path">The <c>.nwb</c> file.</param>
    /// <returns>The recording; the caller disposes it.</returns>
    /// <exception cref="DatasetException">It is missing, damaged, or no NWB 2 file.</exception>
    public static NwbFile Open(string path)
    {
        var file = Hdf5File.Open(path);
        try
        {
            var version = file.Attribute(string.Empty, "nwb_version");
            return version?.StartsWith('2') == true
                ? new NwbFile(path, file, version)
                : throw new DatasetException(
                    $"{path} {(version is null ? "says no nwb_version" : $"is of NWB {version}")}; expected a recording in NWB 2.");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads a whole recording.</summary>
    /// <param name="path">The <c>.nwb</c> file.</param>
    /// <returns>Units and tables of presentations.</returns>
    /// <exception cref="DatasetException">It is missing, damaged, or no NWB 2 file.</exception>
    public static NeuralSession ReadSession(string path)
    {
        using var file = Open(path);
        return new NeuralSession(Path.GetFileNameWithoutExtension(path), file.Units(), file.IntervalTables());
    }

    /// <summary>The units, in the file's order; none where the recording is not sorted.</summary>
    /// <returns>Units with their spike times in seconds.</returns>
    /// <exception cref="DatasetException">The tables contradict themselves or are damaged.</exception>
    public IReadOnlyList<NeuralUnit> Units()
    {
        if (!file.Contains("units/id") && !file.Contains("units/spike_times_index"))
        {
            return [];
        }

        var trains = Ragged("units", "spike_times", file.ReadDoubles);
        var ids = file.Contains("units/id")
            ? file.ReadLongs("units/id")
            : [.. Enumerable.Range(0, trains?.Length ?? 0).Select(row => (long)row)];
        if (ids.Length > LargestUnits || (trains is not null && trains.Length != ids.Length))
        {
            throw new DatasetException(
                $"{path} has {ids.Length} units and {trains?.Length ?? 0} spike trains; expected as many, and at most {LargestUnits}.");
        }

        var areas = Areas(ids.Length);
        var (isi, cutoff, presence) = (Column("isi_violations", ids.Length), Column("amplitude_cutoff", ids.Length),
            Column("presence_ratio", ids.Length));
        var labels = Texts("units/quality", ids.Length);
        var units = new NeuralUnit[ids.Length];
        for (var row = 0; row < units.Length; row++)
        {
            units[row] = new NeuralUnit(ids[row], areas?[row], trains?[row] ?? [],
                new UnitQuality(Figure(isi, row), Figure(cutoff, row), Figure(presence, row), labels?[row]));
        }

        return units;
    }

    /// <summary>The tables of intervals: presentations of stimuli, trials, epochs. Rows without a start or an end are left out.</summary>
    /// <returns>Tables by name; times in seconds.</returns>
    /// <exception cref="DatasetException">A table contradicts itself or is damaged.</exception>
    public IReadOnlyList<StimulusTable> IntervalTables()
    {
        List<StimulusTable> tables = [];
        foreach (var name in file.Names("intervals"))
        {
            var group = $"intervals/{name}";
            if (file.Contains($"{group}/start_time") && file.Contains($"{group}/stop_time"))
            {
                var frames = file.Contains($"{group}/frame") && file.IsNumeric($"{group}/frame") ? file.ReadLongs($"{group}/frame") : [];
                tables.Add(StimulusTable.Timed(
                    name, file.ReadDoubles($"{group}/start_time"), file.ReadDoubles($"{group}/stop_time"), frames));
            }
        }

        return tables;
    }

    /// <summary>The columns of a table of intervals that hold one number or text for each row, without those of times.</summary>
    /// <param name="table">Its name, such as <c>trials</c>.</param>
    /// <returns>The columns, in the file's order.</returns>
    /// <exception cref="DatasetException">A column is damaged.</exception>
    public IReadOnlyList<TrialColumn> Columns(string table)
    {
        var group = $"intervals/{table}";
        if (!file.Contains($"{group}/start_time"))
        {
            return [];
        }

        var rows = file.Shape($"{group}/start_time");
        var starts = file.ReadDoubles($"{group}/start_time");
        var stops = file.Contains($"{group}/stop_time") ? file.ReadDoubles($"{group}/stop_time") : starts;
        var kept = StimulusTable.RowsWithTimes(starts, stops);
        List<TrialColumn> columns = [];
        foreach (var name in file.Names(group).Where(name => name is not ("id" or "start_time" or "stop_time")))
        {
            var column = $"{group}/{name}";
            if (file.IsArray(column) && !file.IsNull(column) && !file.Contains($"{column}_index")
                && !name.EndsWith("_index", StringComparison.Ordinal) && file.Shape(column).SequenceEqual(rows))
            {
                if (file.IsNumeric(column))
                {
                    var texts = Array.ConvertAll(file.ReadDoubles(column), TrialColumn.Text);
                    columns.Add(new TrialColumn(name, texts, IsNumeric: true).Rows(kept));
                }
                else if (file.IsText(column))
                {
                    var texts = Array.ConvertAll(file.ReadTexts(column), text => text ?? string.Empty);
                    columns.Add(new TrialColumn(name, texts, IsNumeric: false).Rows(kept));
                }
            }
        }

        return columns;
    }

    /// <summary>Reads the values of a time series, such as a membrane potential.</summary>
    /// <param name="name">Its path inside the file, such as <c>acquisition/voltage</c>.</param>
    /// <returns>The values in the series' own units, row-major, and their shape, time first.</returns>
    /// <exception cref="DatasetException">There is no such series, or it is damaged.</exception>
    public (double[] Values, IReadOnlyList<long> Shape) Series(string name) =>
        (file.ReadDoubles($"{name}/data"), file.Shape($"{name}/data"));

    /// <summary>The paths of all series of imaged regions' traces (<c>RoiResponseSeries</c>), such as dF/F.</summary>
    /// <returns>Paths within the file; none where there is no such series.</returns>
    /// <exception cref="DatasetException">The file is damaged.</exception>
    public IReadOnlyList<string> TraceSeries() => NwbTraces.Find(file);

    /// <summary>The traces of a series, chosen as <see cref="TrialRecordingOptions.Series"/> says.</summary>
    internal (string Series, TimedRows Rows, IReadOnlyList<string> Regions) Traces(string? asked)
    {
        var series = NwbTraces.Choose(file, path, asked);
        var (rows, regions) = NwbTraces.Read(file, path, series);
        return (series, rows, regions);
    }

    /// <summary>The names in a group, such as those of the series in <c>acquisition</c>; none where there is no such group.</summary>
    /// <param name="group">Its path inside the file.</param>
    /// <returns>Names without the group's path.</returns>
    /// <exception cref="DatasetException">The file is damaged.</exception>
    public IReadOnlyList<string> Names(string group) => file.Names(group);

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    /// <summary>Rows of different lengths: all values one after another, and for each row where it ends.</summary>
    private T[][]? Ragged<T>(string table, string column, Func<string, T[]> read)
    {
        if (!file.Contains($"{table}/{column}_index"))
        {
            return file.Contains($"{table}/{column}")
                ? throw new DatasetException($"{path} has {table}/{column} and no {column}_index; expected where each row ends.")
                : null;
        }

        var values = read($"{table}/{column}");
        var ends = file.ReadLongs($"{table}/{column}_index");
        var rows = new T[ends.Length][];
        var start = 0L;
        for (var row = 0; row < rows.Length; row++)
        {
            if (ends[row] < start || ends[row] > values.Length)
            {
                throw new DatasetException(
                    $"{path}: row {row} of {table}/{column} runs from {start} to {ends[row]}; expected an end not before its start "
                    + $"within the {values.Length} values.");
            }

            rows[row] = values[(int)start..(int)ends[row]];
            start = ends[row];
        }

        return rows;
    }

    /// <summary>From the units' own columns, else from the electrode of the largest signal, else from the first listed electrode.</summary>
    private string?[]? Areas(int units)
    {
        foreach (var column in AreaColumns)
        {
            if (Texts($"units/{column}", units) is { } named && named.Any(name => name.Length > 0))
            {
                return named;
            }
        }

        const string Electrodes = "general/extracellular_ephys/electrodes";
        if (!file.Contains($"{Electrodes}/id"))
        {
            return null;
        }

        var ids = file.ReadLongs($"{Electrodes}/id");
        var locations = AreaColumns.Select(column => Texts($"{Electrodes}/{column}", ids.Length))
            .FirstOrDefault(texts => texts is not null);
        if (locations is null)
        {
            return null;
        }

        if (file.Contains("units/peak_channel_id"))
        {
            var byId = new Dictionary<long, string>();
            for (var row = 0; row < ids.Length; row++)
            {
                byId[ids[row]] = locations[row];
            }

            var peaks = file.ReadLongs("units/peak_channel_id");
            return peaks.Length == units
                ? Array.ConvertAll(peaks, byId.GetValueOrDefault)
                : throw new DatasetException($"{path} has {units} units and {peaks.Length} peak channels; expected as many.");
        }

        var rows = Ragged("units", "electrodes", file.ReadLongs);
        return rows?.Length == units
            ? Array.ConvertAll(rows, own => own.Length > 0 && own[0] >= 0 && own[0] < locations.Length ? locations[own[0]] : null)
            : null;
    }

    private double[]? Column(string name, int units)
    {
        if (!file.Contains($"units/{name}") || file.IsNull($"units/{name}") || !file.IsNumeric($"units/{name}"))
        {
            return null;
        }

        var values = file.ReadDoubles($"units/{name}");
        return values.Length == units
            ? values
            : throw new DatasetException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{path} has {units} units and {values.Length} values of {name}; expected as many."));
    }

    private string[]? Texts(string name, int rows)
    {
        if (!file.Contains(name) || file.IsNull(name) || !file.IsText(name))
        {
            return null;
        }

        var texts = file.ReadTexts(name);
        return texts.Length == rows
            ? Array.ConvertAll(texts, text => text ?? string.Empty)
            : throw new DatasetException($"{path} has {rows} rows and {texts.Length} values of {name}; expected as many.");
    }

    private static double? Figure(double[]? column, int row) => column is null || double.IsNaN(column[row]) ? null : column[row];
}
