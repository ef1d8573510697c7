using System.Globalization;
using SnnNotebooks.Exchange;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>A recording as models of single trials take it: counts by trial, bin and neuron, and the table of its trials.</summary>
public sealed class TrialRecording : IDisposable
{
    /// <summary>More counts than this, 2 GB of them, are refused before any memory is taken.</summary>
    public const long MostCounts = 500_000_000;

    private const double UsualWidth = 0.05;
    private const string Movie = "natural_movie_one_presentations";

    private TrialRecording(string name, Tensor counts, double? binWidth, string trialName, bool repeats)
    {
        (Name, Counts, BinWidth, TrialName, Repeats) = (name, counts.DetachFromDisposeScope(), binWidth, trialName, repeats);
    }

    /// <summary>What to call it: the file's name.</summary>
    public string Name { get; }

    /// <summary>
    /// [trials, T, N], float32: spikes of each bin; of traces how many standard deviations they lie above the neuron's mean. Longer trials
    /// are cut to the shortest.
    /// </summary>
    public Tensor Counts { get; private set; }

    /// <summary>Whether <see cref="Counts"/> are continuous traces, such as dF/F, which may be negative, and no counts.</summary>
    public bool AreTraces { get; private set; }

    /// <summary>Seconds per bin; null where an array does not say.</summary>
    public double? BinWidth { get; }

    /// <summary>What a trial is, such as <c>trials of epochs</c>.</summary>
    public string TrialName { get; }

    /// <summary>Whether trials share a stimulus, or at least a beginning; stretches of a recording do not.</summary>
    public bool Repeats { get; }

    /// <summary>A name for each neuron.</summary>
    public IReadOnlyList<string> Neurons { get; private set; } = [];

    /// <summary>How many neurons were recorded, before those that hardly fire were left out.</summary>
    public int Recorded { get; private set; }

    /// <summary>The table of trials; no columns where there is none.</summary>
    public IReadOnlyList<TrialColumn> Table { get; private init; } = [];

    /// <summary>A condition for each trial; null where none was asked for.</summary>
    public IReadOnlyList<string>? Conditions { get; private init; }

    /// <summary>What the trials differ in; null where nothing was asked for.</summary>
    public string? ConditionName { get; private init; }

    /// <summary>What a reader should know of how it was cut, a sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; private set; } = [];

    /// <summary>Reads a recording; its format is told by its first bytes.</summary>
    /// <param name="path">An NWB 2 file with units or traces of imaged regions; a MAT file with spike trains or an array; a <c>.npy</c>
    /// array of counts [trials, time, neurons] or [time, neurons]; a text such as CSV, of spikes (columns <c>unit</c> and <c>time</c>) or
    /// of counts (a line for each bin, a column for each neuron). Arrays may hold traces instead, such as dF/F.</param>
    /// <param name="options">How it is cut; null for what it offers.</param>
    /// <returns>The recording; the caller disposes it.</returns>
    /// <exception cref="DatasetException">The file is missing, damaged or of another format, holds no units, has no such table or column,
    /// or makes more than <see cref="MostCounts"/> counts; the message says what there is.</exception>
    public static TrialRecording Open(string path, TrialRecordingOptions? options = null)
    {
        options ??= new TrialRecordingOptions();
        var name = Path.GetFileName(path);
        var format = NeuralFormats.Of(path);
        if (options.Series is not null && format != NeuralFormat.Hdf5)
        {
            throw new DatasetException($"{path} is no NWB file, and has no series; leave {options.Series} out.");
        }

        switch (format)
        {
            case NeuralFormat.Npy:
                return OfArray(name, NumpyFile(path), options);
            case NeuralFormat.Mat:
                var mat = MatFile.Read(path);
                var unread = MatObjects.Sentences(mat);
                try
                {
                    var recording = OfMat(path, name, mat, options);
                    recording.Remarks = [.. recording.Remarks, .. unread];
                    return recording;
                }
                catch (DatasetException failure) when (unread.Count > 0)
                {
                    throw new DatasetException($"{failure.Message} {string.Join(" ", unread)}", failure);
                }

            case NeuralFormat.Text:
                var text = TextRecording.Read(path);
                return text.Units is { } units
                    ? Of(new NeuralSession(name, units, []), options, _ => [], text.Names)
                    : OfArray(name, text.ToTensor(), options, text.Names);
            case NeuralFormat.Hdf5:
                using (var file = NwbFile.Open(path))
                {
                    var asked = options.AreTraces || options.Series is not null;
                    var sorted = asked ? [] : file.Units();
                    if (asked || (sorted.Count == 0 && file.TraceSeries().Count > 0))
                    {
                        return OfTraces(name, file, options);
                    }

                    return Of(new NeuralSession(name, sorted, file.IntervalTables()), options, file.Columns);
                }

            default:
                throw new DatasetException($"{path} is an archive of arrays; expected one array: np.save(\"counts.npy\", "
                    + "np.load(...)[...]), with the name of the counts inside.");
        }
    }

