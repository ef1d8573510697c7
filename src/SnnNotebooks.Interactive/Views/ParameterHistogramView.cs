using System.Globalization;
using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// Every parameter of a network with a histogram of its values, and one of its gradient where it has one: where gradients vanish or
/// explode, it shows.
/// </summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class ParameterHistogramView : View
{
    private readonly List<(string Name, string Shape, TensorStatistics Values, TensorStatistics? Gradient)> rows = [];

    /// <summary>Reads the parameters; they are not kept.</summary>
    /// <param name="network">The network; its gradients are those of its last backward pass.</param>
    public ParameterHistogramView(nn.Module network)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var scope = NewDisposeScope();
        foreach (var (name, parameter) in network.named_parameters())
        {
            var gradient = parameter.grad;
            rows.Add(
                (name, $"[{string.Join(", ", parameter.shape)}]", new TensorStatistics(parameter.detach()),
                    gradient is null ? null : new TensorStatistics(gradient.detach())));
        }
    }

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var html = new StringBuilder("<div style=\"overflow-x:auto\"><table style=\"border-collapse:collapse;font-size:13px\"><thead><tr>");
        foreach (var head in new[] { "parameter", "values", "gradient" })
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<th scope=\"col\" style=\"{Style};border-bottom:2px solid {Palette.Grey}\">{head}</th>");
        }

        html.Append("</tr></thead><tbody>");
        foreach (var (name, shape, values, gradient) in rows)
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<tr><th scope=\"row\" style=\"{Style};font-weight:500\">{Markup.Escape(name)}<br/><span "
                + $"style=\"opacity:.75\">{shape}</span></th>{Cell(values)}{Cell(gradient)}</tr>");
        }

        return html.Append("</tbody></table></div>").ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => new TableView(
        "Parameters and their gradients", ["parameter", "shape", "values", "gradient"],
        [.. rows.Select(row => (IReadOnlyList<string>)[row.Name, row.Shape, Text(row.Values), Text(row.Gradient)])]).ToString();

    private static string Style =>
        "padding:3px 12px 3px 8px;text-align:left;vertical-align:top;background:none;border-bottom:1px solid rgba(128,128,128,0.3)";

    private static string Cell(TensorStatistics? of) =>
        $"<td style=\"{Style}\">{(of is { Finite: > 0 } ? HistogramDrawing.Svg(of) + "<br/>" : string.Empty)}<span "
        + $"style=\"{(Broken(of) > 0 ? $"color:{Palette.Vermillion};font-weight:600" : "opacity:.75")}\">{Text(of)}</span></td>";

    private static string Text(TensorStatistics? of) =>
        of is null ? "none"
        : (of.Finite == 0
            ? "no finite value"
            : $"mean {Markup.Number(of.Mean)}, deviation {Markup.Number(of.StandardDeviation)}, zeros "
                + $"{Markup.Percent(100.0 * of.Zeros / of.Read)}")
            + (Broken(of) > 0 ? string.Create(CultureInfo.InvariantCulture, $", {Broken(of)} NaN or infinite") : string.Empty)
            + (of.Sampled ? " (of a random sample)" : string.Empty);

    private static long Broken(TensorStatistics? of) => of is null ? 0 : of.NaN + of.PositiveInfinite + of.NegativeInfinite;
}
