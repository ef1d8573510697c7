using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;

namespace SnnNotebooks.Interactive.Views;

/// <summary>A chart under sliders and choices: one chart for each setting, all computed when the view is made.</summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class SteeredView : View
{
    private const int MostSettings = 400;
    private readonly IReadOnlyList<FigureControl> controls;
    private readonly FigureView[] charts;
    private readonly int start;

    /// <summary>Computes the charts.</summary>
    /// <param name="controls">At least one, each with its own parameter; together at most 400 settings.</param>
    /// <param name="draw">Makes the chart of a setting: it runs the neuron, the network or whatever is to be seen.</param>
    /// <exception cref="ArgumentException">There is no control, one occurs twice, or there are too many settings.</exception>
    public SteeredView(IReadOnlyList<FigureControl> controls, Func<FigureSetting, FigureView> draw)
    {
        ArgumentNullException.ThrowIfNull(controls);
        ArgumentNullException.ThrowIfNull(draw);
        var count = controls.Aggregate(1L, (product, control) => Math.Min(product * control.Names.Count, int.MaxValue));
        if (controls.Count == 0 || controls.DistinctBy(control => control.Parameter).Count() < controls.Count || count > MostSettings)
        {
            throw new ArgumentException(
                $"{controls.Count} control(s) with {count} settings; expected at least one control, each with a parameter of its own, and "
                + $"at most {MostSettings} settings. Give the sliders fewer values.", nameof(controls));
        }

        this.controls = [.. controls];
        charts = [.. Enumerable.Range(0, (int)count).Select(place => draw(Setting(place)))];
        start = controls.Aggregate(0, (place, control) => (place * control.Names.Count) + control.Start);
    }

    /// <inheritdoc/>
    public override string ToHtml() => charts[start].ToFigure().Steer(controls, [.. charts.Select(chart => chart.ToFigure())]).ToHtml();

    /// <inheritdoc/>
    public override string ToString() =>
        $"{string.Join(", ", controls.Select(control => $"{control.Label} {control.Names[control.Start]}"))} "
        + $"(one of {charts.Length} settings){Environment.NewLine}{charts[start]}";

    // the last control runs fastest
    private FigureSetting Setting(int place)
    {
        var places = new Dictionary<FigureControl, int>();
        foreach (var control in controls.Reverse())
        {
            places[control] = place % control.Names.Count;
            place /= control.Names.Count;
        }

        return new(places);
    }
}
