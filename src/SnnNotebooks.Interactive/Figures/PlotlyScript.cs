namespace SnnNotebooks.Interactive.Figures;

/// <summary>
/// plotly.js (MIT licence, https://github.com/plotly/plotly.js), which draws the kit's charts: pages that carry it need no network.
/// </summary>
public static class PlotlyScript
{
    /// <summary>The version of plotly.js.</summary>
    public const string Version = "2.28.0";

    /// <summary>The script, fit to stand inside a <c>script</c> element.</summary>
    /// <returns>JavaScript.</returns>
    public static string Read()
    {
        using var reader = new StreamReader(typeof(PlotlyScript).Assembly.GetManifestResourceStream("plotly.min.js")!);
        return reader.ReadToEnd().Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase);
    }
}
