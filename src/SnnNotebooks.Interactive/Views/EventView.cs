using System.Globalization;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Interactive.Figures;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// A recording of events at one glance: what it holds, where its events lie (blue where ON, orange-red where OFF events prevail, the
/// stronger the more, by the logarithm of their number), and how many there are per second.
/// </summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class EventView : View
{
    private const int MostPixels = 320;
    private const int RateBins = 100;
    private readonly string title;
    private readonly List<(string Name, string Value)> facts = [];
    private readonly string? picture;
    private readonly int columns;
    private readonly int stride;
    private readonly double duration;
    private readonly double[][] rates = [];

    /// <summary>Reads the recording, which is not kept.</summary>
    /// <param name="events">The recording; its times need not rise.</param>
    /// <param name="title">A line above it.</param>
    public EventView(EventRecording events, string title)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(title);
        this.title = title;
        facts.Add(("sensor", string.Create(CultureInfo.InvariantCulture, $"{events.Width} x {events.Height} pixels")));
        facts.Add(("events", events.Count.ToString("N0", CultureInfo.InvariantCulture)));
        if (events.Count == 0)
        {
            return;
        }

        var (first, last) = (long.MaxValue, long.MinValue);
        foreach (var time in events.Times)
        {
            (first, last) = (Math.Min(first, time), Math.Max(last, time));
        }

        duration = ((double)last - first) / 1e6;
        var share = 0L;
        foreach (var polarity in events.On)
        {
            share += polarity;
        }

        facts.Add(("duration", $"{Markup.Number(duration)} s, from {Markup.Number(first / 1e6)} s"));
        facts.Add(("mean rate", duration > 0 ? $"{Rate(events.Count / duration)} events/s" : "none: all events are of one time"));
        facts.Add(("ON share", Markup.Percent(100.0 * share / events.Count)));
        if (duration > 0)
        {
            rates = Rates(events, first, duration);
        }

        stride = (Math.Max(events.Width, events.Height) + MostPixels - 1) / MostPixels;
        columns = (events.Width + stride - 1) / stride;
        picture = Picture(events, columns, (events.Height + stride - 1) / stride, stride);
    }

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var rows = string.Concat(
            facts.Select(
                fact =>
                    $"<tr style=\"background:none\"><th scope=\"row\" style=\"text-align:left;padding:1px 12px 1px "
                    + $"0;font-weight:500;opacity:.75;border:0;background:none\">{fact.Name}</th><td style=\"text-align:left;padding:1px "
                    + $"0;border:0\">{Markup.Escape(fact.Value)}</td></tr>"));
        var html =
            $"<figure class=\"snn-figure\" style=\"margin:0\"><div "
            + $"style=\"font-weight:600;font-size:13px\">{Markup.Escape(title)}</div><div "
            + $"style=\"display:flex;flex-wrap:wrap;gap:20px;align-items:flex-start\"><table "
            + $"style=\"border-collapse:collapse;font-size:13px;margin:0\">{rows}</table>";
        if (picture is not null)
        {
            var thinned = stride > 1
                ? string.Create(CultureInfo.InvariantCulture, $"; {stride} x {stride} pixels of the sensor are one of the picture")
                : string.Empty;
            html += string.Create(CultureInfo.InvariantCulture,
                $"<div style=\"font-size:12px\"><img src=\"{picture}\" alt=\"events of each pixel, x to the right, y downwards\" "
                + $"style=\"width:{Math.Clamp(columns * 2, 160, 320)}"
                + $"px;max-width:100%;image-rendering:pixelated;display:block;margin:0;outline:1px solid "
                + $"rgba(128,128,128,.4)\"/>{EventColours.Legend}<span style=\"opacity:.75\">x to the right, "
                + $"y downwards{thinned}</span></div>");
        }

        html += "</div></figure>";
        if (rates.Length == 0)
        {
            return html;
        }

        var width = duration * 1e3 / RateBins;
        var times = Enumerable.Range(0, RateBins).Select(bin => (bin + 0.5) * width).ToArray();
        return html + new CurveView(
            "Event rate", "time after the first event (ms)", "events per second", [new Curve("ON", times, rates[1], false),
                new Curve("OFF", times, rates[0], false)]).ToHtml();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var lines = facts.Select(fact => $"{fact.Name,-12}{fact.Value}").Prepend(title);
        if (rates.Length > 0)
        {
            lines = lines.Append($"{"rate",-12}{TextBars.FromZero(rates[0].Zip(rates[1], (off, on) => off + on))}");
        }

        return string.Join(Environment.NewLine, lines);
    }

    private static string Rate(double rate) => rate >= 1000 ? rate.ToString("N0", CultureInfo.InvariantCulture) : Markup.Number(rate);

    private static double[][] Rates(EventRecording events, long first, double duration)
    {
        double[][] rates = [new double[RateBins], new double[RateBins]];
        var each = RateBins / duration;
        for (var i = 0; i < events.Count; i++)
        {
            // one event more is so many events per second more in its bin
            rates[events.On[i]][Math.Min(RateBins - 1, (int)(((double)events.Times[i] - first) / 1e6 * each))] += each;
        }

        return rates;
    }

    private static string Picture(EventRecording events, int columns, int rows, int stride)
    {
        var counts = new double[2, rows * columns];
        for (var i = 0; i < events.Count; i++)
        {
            counts[events.On[i], (events.Y[i] / stride * columns) + (events.X[i] / stride)]++;
        }

        var most = counts.Cast<double>().Max();
        var pixels = new byte[rows * columns];
        for (var pixel = 0; pixel < pixels.Length; pixel++)
        {
            pixels[pixel] = EventColours.Code(counts[0, pixel], counts[1, pixel], most);
        }

        return Png.DataUri(Png.EncodeIndexed(pixels, columns, rows, EventColours.Table));
    }
}