    /// <summary>Cuts a session that has been read.</summary>
    /// <param name="session">The session.</param>
    /// <param name="options">How it is cut; null for what it offers.</param>
    /// <param name="columns">The columns of a table of its intervals by name; null where only their times are known.</param>
    /// <returns>The recording; the caller disposes it.</returns>
    /// <exception cref="DatasetException">As <see cref="Open"/>.</exception>
    public static TrialRecording Of(
        NeuralSession session, TrialRecordingOptions? options = null, Func<string, IReadOnlyList<TrialColumn>>? columns = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        return Of(session, options ?? new TrialRecordingOptions(), columns ?? (_ => []), names: null);
    }

    /// <inheritdoc/>
    public void Dispose() => Counts.Dispose();

    private static TrialRecording Of(
        NeuralSession session, TrialRecordingOptions options, Func<string, IReadOnlyList<TrialColumn>> columns,
        IReadOnlyList<string>? names)
    {
        var good = session.Where(UnitFilter.Allen.Keeps);
        if (good.Units.Count == 0)
        {
            throw new DatasetException(
                $"{session.Id} holds {session.Units.Count} sorted units"
                + $"{(session.Units.Count > 0 ? ", of which none passes the quality filter" : string.Empty)}; expected spike times of "
                + "sorted units, or traces of imaged regions (RoiResponseSeries). Other signals, such as fields, are not read: export "
                + "them as .npy, [trials, time, neurons].");
        }

        var units = options.Area is { } area ? Region.Of(good, area) : good.Units;
        using var scope = NewDisposeScope();
        var plan = TrialPlan.Of(session, options, columns, Movie);
        var width = options.BinWidth ?? UsualWidth;
        var cut = plan.Intervals switch
        {
            null => new TrialRecording(session.Id, Guarded(units, Duration(units) / width, () => TrialCounts.OfStretches(units, width,
                options.Bins)), width, "stretches of the recording", repeats: false),
            { Frames.Length: > 0 } movie when options.By is null => new TrialRecording(
                session.Id, Guarded(units, movie.Count, () => TrialCounts.OfFrames(units, movie)), FrameWidth(movie),
                $"trials of {movie.Name}", repeats: true),
            { } table => new TrialRecording(session.Id, Guarded(units, Spread(table) * table.Count / width,
                () => TrialCounts.OfIntervals(units, table, width)), width,
                table.Name == "trials" ? "trials" : $"trials of {table.Name}", repeats: true)
            {
                Table = plan.Columns, Conditions = plan.Conditions, ConditionName = plan.ConditionName,
                Remarks = TrialRemarks.Of(table, units),
            },
        };
        return cut.Active(options.LeastRate, names ?? [.. units.Select(unit =>
            unit.Area is { Length: > 0 } where ? $"{unit.Id} ({where})" : unit.Id.ToString(CultureInfo.InvariantCulture))]);
    }

    private static TrialRecording OfTraces(string name, NwbFile file, TrialRecordingOptions options)
    {
        if (options.Area is not null)
        {
            throw new DatasetException($"The traces of {name} know no regions; leave the region out.");
        }

        using var scope = NewDisposeScope();
        var (series, rows, regions) = file.Traces(options.Series);
        return OfRows(rows, new NeuralSession(name, [], file.IntervalTables()), options, file.Columns, [$"Traces of {series}."])
            .Standardised(regions);
    }

