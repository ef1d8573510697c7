using System.Globalization;
using System.Net;

namespace SnnNotebooks.Interactive.Figures;

/// <summary>Text and numbers as HTML.</summary>
internal static class Markup
{
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Text for a label of plotly, which knows tags and few entities: quotation marks must stay as they are.</summary>
    public static string ChartText(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>A number with at most four significant digits, in the invariant culture.</summary>
    public static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>A coordinate of an SVG drawing.</summary>
    public static string Coordinate(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    public static string Percent(double share) => share.ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
