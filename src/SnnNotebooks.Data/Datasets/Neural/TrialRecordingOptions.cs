namespace SnnNotebooks.Datasets.Neural;

/// <summary>How a recording is cut into trials and bins.</summary>
public sealed record TrialRecordingOptions
{
    /// <summary>
    /// Of an NWB file the table whose intervals are trials, or <c>none</c> for stretches of one length; of spike trains without tables a
    /// text (such as CSV) with columns called <c>start</c> and <c>stop</c>, or a <c>.npy</c> file [trials, 2], in seconds; of an array
    /// [time, neurons] in bins of known width such a text, counted from its first bin, or a <c>.npy</c> file of the trials' lengths in
    /// bins. Null for what the recording offers: Allen's movie one, a table
    /// <c>trials</c>, else stretches.
    /// </summary>
    public string? Trials { get; init; }

    /// <summary>
    /// What trials differ in: <c>TABLE.COLUMN</c> of an NWB or MAT file or of the text of <see cref="Trials"/>, whose rows then are the
    /// trials (the table's name may be left out where one alone has the column); a variable of a MAT file beside its array of
    /// counts; or a <c>.npy</c> file or a text of one column with a value for each trial (or each bin of an array, of which the trial's
    /// first counts). Null for none.
    /// </summary>
    public string? By { get; init; }

    /// <summary>Trials of a table that last less, in seconds, are left out: the others are cut to the shortest.</summary>
    public double Shortest { get; init; }

    /// <summary>Seconds per bin; null for 0.05 of spike times, and for what is not known of an array.</summary>
    public double? BinWidth { get; init; }

    /// <summary>Bins of a stretch, where a recording says nothing of trials.</summary>
    public int Bins { get; init; } = 100;

    /// <summary>
    /// The axes of an array where they are not [trials, time, neurons] or [time, neurons]: <c>neurons,time,trials</c> as MATLAB users have
    /// them, or another order. Null for the usual one, with which an array of more neurons than bins is refused.
    /// </summary>
    public string? Axes { get; init; }

    /// <summary>Only units of this region, its layers included; null for all.</summary>
    public string? Area { get; init; }

    /// <summary>Units that fire less often, in spikes per second, are left out; of an array in unknown bins only silent ones.</summary>
    public double LeastRate { get; init; } = 0.5;

    /// <summary>
    /// Whether numbers are continuous traces, such as dF/F, deconvolved or z-scored ones, rather than counts; arrays that hold negative
    /// numbers are taken for such anyway, an NWB file's are where it has no units. Each neuron's are freed of their mean and divided by
    /// their standard deviation.
    /// </summary>
    public bool AreTraces { get; init; }

    /// <summary>
    /// Of an NWB file the series of imaged regions' traces, by its path or the end of it; null for its units, and where it has none for
    /// the only dF/F or the only series.
    /// </summary>
    public string? Series { get; init; }

    /// <summary>Whether an array holds spikes per second rather than counts; it becomes counts by <see cref="BinWidth"/>.</summary>
    public bool AreRates { get; init; }
}