    /// <summary>Rows of known times, cut by a table of intervals or into stretches.</summary>
    private static TrialRecording OfRows(TimedRows rows, NeuralSession session, TrialRecordingOptions options,
        Func<string, IReadOnlyList<TrialColumn>> columns, IReadOnlyList<string> remarks)
    {
        var plan = TrialPlan.Of(session, options, columns, movie: string.Empty);
        var perBin = rows.PerBin(options.BinWidth);
        var width = perBin * rows.Interval;
        if (options.BinWidth is { } asked && Math.Abs(width - asked) > 0.01 * asked)
        {
            remarks = [.. remarks, string.Create(CultureInfo.InvariantCulture,
                $"A bin is {width:0.####} s, the mean of {perBin} frame{(perBin == 1 ? string.Empty : "s")}.")];
        }

        if (plan.Intervals is not { } table)
        {
            return new TrialRecording(session.Id, rows.Stretches(options.Bins, perBin), width, "stretches of the recording",
                repeats: false) { Remarks = remarks };
        }

        var (values, kept) = rows.Trials(table, perBin);
        return new TrialRecording(
            session.Id, values, width, table.Name == "trials" ? "trials" : $"trials of {table.Name}", repeats: true)
        {
            Table = [.. plan.Columns.Select(column => column.Rows(kept))],
            Conditions = plan.Conditions is { } all ? [.. kept.Select(row => all[row])] : null, ConditionName = plan.ConditionName,
            Remarks = [.. remarks, .. TrialRemarks.Of(table, kept)],
        };
    }

    /// <summary>Spike trains where there are any, else the largest array.</summary>
    private static TrialRecording OfMat(string path, string name, MatFile file, TrialRecordingOptions options) =>
        MatSpikes.Find(file) is { Count: > 0 } units ? OfSpikes(name, units, MatTrials.Find(file), options)
        : NeuralSummary.Of(file) is ArraySummary { Variable: { } variable }
            && file.Variables.FirstOrDefault(own => own.Name == variable) is { } array
            ? OfArray(name, array.ToTensor(), options, column: by => MatTrials.Named(file, by))
        : throw new DatasetException($"The largest array of {path} is inside another; expected a variable of its own.");

    private static TrialRecording OfSpikes(string name, IReadOnlyList<NeuralUnit> units,
        IReadOnlyList<(StimulusTable Intervals, IReadOnlyList<TrialColumn> Columns)> tables, TrialRecordingOptions options) => Of(
        new NeuralSession(name, units, [.. tables.Select(table => table.Intervals)]), options,
        asked => tables.First(table => table.Intervals.Name == asked).Columns);

    private static TrialRecording OfArray(string name, Tensor array, TrialRecordingOptions options, IReadOnlyList<string>? names = null,
        Func<string, TrialColumn?>? column = null)
    {
        using var scope = NewDisposeScope();
        if (options.Area is not null || options is { AreRates: true, BinWidth: null } or { AreRates: true, AreTraces: true }
            || array.dim() is not (2 or 3) || array.is_complex() || array.numel() is 0 or > MostCounts)
        {
            throw new DatasetException(
                options.Area is not null ? $"{name} is an array, which knows no regions; leave the region out."
                : options.AreTraces && options.AreRates ? $"{name} holds either traces or spikes per second; say one of them."
                : options.AreRates ? $"The rates of {name} become counts by the width of a bin; say how many seconds a bin lasts."
                : $"{name} is an array [{string.Join(", ", array.shape)}] of {array.dtype}; expected counts [trials, time, neurons] or "
                    + $"[time, neurons], at least one and at most {MostCounts}.");
        }

        var file = options.Trials is "none" ? null : options.Trials;
        var ordered = file is null || options.Axes is not null ? ArrayAxes.Ordered(array, options.Axes, name) : array;
        var values = ordered.to(float32);
        var counts = options.AreRates ? (values * options.BinWidth!.Value).round() : values;
        var numbers = ArrayNumbers.Of(counts);
        var traces = options.AreTraces || (!options.AreRates && numbers.AreTraces);
        if (!traces && (numbers.Negative || !numbers.Finite))
        {
            RefuseOthers(counts, name);
        }

        IReadOnlyList<string> Named(long neurons) => names ?? [.. Enumerable.Range(0, (int)neurons)
            .Select(neuron => neuron.ToString(CultureInfo.InvariantCulture))];
        if (file is not null && counts.dim() == 2 && TrialPlan.IsText(file))
        {
            var timed = OfRows(TimedRows.OfBins(counts, options.BinWidth, name), new NeuralSession(name, [], []), options, _ => [], []);
            return traces ? timed.Standardised(Named(counts.shape[1])) : timed.Active(options.LeastRate, Named(counts.shape[1]));
        }

        var lengths = file is null ? null : Lengths(file, counts, name);
        var cut = lengths is not null ? Stretches(counts, lengths) : counts.dim() == 3 ? counts : Cut(counts, options.Bins, name);
        var recorded = counts.dim() == 2 ? counts.shape[0] : cut.shape[0] * cut.shape[1];
        var by = options.By is { } asked
            ? ArrayColumn(column?.Invoke(asked) ?? TrialPlan.ColumnOf(asked), cut.shape, recorded, lengths) : null;
        List<string> remarks = lengths is not null ? [.. TrialRemarks.Lengths([.. lengths], "bins")]
            : array.dim() == 3 && options.Axes is null ? [$"The axes [{string.Join(", ", array.shape)}] were taken for trials, time and "
                + "neurons; others are named by --axes."]
            : [];
        if (!traces && numbers.Fractions)
        {
            remarks.Add("The numbers are no whole ones: what is called spikes here are the array's own units, and models of counts "
                + "take them for expected counts. (Spikes per second become counts by --rates; continuous traces, such as deconvolved "
                + "ones, are called so by --traces.)");
        }

        var recording = new TrialRecording(
            name, cut.alias(), options.BinWidth, lengths is null && counts.dim() == 2 ? "stretches of the array" : "trials of the array",
            repeats: lengths is not null || counts.dim() == 3)
        {
            Table = by is null ? [] : [by], Conditions = by is null ? null : TrialConditions.Of(by), ConditionName = by?.Name,
            Remarks = remarks,
        };
        return traces ? recording.Standardised(Named(cut.shape[2])) : recording.Active(options.LeastRate, Named(cut.shape[2]));
    }

