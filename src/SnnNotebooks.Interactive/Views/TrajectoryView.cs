using System.Globalization;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Views;

/// <summary>Latent trajectories in three dimensions, to turn and zoom: one line per trial, coloured by time or by condition.</summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class TrajectoryView : View
{
    private const int MostTrials = 40;
    private static readonly string[] Colours = [Palette.Blue, Palette.Vermillion, Palette.Green, Palette.Orange, Palette.Grey];

    private readonly string title;
    private readonly double[][][] paths;
    private readonly IReadOnlyList<string>? conditions;
    private readonly double[] shares;
    private readonly int trials;

    /// <summary>Takes trajectories; of more than three dimensions their first three principal components are shown.</summary>
    /// <param name="latents">[trials, T, D], finite, with T and D of at least 2.</param>
    /// <param name="title">A line above the figure.</param>
    /// <param name="conditions">A name per trial, which gives its colour; coloured by time where null.</param>
    /// <exception cref="ArgumentException">The shape is another, a number is not finite, or there is not one condition per
    /// trial.</exception>
    public TrajectoryView(Tensor latents, string title, IReadOnlyList<string>? conditions = null)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentNullException.ThrowIfNull(title);
        if (latents.dim() != 3 || latents.shape[0] < 1 || latents.shape[1] < 2 || latents.shape[2] < 2
            || (conditions is not null && conditions.Count != latents.shape[0]))
        {
            throw new ArgumentException(
                $"Trajectories are [{string.Join(", ", latents.shape)}] with "
                + $"{conditions?.Count.ToString(CultureInfo.InvariantCulture) ?? "no"} conditions; expected [trials, T, D] with T and D "
                + "of at least 2, and a condition per trial or none.", nameof(latents));
        }

        using var scope = NewDisposeScope();
        var values = latents.detach().cpu().to(float64);
        if (!values.isfinite().all().ToBoolean())
        {
            throw new ArgumentException("A latent number is infinite or NaN; expected finite ones.", nameof(latents));
        }

        var (drawn, share) = Three(values);
        (this.title, this.conditions, shares, trials) = (title, conditions, share, (int)values.shape[0]);
        paths = [.. Enumerable.Range(0, Math.Min(trials, MostTrials))
            .Select(
                trial => Enumerable.Range(0, (int)drawn.shape[2]).Select(axis => drawn[trial, TensorIndex.Colon, axis].Numbers<double>())
                    .ToArray())];
    }

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var figure = new PlotlyFigure(title, ToString(), 520);
        var names = conditions?.Distinct().ToList();
        var shown = new HashSet<string>();
        for (var trial = 0; trial < paths.Length; trial++)
        {
            var path = paths[trial];
            var time = Enumerable.Range(0, path[0].Length).ToArray();
            var common = new List<(string, object)>
            {
                ("x", path[0]), ("y", path[1]), ("z", path.Length > 2 ? path[2] : path[0].Select(_ => 0.0).ToArray()), ("mode", "lines"),
                ("text", time.Select(step => $"trial {trial}, bin {step}").ToArray()),
                ("hovertemplate", "%{text}<extra></extra>"), ("line.width", 3),
            };
            if (names is null)
            {
                common.AddRange([("line.color", time), ("line.colorscale", "Viridis"), ("line.showscale", trial == 0),
                    ("line.colorbar.title.text", "bin"), ("line.colorbar.thickness", 12), ("showlegend", false)]);
            }
            else
            {
                var name = conditions![trial];
                common.AddRange([("line.color", Colours[names.IndexOf(name) % Colours.Length]), ("name", Markup.ChartText(name)),
                    ("legendgroup", name), ("showlegend", shown.Add(name))]);
            }

            figure.Add("scatter3d", [.. common]);
        }

        string Axis(int axis) => axis < shares.Length
            ? string.Create(CultureInfo.InvariantCulture, $"PC {axis + 1} ({100 * shares[axis]:0} %)")
            : $"latent {axis + 1}";
        return figure
            .Layout(("scene.xaxis.title.text", Axis(0)), ("scene.yaxis.title.text", Axis(1)), ("scene.zaxis.title.text", Axis(2)),
                ("scene.camera.eye.x", 1.55), ("scene.camera.eye.y", 1.55), ("scene.camera.eye.z", 1), // the whole cube with its words
                ("margin.l", 0), ("margin.r", 0), ("margin.t", 40), ("margin.b", 0), ("legend.orientation", "h"))
            .ToHtml();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{title}: {paths.Length} of {trials} trajectories of {paths[0][0].Length} bins{Explained}");

    private string Explained => shares.Length == 0
        ? string.Empty
        : string.Create(
            CultureInfo.InvariantCulture, $", first three principal components ({100 * shares.Sum():0} % of the variance)");

    /// <summary>Up to three dimensions as they are, more as principal components with their shares of the variance.</summary>
    private static (Tensor Values, double[] Shares) Three(Tensor values)
    {
        if (values.shape[2] <= 3)
        {
            return (values, []);
        }

        var rows = values.flatten(0, 1);
        var centred = rows - rows.mean([0]);
        var (spread, vectors) = linalg.eigh(centred.t().Product(centred));
        var last = vectors.narrow(1, vectors.shape[1] - 3, 3).flip(1);
        var share = (spread.narrow(0, spread.shape[0] - 3, 3).flip(0) / spread.sum().clamp(min: 1e-300)).Numbers<double>();
        return (centred.Product(last).reshape(values.shape[0], values.shape[1], 3), share);
    }
}
