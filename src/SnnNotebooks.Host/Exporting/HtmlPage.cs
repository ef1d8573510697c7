using System.Net;
using System.Text;

namespace SnnNotebooks.Host.Exporting;

/// <summary>
/// The frame of the pages this kit writes: they open without a network, on paper, on a phone, in the light and in the dark.
/// </summary>
public static class HtmlPage
{
    /// <summary>A whole page.</summary>
    /// <param name="title">Its title, as text.</param>
    /// <param name="scripts">JavaScript that its figures need, fit to stand in a <c>script</c> element.</param>
    /// <param name="body">What it shows, as HTML.</param>
    public static string Write(string title, IReadOnlyList<string> scripts, string body)
    {
        ArgumentNullException.ThrowIfNull(scripts);
        var page = new StringBuilder(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
            + "content=\"width=device-width,initial-scale=1\">\n<title>")
            .Append(WebUtility.HtmlEncode(title)).Append("</title>\n<style>\n").Append(Style()).Append("</style>\n");
        foreach (var script in scripts)
        {
            page.Append("<script>").Append(script).Append("</script>\n");
        }

        return page.Append("</head>\n<body>\n<main>\n").Append(body).Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static string Style()
    {
        using var reader = new StreamReader(typeof(HtmlPage).Assembly.GetManifestResourceStream("SnnNotebooks.Host.page.css")!);
        return reader.ReadToEnd();
    }
}