    private static void RefuseOthers(Tensor counts, string name)
    {
        var others = counts.isfinite().logical_and(counts >= 0).logical_not();
        var place = others.nonzero()[0];
        var value = counts.flatten()[others.flatten().nonzero()[0, 0]].ToSingle();
        throw new DatasetException(string.Create(CultureInfo.InvariantCulture,
            $"{name} holds {value:G4} at [{string.Join(", ", place.Numbers<long>())}], and {others.sum().item<long>()} numbers in all that "
            + $"are negative or not finite; expected counts of spikes. ") + (float.IsFinite(value)
                ? "If whole numbers below 0 are continuous traces, say so (--traces)."
                : "Leave such trials or neurons out."));
    }

    /// <summary>Leaves out neurons that hardly fire.</summary>
    private TrialRecording Active(double leastRate, IReadOnlyList<string> names)
    {
        using var scope = NewDisposeScope();
        var rates = Counts.mean([0, 1]);
        var active = (BinWidth is { } width ? (rates / width).ge(leastRate) : rates > 0).nonzero().squeeze(1);
        Recorded = names.Count;
        if (active.numel() == 0)
        {
            Counts.Dispose();
            throw new DatasetException(string.Create(CultureInfo.InvariantCulture,
                $"None of the {names.Count} neurons of {Name} fires {leastRate} times per second, the busiest "
                + $"{rates.max().ToDouble() / (BinWidth ?? 1):G3}; ask for a lower least rate, or say how long a bin lasts. All times are "
                + $"taken for seconds."));
        }

        if (active.numel() < names.Count)
        {
            var all = Counts;
            Counts = all.index_select(2, active).DetachFromDisposeScope();
            all.Dispose();
        }

        Neurons = [.. active.Numbers<long>().Select(neuron => names[(int)neuron])];
        return this;
    }

    /// <summary>
    /// Traces in standard deviations above each neuron's mean. Neurons whose traces do not vary or are not finite are left out.
    /// </summary>
    private TrialRecording Standardised(IReadOnlyList<string> names)
    {
        using var scope = NewDisposeScope();
        var (mean, spread) = (Counts.mean([0, 1]), Counts.std([0, 1], unbiased: false));
        var kept = spread.gt(0).logical_and(spread.isfinite()).nonzero().squeeze(1);
        (Recorded, AreTraces) = (names.Count, true);
        using var all = Counts;
        if (kept.numel() == 0)
        {
            throw new DatasetException(
                $"None of the {names.Count} traces of {Name} is finite throughout and varies; leave out frames that hold NaN.");
        }

        Counts = ((all.index_select(2, kept) - mean.index_select(0, kept)) / spread.index_select(0, kept)).DetachFromDisposeScope();
        Neurons = [.. kept.Numbers<long>().Select(neuron => names[(int)neuron])];
        Remarks =
        [
            .. Remarks, "These are continuous traces, no counts of spikes: each neuron's are freed of their mean and divided by their "
                + "standard deviation.",
            .. kept.numel() < names.Count
                ? new[] { $"Neurons left out, whose traces do not vary or are not finite throughout: {names.Count - kept.numel()}." } : [],
        ];
        return this;
    }

