using Markdig;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Exporting;

/// <summary>Markdown cells as HTML that needs no network.</summary>
internal static class MarkdownHtml
{
    private const long LargestImage = 16 << 20;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseGridTables().UseFootnotes().UseAutoIdentifiers().UseTaskLists().UseEmphasisExtras().UseAutoLinks()
        .UseMathematics().Build();

    /// <summary>Renders one cell.</summary>
    /// <param name="source">Markdown.</param>
    /// <param name="folder">Folder of the notebook; images below it are embedded.</param>
    /// <param name="attachments">Images that the cell brings along.</param>
    public static string Render(string source, string folder, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> attachments)
    {
        MarkdownDocument document;
        try
        {
            document = Markdown.Parse(source, Pipeline);
        }
        catch (ArgumentException)
        {
            // Markdig refuses text nested too deeply
            return $"<pre>{System.Net.WebUtility.HtmlEncode(source)}</pre>";
        }

        foreach (var image in document.Descendants<LinkInline>().Where(link => link.IsImage).ToArray())
        {
            Embed(image, folder, attachments);
        }

        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.Render(document);
        return writer.ToString();
    }

    // an image elsewhere becomes a link: the page must open without a network, and hold nothing of its author's disk but what lies with the
    // notebook
    private static void Embed(LinkInline image, string folder, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> attachments)
    {
        var url = image.Url ?? "";
        if (url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        if ((Attached(url, attachments) ?? Beside(url, folder)) is { } data)
        {
            image.Url = data;
            return;
        }

        image.IsImage = false;
        if (image.FirstChild is null)
        {
            image.AppendChild(new LiteralInline(url));
        }
    }

    private static string? Attached(string url, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> attachments)
    {
        const string Scheme = "attachment:";
        if (!url.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var name = url[Scheme.Length..];
        return (attachments.GetValueOrDefault(name) ?? attachments.GetValueOrDefault(Uri.UnescapeDataString(name)))?
            .Where(data => data.Key.StartsWith("image/", StringComparison.Ordinal))
                .Select(data => $"data:{data.Key};base64,{data.Value.ReplaceLineEndings("")}").FirstOrDefault();
    }

    private static string? Beside(string url, string folder)
    {
        var mime = Path.GetExtension(url).ToUpperInvariant() switch
        {
            ".PNG" => "image/png",
            ".JPG" or ".JPEG" => "image/jpeg",
            ".GIF" => "image/gif",
            ".SVG" => "image/svg+xml",
            ".WEBP" => "image/webp",
            _ => null,
        };
        if (mime is null || url.Contains("://", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            var path = Path.Combine(folder, Uri.UnescapeDataString(url));
            return File.Exists(path) && RealPath.IsBelow(path, folder) && RegularFile.Read(RealPath.Of(path), LargestImage) is { } image
                ? $"data:{mime};base64,{Convert.ToBase64String(image)}"
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
