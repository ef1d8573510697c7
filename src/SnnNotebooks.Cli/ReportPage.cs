using System.Net;
using System.Text;
using SnnNotebooks.Host.Exporting;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Interactive.Views;

namespace SnnNotebooks.Cli;

/// <summary>Views as one page that opens offline.</summary>
internal static class ReportPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="path">The file.</param>
    /// <param name="title">Stands above the views.</param>
    /// <param name="remarks">Stand below the title, a line each.</param>
    /// <param name="views">What it shows.</param>
    public static void Write(string path, string title, IReadOnlyList<string> remarks, IReadOnlyList<View> views)
    {
        var body = new StringBuilder($"<h1>{WebUtility.HtmlEncode(title)}</h1>\n");
        foreach (var remark in remarks)
        {
            body.Append($"<p>{WebUtility.HtmlEncode(remark)}</p>\n");
        }

        foreach (var view in views)
        {
            body.Append("<section class=\"cell\">\n").Append(view.ToHtml()).Append("</section>\n");
        }

        AtomicFile.Write(path, Encoding.UTF8.GetBytes(HtmlPage.Write(title, [PlotlyScript.Read()], body.ToString())));
    }
}
