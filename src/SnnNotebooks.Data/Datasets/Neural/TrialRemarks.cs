using System.Globalization;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>What a reader should know of how trials were cut.</summary>
internal static class TrialRemarks
{
    private const double Alike = 1.2; // the longest trial over the shortest

    /// <summary>Of a table of intervals and the spikes that are counted in them.</summary>
    /// <exception cref="DatasetException">There are spikes, and all trials begin after the last or end before the first.</exception>
    public static IReadOnlyList<string> Of(StimulusTable table, IReadOnlyList<NeuralUnit> units)
    {
        List<string> remarks = [.. Of(table, [.. Enumerable.Range(0, table.Count)])];
        if (Outside(table, units) is var outside and > 0)
        {
            remarks.Add($"Trials of {table.Name} before the first spike or after the last, which hold none: {outside}.");
        }

        return remarks;
    }

    /// <summary>Of a table of intervals, some of which are trials.</summary>
    /// <param name="table">The intervals.</param>
    /// <param name="kept">Which of them; the others had no whole row of frames.</param>
    public static IReadOnlyList<string> Of(StimulusTable table, int[] kept)
    {
        double[] lengths = [.. kept.Select(row => table.Stops.Span[row] - table.Starts.Span[row])];
        List<string> remarks = [.. Lengths(lengths, "s")];
        if (table.WithoutTimes > 0)
        {
            remarks.Add($"Rows of {table.Name} without a start or an end, which are left out: {table.WithoutTimes}.");
        }

        if (table.TooShort > 0)
        {
            remarks.Add($"Rows of {table.Name} that last too short a time, which are left out: {table.TooShort}.");
        }

        if (kept.Length < table.Count)
        {
            remarks.Add($"Trials of {table.Name} that the frames do not cover or have a gap in, which are left out: "
                + $"{table.Count - kept.Length}.");
        }

        return remarks;
    }

    /// <summary>How many rows end before the first spike or begin after the last; not all may.</summary>
    private static int Outside(StimulusTable table, IReadOnlyList<NeuralUnit> units)
    {
        var active = units.Where(unit => unit.SpikeTimes.Length > 0).ToArray();
        if (active.Length == 0 || table.Count == 0)
        {
            return 0;
        }

        var (first, last) = (active.Min(unit => unit.SpikeTimes.Span[0]), active.Max(unit => unit.SpikeTimes.Span[^1]));
        var (starts, stops) = (table.Starts.ToArray(), table.Stops.ToArray());
        var outside = Enumerable.Range(0, table.Count).Count(row => stops[row] < first || starts[row] > last);
        return outside < table.Count ? outside : throw new DatasetException(string.Create(CultureInfo.InvariantCulture,
            $"Spikes lie between {first:0.###} and {last:0.###} s, and the trials of {table.Name} between {starts.Min():0.###} and "
            + $"{stops.Max():0.###} s, so that none holds a spike; expected seconds of one clock in both."));
    }

    /// <summary>Of trials that are cut to the shortest.</summary>
    public static IReadOnlyList<string> Lengths(IReadOnlyList<double> lengths, string unit) =>
        lengths.Count > 0 && lengths.Max() > Alike * lengths.Min()
            ? [string.Create(CultureInfo.InvariantCulture,
                $"Trials last {lengths.Min():0.###} to {lengths.Max():0.###} {unit} and are cut to the shortest.")]
            : [];
}
