using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Host.Exporting;

/// <summary>What <c>snn run</c> leaves behind.</summary>
internal static class RunExport
{
    public static string Ipynb(RunReport report) =>
        IpynbWriter.Write(report.Notebook, [.. report.Cells.Select(cell => cell.Status == CellStatus.NotRun ? null : cell.Outputs)]);

    public static string Html(RunReport report) => HtmlExporter.Write(report);
}
