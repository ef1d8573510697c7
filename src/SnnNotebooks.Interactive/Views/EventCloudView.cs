using System.Globalization;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Interactive.Figures;

namespace SnnNotebooks.Interactive.Views;

/// <summary>Events as points in time and space, to turn and zoom; of many, one in so many is drawn, and the view says so.</summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class EventCloudView : View
{
    private const int Most = 5000;
    private readonly string title;
    private readonly string description;
    private readonly List<(double Time, int X, int Y)>[] points = [[], []];

    /// <summary>Takes a sample of the recording.</summary>
    /// <param name="events">The recording.</param>
    /// <param name="title">A line above it.</param>
    public EventCloudView(EventRecording events, string title)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(title);
        this.title = title;
        events = events.Ordered();
        var every = Math.Max(1, (events.Count + Most - 1) / Most);
        for (var i = 0; i < events.Count; i += every)
        {
            points[events.On[i]].Add((((double)events.Times[i] - events.Times[0]) / 1e3, events.X[i], events.Y[i]));
        }

        description = string.Create(
            CultureInfo.InvariantCulture,
            $"{points[0].Count + points[1].Count} of {events.Count} events{(every > 1 ? $", one in {every}" : string.Empty)}: "
            + $"{points[1].Count} ON, {points[0].Count} OFF");
    }

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var figure = new PlotlyFigure(title, $"{title}: {description}", 460);
        foreach (var (name, colour, cloud) in new[] { ("ON", Palette.Blue, points[1]), ("OFF", Palette.Vermillion, points[0]) })
        {
            figure.Add(
                "scatter3d", ("name", name), ("mode", "markers"), ("x", cloud.Select(point => point.Time).ToArray()),
                ("y", cloud.Select(point => point.X).ToArray()), ("z", cloud.Select(point => point.Y).ToArray()),
                ("marker.size", 1.8), ("marker.color", colour), ("marker.opacity", 0.8),
                ("hovertemplate", $"{name}, %{{x:.2f}} ms, pixel (%{{y}}, %{{z}})<extra></extra>"));
        }

        foreach (var axis in new[] { "xaxis", "yaxis", "zaxis" })
        {
            figure.Layout(($"scene.{axis}.gridcolor", Palette.Grey), ($"scene.{axis}.zerolinecolor", Palette.Grey));
        }

        return figure
            .Layout(
                ("scene.xaxis.title.text", "time (ms)"), ("scene.yaxis.title.text", "x (pixel)"), ("scene.zaxis.title.text", "y (pixel)"),
                ("scene.zaxis.autorange", "reversed"),
                ("scene.aspectmode", "manual"), ("scene.aspectratio.x", 1.8), ("scene.aspectratio.y", 1), ("scene.aspectratio.z", 1),
                ("scene.camera.eye.x", 1.3), ("scene.camera.eye.y", -2.4), ("scene.camera.eye.z", 0.8),
                ("margin.l", 0), ("margin.r", 0), ("margin.t", 8), ("margin.b", 0), ("legend.orientation", "h"), ("legend.x", 0),
                ("legend.y", 1), ("legend.itemsizing", "constant"))
            .ToHtml() + $"<div style=\"opacity:.75;font-size:13px\">{description}</div>";
    }

    /// <inheritdoc/>
    public override string ToString() => $"{title}: {description}";
}
