using System.Globalization;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Views;

/// <summary>What was recorded and what a model made of it, over each other and over time, a row for each channel, with its R2.</summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class ReconstructionView : FigureView
{
    private const int MostRows = 8;
    private const int MostPoints = 2000;
    private readonly string title;
    private readonly string time;
    private readonly List<(string Name, double[] Truth, double[] Model, double R2)> rows = [];
    private readonly int channels;
    private readonly int stride;

    /// <summary>Reads both; the tensors are not kept.</summary>
    /// <param name="truth">[T] or [T, D]. Of more than 8 channels the first are shown, of more than 2,000 steps one in so many, and the
    /// view says so; R2 is of all steps.</param>
    /// <param name="reconstruction">Of the same shape.</param>
    /// <param name="title">A line above the figure.</param>
    /// <param name="names">A name for each channel; null for numbers.</param>
    /// <param name="time">What a step is and its unit, for example <c>time (20 ms bins)</c>.</param>
    /// <exception cref="ArgumentException">The shapes differ or are others, or there is not one name for each channel.</exception>
    public ReconstructionView(Tensor truth, Tensor reconstruction, string title, IReadOnlyList<string>? names, string time)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(reconstruction);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(time);
        if (truth.dim() is not (1 or 2) || truth.numel() == 0 || !truth.shape.SequenceEqual(reconstruction.shape))
        {
            throw new ArgumentException(
                $"Truth is [{string.Join(", ", truth.shape)}] and the reconstruction [{string.Join(", ", reconstruction.shape)}]; "
                + "expected [T, D] or [T] twice.", nameof(reconstruction));
        }

        using var scope = NewDisposeScope();
        double[][] Columns(Tensor values) =>
            [.. values.detach().reshape(values.shape[0], -1).t().cpu().to(ScalarType.Float64).split(1)
                .Select(row => row.Numbers<double>())];
        var (all, made) = (Columns(truth), Columns(reconstruction));
        channels = all.Length;
        if (names is not null && names.Count != channels)
        {
            throw new ArgumentException($"There are {channels} channels and {names.Count} names; expected one for each.", nameof(names));
        }

        (this.title, this.time, stride) = (title, time, (all[0].Length + MostPoints - 1) / MostPoints);
        for (var i = 0; i < Math.Min(channels, MostRows); i++)
        {
            rows.Add(
                (names?[i] ?? string.Create(CultureInfo.InvariantCulture, $"channel {i}"), Thin(all[i]), Thin(made[i]),
                    R2(all[i], made[i])));
        }
    }

    /// <inheritdoc/>
    public override PlotlyFigure ToFigure()
    {
        var figure = new PlotlyFigure(title, ToString(), 80 + (110 * rows.Count));
        var x = Enumerable.Range(0, rows[0].Truth.Length).Select(step => step * stride).ToArray();
        for (var i = 0; i < rows.Count; i++)
        {
            var (name, truth, model, r2) = rows[i];
            var axis = i == 0 ? "y" : string.Create(CultureInfo.InvariantCulture, $"y{i + 1}");
            figure
                .Add("scatter", ("x", x), ("y", truth), ("yaxis", axis), ("mode", "lines"), ("name", "recorded"),
                    ("legendgroup", "recorded"), ("showlegend", i == 0), ("line.color", Palette.Grey), ("line.width", 3))
                .Add("scatter", ("x", x), ("y", model), ("yaxis", axis), ("mode", "lines"), ("name", "model"), ("legendgroup", "model"),
                    ("showlegend", i == 0), ("line.color", Palette.Vermillion), ("line.width", 1.5))
                .Layout(
                    ($"yaxis{axis[1..]}.domain", new[] { 1 - ((i + 0.9) / rows.Count), 1 - ((double)i / rows.Count) }),
                    ($"yaxis{axis[1..]}.title.text",
                        string.Create(CultureInfo.InvariantCulture, $"{Markup.ChartText(name)}<br>R2 {Score(r2)}")),
                    ($"yaxis{axis[1..]}.title.font.size", 11),
                    ($"yaxis{axis[1..]}.nticks", 4));
        }

        var last = rows.Count == 1 ? "y" : string.Create(CultureInfo.InvariantCulture, $"y{rows.Count}");
        return figure
            .Layout(("xaxis.title.text", Markup.ChartText(time)), ("xaxis.anchor", last), ("margin.l", 84), ("margin.r", 16),
                ("margin.t", 30), ("margin.b", 48), ("legend.orientation", "h"), ("legend.x", 0), ("legend.y", 1),
                ("legend.yanchor", "bottom"));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{title}: {string.Join(", ", rows.Select(row => $"{row.Name} R2 {Score(row.R2)}"))}"
        + (channels > rows.Count
            ? string.Create(CultureInfo.InvariantCulture, $" (the first {rows.Count} of {channels} channels)")
            : string.Empty)
        + (stride > 1 ? string.Create(CultureInfo.InvariantCulture, $"; 1 step in {stride} drawn") : string.Empty);

    private static string Score(double r2) => double.IsNaN(r2) ? "undefined" : r2.ToString("0.000", CultureInfo.InvariantCulture);

    // undefined where the truth does not vary or a number is not finite
    private static double R2(double[] truth, double[] model)
    {
        var mean = truth.Average();
        var total = truth.Sum(value => (value - mean) * (value - mean));
        var r2 = 1 - (truth.Zip(model, (a, b) => (a - b) * (a - b)).Sum() / total);
        return double.IsFinite(r2) ? r2 : double.NaN;
    }

    private double[] Thin(double[] values) => [.. values.Where((_, step) => step % stride == 0)];
}
