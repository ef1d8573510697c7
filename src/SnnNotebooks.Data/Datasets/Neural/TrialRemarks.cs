using System.Globalization;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>What a reader should know of how trials were cut.</summary>
internal static class TrialRemarks
{
    private const double Alike = 1.2; // the longest trial over the shortest

    /// <summary>Of a table of intervals.</summary>
    public static IReadOnlyList<string> Of(StimulusTable table)
    {
        double[] lengths = [.. Enumerable.Range(0, table.Count).Select(row => table.Stops.Span[row] - table.Starts.Span[row])];
        List<string> remarks = [.. Lengths(lengths, "s")];
        if (table.WithoutTimes > 0)
        {
            remarks.Add($"Rows of {table.Name} without a start or an end, which are left out: {table.WithoutTimes}.");
        }

        return remarks;
    }

    /// <summary>Of trials that are cut to the shortest.</summary>
    public static IReadOnlyList<string> Lengths(IReadOnlyList<double> lengths, string unit) =>
        lengths.Count > 0 && lengths.Max() > Alike * lengths.Min()
            ? [string.Create(CultureInfo.InvariantCulture,
                $"Trials last {lengths.Min():0.###} to {lengths.Max():0.###} {unit} and are cut to the shortest.")]
            : [];
}
