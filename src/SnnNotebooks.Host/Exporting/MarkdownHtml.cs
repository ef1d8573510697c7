using Markdig;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace SnnNotebooks.Host.Exporting;

/// <summary>Markdown cells as HTML that needs no network.</summary>
internal static class MarkdownHtml
{
    private const long LargestImage = 16 << 20;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseGridTables().UseFootnotes().UseAutoIdentifiers().UseTaskLists().UseEmphasisExtras().UseAutoLinks().UseMathematics().Build();

    /// <summary>Renders one cell.</summary>
    /// <param name="source">Markdown.</param>
    /// <param name="folder">Folder of the notebook; images there are embedded.</param>
    public static string Render(string source, string folder)
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
            Embed(image, folder);
        }

        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.Render(document);
        return writer.ToString();
    }

    // an image elsewhere becomes a link: the page must open without a network
    private static void Embed(LinkInline image, string folder)
    {
        var url = image.Url ?? "";
        if (url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        var mime = Path.GetExtension(url).ToUpperInvariant() switch
        {
            ".PNG" => "image/png",
            ".JPG" or ".JPEG" => "image/jpeg",
            ".GIF" => "image/gif",
            ".SVG" => "image/svg+xml",
            ".WEBP" => "image/webp",
            _ => null,
        };
        var path = Path.Combine(folder, Uri.UnescapeDataString(url));
        if (mime is not null && !url.Contains("://", StringComparison.Ordinal) && File.Exists(path) && new FileInfo(path).Length <= LargestImage)
        {
            try
            {
                image.Url = $"data:{mime};base64,{Convert.ToBase64String(File.ReadAllBytes(path))}";
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // shown as a link below
            }
        }

        image.IsImage = false;
        if (image.FirstChild is null)
        {
            image.AppendChild(new LiteralInline(url));
        }
    }
}