    private static Tensor Guarded(IReadOnlyList<NeuralUnit> units, double bins, Func<Tensor> count) =>
        bins * units.Count <= MostCounts
            ? count()
            : throw new DatasetException(string.Create(CultureInfo.InvariantCulture,
                $"{units.Count} units in {bins:G9} bins make {bins * units.Count:G9} counts; expected at most {MostCounts}. Choose wider "
                + $"bins, one region, or a table of shorter trials."));

    private static double Duration(IReadOnlyList<NeuralUnit> units) =>
        units.Where(unit => unit.SpikeTimes.Length > 0).Select(unit => unit.SpikeTimes.Span[^1]).DefaultIfEmpty().Max()
        - units.Where(unit => unit.SpikeTimes.Length > 0).Select(unit => unit.SpikeTimes.Span[0]).DefaultIfEmpty().Min();

    private static double Spread(StimulusTable table) => table.Count == 0
        ? 0
        : Enumerable.Range(0, table.Count).Min(row => table.Stops.Span[row] - table.Starts.Span[row]);

    private static double FrameWidth(StimulusTable movie) =>
        Enumerable.Range(0, movie.Count).Average(row => movie.Stops.Span[row] - movie.Starts.Span[row]) is > 0 and var width
            ? width
            : throw new DatasetException($"The frames of {movie.Name} last no time; expected ends after their starts.");

    private static Tensor NumpyFile(string path)
    {
        try
        {
            return NumpyArchive.ReadArray(path);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be read: {failure.Message}", failure);
        }
    }

    private static long[] Lengths(string file, Tensor counts, string name)
    {
        using var array = NumpyFile(file);
        if (array.is_complex())
        {
            throw new DatasetException($"{file} holds complex numbers; expected lengths of trials in bins.");
        }

        // as doubles: any numbers have a sum
        double[] lengths = array.flatten().to(float64).Numbers<double>();
        return counts.dim() == 2 && lengths.Length > 0 && lengths.All(length => length > 0 && double.IsInteger(length))
            && lengths.Sum() == counts.shape[0]
            ? Array.ConvertAll(lengths, length => (long)length)
            : throw new DatasetException(string.Create(CultureInfo.InvariantCulture,
                $"{file} holds {lengths.Length} lengths of trials, {lengths.Sum():G10} bins in all, and {name} is "
                + $"[{string.Join(", ", counts.shape)}]; expected positive whole lengths that make up [time, neurons]. (Other axes are "
                + $"named by --axes.)"));
    }

    private static Tensor Stretches(Tensor counts, long[] lengths)
    {
        var shortest = lengths.Min();
        return stack([.. Starts(lengths).Select(start => counts.narrow(0, start, shortest))]);
    }

    private static Tensor Cut(Tensor counts, int bins, string name) => counts.shape[0] >= bins
        ? TrialCounts.Cut(counts, bins)
        : throw new DatasetException($"{name} has {counts.shape[0]} bins, less than one stretch of {bins}; choose shorter stretches.");

    private static long[] Starts(long[] lengths)
    {
        var starts = new long[lengths.Length];
        for (var trial = 1; trial < starts.Length; trial++)
        {
            starts[trial] = starts[trial - 1] + lengths[trial - 1];
        }

        return starts;
    }

    private static TrialColumn ArrayColumn(TrialColumn column, long[] shape, long bins, long[]? lengths)
    {
        var trials = shape[0];
        var starts = lengths is null ? [.. Enumerable.Range(0, (int)trials).Select(trial => trial * shape[1])] : Starts(lengths);
        return column.Values.Count == trials ? column
            : column.Values.Count == bins ? column with { Values = [.. starts.Select(start => column.Values[(int)start])] }
            : throw new DatasetException(
                $"{column.Name} holds {column.Values.Count} values; expected one for each of {trials} trials, or for each of {bins} bins."
                + (shape.Contains(column.Values.Count) ? " Another axis is as long: say which are the trials by --axes." : string.Empty));
    }
}
