using System.Globalization;
using System.Text.Json;
using Microsoft.DotNet.Interactive.Formatting;
using Plotly.NET;
using SnnNotebooks.Interactive.Figures;

namespace SnnNotebooks.Interactive.Views;

/// <summary>A chart of Plotly.NET, drawn by the page's plotly.js as the kit's own figures are; colours of text follow the page.</summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class ChartView : View
{
    private const int DefaultHeight = 450; // plotly's own
    private readonly JsonElement data;
    private readonly JsonElement layout;

    /// <summary>Takes the chart as it is now.</summary>
    /// <param name="chart">The chart.</param>
    public ChartView(GenericChart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        using var json = JsonDocument.Parse(GenericChart.toJson(chart));
        (data, layout) = (json.RootElement.GetProperty("data").Clone(), json.RootElement.GetProperty("layout").Clone());
    }

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var height = layout.TryGetProperty("height", out var asked) && asked.TryGetInt32(out var pixels) ? pixels : DefaultHeight;
        var figure = new PlotlyFigure(string.Empty, ToString(), height).Layout([.. Properties(layout)]);
        foreach (var trace in data.EnumerateArray())
        {
            figure.Add(Type(trace), [.. Properties(trace)]);
        }

        return figure.ToHtml();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"chart of Plotly.NET: "
            + $"{string.Join(", ", data.EnumerateArray().Select(Type).CountBy(type => type).Select(type => $"{type.Value} {type.Key}"))}");

    private static string Type(JsonElement trace) => trace.TryGetProperty("type", out var type) ? type.GetString()! : "scatter";

    private static IEnumerable<(string Name, object Value)> Properties(JsonElement of) =>
        of.EnumerateObject().Select(property => (property.Name, (object)property.Value));
}
