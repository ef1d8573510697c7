using System.Globalization;
using System.Text;
using System.Xml;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Host.Exporting;

/// <summary>Writes runs as JUnit XML, as build servers read it: a suite for each notebook, a test for each cell that runs.</summary>
public static class JUnitReport
{
    /// <summary>The document.</summary>
    /// <param name="reports">The runs.</param>
    public static string Write(IReadOnlyList<RunReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true }))
        {
            xml.WriteStartElement("testsuites");
            foreach (var report in reports)
            {
                WriteSuite(xml, report);
            }

            xml.WriteEndElement();
        }

        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + text + "\n";
    }

    private static void WriteSuite(XmlWriter xml, RunReport report)
    {
        var cells = report.Cells.Where(cell => cell.Cell.Kernel is not (KernelNames.Markdown or "raw")).ToArray();
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", report.NotebookPath);
        xml.WriteAttributeString("tests", Number(cells.Length));
        xml.WriteAttributeString("failures", Number(cells.Count(cell => cell.Status == CellStatus.Failed)));
        xml.WriteAttributeString("errors", Number(!report.Succeeded && cells.All(cell => cell.Status != CellStatus.Failed) ? 1 : 0));
        xml.WriteAttributeString("skipped", Number(cells.Count(cell => cell.Status == CellStatus.NotRun)));
        xml.WriteAttributeString("time", Seconds(report.Elapsed));
        foreach (var cell in cells)
        {
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("classname", Path.GetFileNameWithoutExtension(report.NotebookPath));
            xml.WriteAttributeString("name", Valid($"cell {Number(cell.Number)}: {FirstLine(cell.Cell.Source)}"));
            xml.WriteAttributeString("time", Seconds(cell.Elapsed));
            if (cell.Status == CellStatus.NotRun)
            {
                xml.WriteElementString("skipped", "");
            }
            else if (cell.Status == CellStatus.Failed)
            {
                var failure = cell.Outputs.OfType<ErrorOutput>().LastOrDefault()?.Failure;
                xml.WriteStartElement("failure");
                xml.WriteAttributeString("type", Valid(failure?.ErrorName ?? "Failed"));
                xml.WriteAttributeString("message", Valid(failure?.Message ?? report.Failure ?? ""));
                xml.WriteString(Valid(failure is null ? "" : string.Join('\n', [failure.ToString(), .. failure.Trace ?? []])));
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        if (!report.Succeeded && report.Failure is { } words)
        {
            xml.WriteElementString("system-err", Valid(words));
        }

        xml.WriteEndElement();
    }

    private static string FirstLine(string source)
    {
        var line = source.Split('\n').FirstOrDefault(line => line.Trim().Length > 0)?.Trim() ?? "";
        return line.Length <= 80 ? line : line[..80];
    }

    // what XML cannot hold, such as terminal codes
    private static string Valid(string text) =>
        string.Concat(text.EnumerateRunes().Where(rune => rune.Value is '\t' or '\n' or '\r' or >= 0x20 and not (0xFFFE or 0xFFFF)));

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
}
