using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Exporting;

/// <summary>
/// A page that lists a folder's notebooks, made from what they say of themselves: heading, first sentence, and how long they took.
/// </summary>
public static partial class NotebookIndex
{
    /// <summary>Makes the page.</summary>
    /// <param name="folder">The folder; its sub-folders make the sections. Notebooks whose name starts with an underscore are left
    /// out.</param>
    /// <param name="junit">Results of a run (<c>snn run --junit</c>), for the times; null where there are none.</param>
    /// <returns>Markdown.</returns>
    /// <exception cref="NotebookException">A notebook or the results cannot be read.</exception>
    public static string Write(string folder, string? junit = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new NotebookException($"{folder} is no folder; expected one with notebooks.");
        }

        var times = junit is null ? [] : Times(junit);
        var text = new StringBuilder("# Notebooks\n\n");
        text.Append(
            junit is null
                ? "Made by `snn index` from the notebooks themselves.\n"
                : "Made by `snn index` from the notebooks themselves; the times are those of one run at the scale `quick`, process start "
                    + "included.\n");
        var notebooks = Directory.EnumerateFiles(folder, "*.dib", SearchOption.AllDirectories)
            .Where(path => !Path.GetFileName(path).StartsWith('_'))
            .GroupBy(path => Path.GetRelativePath(folder, Path.GetDirectoryName(path)!).Replace('\\', '/'))
            .OrderBy(group => group.Key == "." ? string.Empty : group.Key, StringComparer.Ordinal);
        foreach (var section in notebooks)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\n## {(section.Key == "." ? "First" : section.Key)}\n\n| notebook | what it is | quick |\n|---|---|---|\n");
            foreach (var (path, (title, summary)) in section.Order(StringComparer.Ordinal)
                .Select(path => (path, Described: Describe(NotebookFile.Read(path))))
                .OrderBy(item => HeadingNumber.Of(item.Described.Title)))
            {
                var link = Path.GetRelativePath(folder, path).Replace('\\', '/');
                var time = times.TryGetValue(Path.GetFileName(path), out var seconds)
                    ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s")
                    : "not measured";
                text.Append(CultureInfo.InvariantCulture,
                    $"| [{Cell(title ?? Path.GetFileNameWithoutExtension(path))}]({link}) | {Cell(summary)} | {time} |\n");
            }
        }

        return text.ToString();
    }

    /// <summary>
    /// The first heading, and the first sentence below it; a line in italics, such as the minutes of a lesson, is none. Links lead
    /// elsewhere from here, so that their texts stay.
    /// </summary>
    private static (string? Title, string Summary) Describe(Notebook notebook)
    {
        var lines = notebook.Cells.Where(cell => cell.Kernel == KernelNames.Markdown).Select(cell => cell.Source.Split('\n'))
            .FirstOrDefault() ?? [];
        var title = lines.FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal))?[2..].Trim();
        var first = lines.SkipWhile(line => !line.StartsWith("# ", StringComparison.Ordinal)).Skip(1)
            .FirstOrDefault(line => line.Trim().Length > 0 && !line.StartsWith('#') && !Aside().IsMatch(line)) ?? string.Empty;
        first = LinkTexts.In(first);
        var end = first.IndexOf(". ", StringComparison.Ordinal);
        return (title, (end > 40 ? first[..(end + 1)] : first).Trim());
    }

    private static Dictionary<string, double> Times(string junit)
    {
        try
        {
            using var reader = XmlReader.Create(junit, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            return XDocument.Load(reader).Descendants("testsuite")
                .GroupBy(suite => Path.GetFileName((string?)suite.Attribute("name") ?? string.Empty))
                .ToDictionary(suite => suite.Key, suite => (double?)suite.Last().Attribute("time") ?? double.NaN);
        }
        catch (Exception unreadable) when (unreadable is IOException or XmlException or FormatException or UnauthorizedAccessException)
        {
            throw new NotebookException($"{junit} cannot be read as the results of `snn run --junit`: {unreadable.Message}");
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    [GeneratedRegex(@"^\*[^*]+\*$", RegexOptions.CultureInvariant)]
    private static partial Regex Aside();
}
