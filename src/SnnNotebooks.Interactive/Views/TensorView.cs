using System.Globalization;
using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// A tensor at one glance: shape, type, device, statistics, histogram, and a picture that fits its rank: values, a line, a heat
/// map, small heat maps over the first axis, or, where that axis is named T, heat maps with a slider through the time steps. Statistics are
/// of all elements; of a tensor with more than 2^24 they are of 2^20
/// drawn at random, and the view says so.
/// </summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class TensorView : View
{
    private const int MostValues = 16;
    private const int MostPoints = 100_000;
    private readonly List<(string Name, string Value)> facts = [];
    private readonly string[] axes;
    private readonly TensorStatistics? statistics;
    private readonly PlaneGrid? planes;
    private readonly MapsOverTimeView? overTime;
    private readonly double[] values = [];
    private readonly int columns;
    private readonly long length;
    private readonly long stride = 1;

    /// <summary>Reads the tensor; it is not kept.</summary>
    /// <param name="tensor">Any shape, any type; of complex, sparse and meta tensors only shape and type are shown.</param>
    /// <param name="axes">Names of its axes, for example T, B, C; none where they are not known.</param>
    /// <exception cref="ArgumentException">There are names, but not one for each axis; or the tensor has been disposed.</exception>
    public TensorView(Tensor tensor, params string[] axes)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(axes);
        if (tensor.IsInvalid)
        {
            throw new ArgumentException(
                "The tensor has been disposed: show it earlier, or keep it with MoveToOuterDisposeScope().", nameof(tensor));
        }

        if (axes.Length != 0 && axes.Length != tensor.dim())
        {
            throw new ArgumentException($"The tensor has {tensor.dim()} axes and {axes.Length} names were given.", nameof(axes));
        }

        this.axes = axes;
        facts.Add(
            ("shape",
                "["
                    + string.Join(
                        ", ", tensor.shape.Select(
                            (length, axis) => axes.Length > 0
                                ? $"{axes[axis]} {length}"
                                : length.ToString(CultureInfo.InvariantCulture))) + "]"));
        facts.Add(("type", $"{tensor.dtype} on {tensor.device}{(tensor.requires_grad ? ", requires gradient" : string.Empty)}"));
        if (tensor.is_complex() || tensor.is_sparse || tensor.device_type == DeviceType.META)
        {
            facts.Add(
                ("values", tensor.is_complex()
                    ? "complex: show tensor.abs() or tensor.real"
                    : tensor.is_sparse ? "sparse: show tensor.to_dense()"
                    : "none: a meta tensor has no data"));
            return;
        }

        if (tensor.numel() == 0)
        {
            facts.Add(("values", "none"));
            return;
        }

        using var scope = NewDisposeScope();
        var source = tensor.detach();
        statistics = new TensorStatistics(source);
        AddFacts(tensor.numel(), statistics);
        length = source.numel();
        if (source.dim() >= 3 && axes is ["T", ..])
        {
            overTime = new MapsOverTimeView(source, "over T");
        }
        else if (source.dim() >= 2)
        {
            planes = new PlaneGrid(source, axes);
        }

        var small = source.dim() == 2 && length <= 64 && source.shape[1] <= 12;
        if (source.dim() < 2 || small)
        {
            columns = small ? (int)source.shape[1] : (int)Math.Min(length, MostValues);
            stride = (length + MostPoints - 1) / MostPoints;
            var thin = source.reshape(-1).slice(0, 0, length, stride).cpu().to(ScalarType.Float64).contiguous();
            values = thin.Numbers<double>();
        }
    }

    private bool ValuesFit => values.Length > 0 && (planes is not null || values.Length <= MostValues);

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var html = new StringBuilder(
            "<div class=\"snn-figure\" style=\"display:flex;flex-wrap:wrap;gap:20px;align-items:flex-start\"><table "
            + "style=\"border-collapse:collapse;font-size:13px;margin:0\">");
        foreach (var (name, value) in facts)
        {
            var colour = name is "NaN" or "infinite" ? $";color:{Palette.Vermillion};font-weight:600" : string.Empty;
            html.Append(CultureInfo.InvariantCulture,
                $"<tr style=\"background:none\"><th style=\"text-align:left;padding:1px 12px 1px "
                + $"0;font-weight:500;opacity:.75;border:0;background:none\">{name}</th><td style=\"text-align:left;padding:1px "
                + $"0;border:0{colour}\">{Markup.Escape(value)}</td></tr>");
        }

        html.Append("</table>");
        if (statistics is { Finite: > 0 })
        {
            html.Append(HistogramDrawing.Svg(statistics));
        }

        if (overTime is not null)
        {
            html.Append(overTime.ToHtml());
        }
        else if (planes is not null)
        {
            html.Append(planes.ToHtml());
        }
        else if (ValuesFit)
        {
            html.Append(CultureInfo.InvariantCulture, $"<code>{string.Join(", ", values.Select(Markup.Number))}</code>");
        }
        else if (values.Length > 0)
        {
            Line(html);
        }

        return html.Append("</div>").ToString();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder(string.Join(Environment.NewLine, facts.Select(fact => $"{fact.Name,-12}{fact.Value}")));
        if (statistics is { Finite: > 0 })
        {
            text.AppendLine().Append($"{"histogram",-12}{TextBars.FromZero(statistics.Histogram.Select(count => (double)count))}");
        }

        if (ValuesFit)
        {
            foreach (var (row, index) in values.Chunk(columns).Select((row, index) => (row, index)))
            {
                text.AppendLine().Append(CultureInfo.InvariantCulture,
                    $"{(index == 0 ? "values" : string.Empty),-12}{string.Join(", ", row.Select(Markup.Number))}");
            }
        }

        return text.ToString();
    }

    private void AddFacts(long elements, TensorStatistics of)
    {
        if (of.Finite > 0)
        {
            facts.Add(("range", $"{Markup.Number(of.Min)} to {Markup.Number(of.Max)}"));
            facts.Add(("mean", $"{Markup.Number(of.Mean)}, standard deviation {Markup.Number(of.StandardDeviation)}"));
        }

        facts.Add(("zeros", Markup.Percent(100.0 * of.Zeros / of.Read)));
        if (of.NaN > 0)
        {
            facts.Add(("NaN", of.NaN.ToString(CultureInfo.InvariantCulture)));
        }

        if (of.PositiveInfinite + of.NegativeInfinite > 0)
        {
            var signs = of.NegativeInfinite == 0
                ? string.Empty
                : string.Create(CultureInfo.InvariantCulture, $" ({of.NegativeInfinite} negative)");
            facts.Add(("infinite", (of.PositiveInfinite + of.NegativeInfinite).ToString(CultureInfo.InvariantCulture) + signs));
        }

        if (of.Sampled)
        {
            facts.Add(
                ("sampled", string.Create(
                    CultureInfo.InvariantCulture, $"the numbers above are of {of.Read:N0} of {elements:N0} elements, drawn at random")));
        }
    }

    /// <summary>A curve over the axis; where points share a pixel, the range that they cover.</summary>
    private void Line(StringBuilder html)
    {
        const double left = 56, width = 400, top = 8, height = 96;
        var (low, high) = statistics is { Finite: > 0 } ? (statistics.Min, statistics.Max) : (0.0, 1.0);
        double Y(double value) =>
            high > low ? top + height - (height * (((value / 2) - (low / 2)) / ((high / 2) - (low / 2)))) : top + (height / 2);
        var name = Markup.Escape(axes.Length > 0 ? axes[0] : "index");
        html.Append(CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 464 142\" width=\"464\" height=\"142\" fill=\"currentColor\" style=\"font:11px "
            + $"sans-serif;max-width:100%\" role=\"img\" aria-label=\"values over {name}, "
            + $"{Markup.Number(low)} to {Markup.Number(high)}\">");
        html.Append(CultureInfo.InvariantCulture,
            $"<path fill=\"none\" stroke=\"currentColor\" stroke-opacity=\"0.4\" "
            + $"d=\"M{left} {top}V{top + height}H{left + width}\"/><path fill=\"none\" stroke=\"{Palette.Blue}\" stroke-width=\"1.5\" "
            + $"stroke-linejoin=\"round\" d=\"");
        var pixels = (int)Math.Min(values.Length, width);
        var pen = 'M';
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            var finite = values[(int)((long)pixel * values.Length / pixels)..(int)((pixel + 1L) * values.Length / pixels)].Where(
                double.IsFinite).ToArray();
            if (finite.Length == 0)
            {
                pen = 'M'; // a gap
                continue;
            }

            var x = Markup.Coordinate(left + (width * (pixel + 0.5) / pixels));
            var ends = finite.Length == 1 ? finite : [finite.Min(), finite.Max()];
            foreach (var end in ends)
            {
                html.Append(CultureInfo.InvariantCulture, $"{pen}{x} {Markup.Coordinate(Y(end))}");
                pen = 'L';
            }
        }

        html.Append(CultureInfo.InvariantCulture,
            $"\"/><text x=\"{left - 6}\" y=\"{top + 8}\" text-anchor=\"end\">{Markup.Number(high)}</text><text x=\"{left - 6}\" "
            + $"y=\"{top + height}\" text-anchor=\"end\">{Markup.Number(low)}</text>");
        html.Append(CultureInfo.InvariantCulture,
            $"<text x=\"{left}\" y=\"{top + height + 14}\">0</text><text x=\"{left + width}\" y=\"{top + height + 14}\" "
            + $"text-anchor=\"end\">{length - 1}</text><text x=\"{left + (width / 2)}\" y=\"{top + height + 28}\" "
            + $"text-anchor=\"middle\">{name}"
            + $"{(stride > 1 ? string.Create(CultureInfo.InvariantCulture, $", 1 value in {stride} drawn") : string.Empty)}</text></svg>");
    }
}
