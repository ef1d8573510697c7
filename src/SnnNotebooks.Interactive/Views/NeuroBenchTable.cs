using System.Globalization;
using SnnNotebooks.NeuroBench;

namespace SnnNotebooks.Interactive.Views;

/// <summary>NeuroBench's metrics as a table: a row for each metric, a column for each network.</summary>
internal static class NeuroBenchTable
{
    public static TableView Of(IReadOnlyList<(string Name, NeuroBenchReport Report)> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        if (reports.Count == 0)
        {
            throw new ArgumentException("There is no report to show.", nameof(reports));
        }

        var rows = reports[0].Report.Rows.Select((row, i) => (IReadOnlyList<string>)
            [row.Metric, .. reports.Select(each => each.Report.Rows[i].Value.ToString("#,0.####", CultureInfo.InvariantCulture))]);
        var missing = reports.Any(each => each.Report.Uncounted.Count > 0)
            ? new IReadOnlyList<string>[] { ["not counted", .. reports.Select(each => string.Join("; ", each.Report.Uncounted))] }
            : [];
        return new TableView("NeuroBench's metrics of one input", ["metric", .. reports.Select(each => each.Name)], [.. rows, .. missing]);
    }
}
