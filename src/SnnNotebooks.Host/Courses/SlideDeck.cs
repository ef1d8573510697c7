using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using SnnNotebooks.Host.Exporting;

namespace SnnNotebooks.Host.Courses;

/// <summary>
/// Slides in one HTML file that opens without a network: keys, touch, light and dark, a page each on paper. Every heading begins a slide,
/// every figure has one of its own.
/// </summary>
/// <param name="title">The title of the page.</param>
internal sealed partial class SlideDeck(string title)
{
    private const int LongestText = 900; // characters of markdown on a slide, without where its links lead

    private readonly List<StringBuilder> slides = [];
    private string heading = "";

    /// <summary>Adds text.</summary>
    /// <param name="markdown">Headings of the first three levels begin slides; what is too long for one goes on in the next.</param>
    /// <param name="render">Markdown as HTML.</param>
    public void AddText(string markdown, Func<string, string> render)
    {
        var (blocks, length, hasText) = (new List<string>(), 0, false);
        void Flush()
        {
            if (blocks.Count > 0)
            {
                slides.Add(new StringBuilder(render(string.Join("\n\n", blocks))));
                (blocks, length, hasText) = ([], 0, false);
            }
        }

        foreach (var block in Blocks(markdown))
        {
            var isHeading = block.StartsWith('#') && block.TrimStart('#').StartsWith(' ');
            if (isHeading || (hasText && length + LinkTexts.In(block).Length > LongestText))
            {
                Flush();
            }

            if (isHeading)
            {
                heading = string.Concat(block.Split('\n')[0].TrimStart('#').Split('`', '*')).Trim();
            }
            else if (blocks.Count == 0)
            {
                blocks.Add(Repeated());
            }

            blocks.Add(block);
            length += LinkTexts.In(block).Length;
            hasText |= !isHeading;
        }

        Flush();
    }

    /// <summary>Adds what a cell showed, on a slide of its own; its code is folded below. What showed nothing has no slide.</summary>
    /// <param name="asked">What it is asked, again, since the text is on another slide: HTML.</param>
    /// <param name="shown">HTML.</param>
    /// <param name="code">HTML.</param>
    public void AddFigure(string asked, string shown, string code)
    {
        if (shown.Length > 0)
        {
            slides.Add(new StringBuilder($"{Repeated()}\n{asked}<div class=\"outputs\">\n{shown}</div>\n"
                + code.Replace(" open>", ">", StringComparison.Ordinal)));
        }
    }

    /// <summary>Adds to the last slide, which ends what its heading began.</summary>
    /// <param name="html">HTML.</param>
    public void Append(string html)
    {
        (slides.Count == 0 ? Begin() : slides[^1]).Append(html);
        heading = title;
    }

    /// <summary>The page.</summary>
    /// <param name="scripts">JavaScript that its figures need.</param>
    public string ToHtml(IReadOnlyList<string> scripts)
    {
        var body = new StringBuilder("<style>\n").Append(Resource("slides.css")).Append("</style>\n<div id=\"stage\">\n");
        for (var i = 0; i < slides.Count; i++)
        {
            body.Append(CultureInfo.InvariantCulture,
                    $"<section class=\"slide\" id=\"s{i + 1}\" aria-label=\"slide {i + 1} of {slides.Count}\">"
                    + $"<div class=\"content markdown\">\n")
                .Append(slides[i]).Append(CultureInfo.InvariantCulture, $"</div><div class=\"number\">{i + 1}</div></section>\n");
        }

        return HtmlPage.Write(title, scripts, body.Append("</div>\n<div id=\"bar\"></div>\n<script>\n").Append(Resource("slides.js"))
            .Append("</script>\n").ToString());
    }

    private StringBuilder Begin()
    {
        slides.Add(new StringBuilder());
        return slides[^1];
    }

    private string Repeated() => heading.Length == 0 ? "" : $"<h2 class=\"again\">{WebUtility.HtmlEncode(heading)}</h2>";

    // a list stays with the paragraph whose sentence it ends
    private static IEnumerable<string> Blocks(string markdown)
    {
        var held = "";
        foreach (var part in Parts(markdown))
        {
            if (ListBegins().IsMatch(part) && held.Length > 0 && held[0] != '#' && held[^1] is not ('.' or '?' or '!' or '*' or '`'))
            {
                held += $"\n\n{part}";
                continue;
            }

            if (held.Length > 0)
            {
                yield return held;
            }

            held = part;
        }

        if (held.Length > 0)
        {
            yield return held;
        }
    }

    // paragraphs, lists and fenced code: what stands between empty lines, but for those inside a fence
    private static IEnumerable<string> Parts(string markdown)
    {
        var (block, isFenced) = (new List<string>(), false);
        foreach (var line in markdown.Split('\n').Append(""))
        {
            isFenced ^= line.TrimStart().StartsWith("```", StringComparison.Ordinal);
            if (line.Length > 0 || isFenced)
            {
                block.Add(line);
            }
            else if (block.Count > 0)
            {
                yield return string.Join('\n', block);
                block = [];
            }
        }

        if (block.Count > 0)
        {
            yield return string.Join('\n', block); // a fence that never closes
        }
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(SlideDeck).Assembly.GetManifestResourceStream($"SnnNotebooks.Host.{name}")!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\A(?:[*-]|[0-9]+\.) ", RegexOptions.CultureInvariant)]
    private static partial Regex ListBegins();
}
