using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SnnNotebooks.Host.Exporting;

/// <summary>The headings of a page, as links.</summary>
internal sealed partial class TableOfContents
{
    private const int Worthwhile = 3;

    private readonly HashSet<string> ids = [];
    private readonly List<(string Level, string Id, string Text)> headings = [];

    /// <summary>Collects the headings of one cell.</summary>
    /// <param name="html">The cell, rendered.</param>
    /// <returns>The same with ids that no other cell has; the first of a name keeps it.</returns>
    public string Add(string html) => Heading().Replace(html, match =>
    {
        var (level, wanted, text) = (match.Groups["level"].Value, match.Groups["id"].Value, match.Groups["text"].Value);
        var id = wanted;
        for (var i = 2; !ids.Add(id); i++)
        {
            id = string.Create(CultureInfo.InvariantCulture, $"{wanted}-{i}");
        }

        headings.Add((level, id, Tag().Replace(text, "")));
        return $"<h{level} id=\"{id}\">{text}</h{level}>";
    });

    /// <summary>The list, or nothing where there is little to list.</summary>
    public string ToHtml()
    {
        if (headings.Count < Worthwhile)
        {
            return "";
        }

        var html = new StringBuilder("<details class=\"toc\"><summary>Contents</summary><nav><ol>\n");
        foreach (var (level, id, text) in headings)
        {
            html.Append(CultureInfo.InvariantCulture, $"<li class=\"h{level}\"><a href=\"#{id}\">{text}</a></li>\n");
        }

        return html.Append("</ol></nav></details>\n").ToString();
    }

    [GeneratedRegex("<h(?<level>[1-3]) id=\"(?<id>[^\"]*)\">(?<text>.*?)</h\\k<level>>",
        RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Heading();

    [GeneratedRegex("<[^>]*>", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();
}
