using System.Globalization;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures.Linked;
using SnnNotebooks.Latents.Controls;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// Trajectories in two or three dimensions, counts, one neuron's rate, the neurons that carry an axis, decoding over time and the table of
/// trials, all of one selection: trials by condition, by brushing trajectories or from the table; a window of time; a neuron. A control
/// can be seen beside every drawing.
/// </summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class LinkedView : View
{
    /// <summary>Of more bins in all, trials are left out evenly.</summary>
    public const long MostBins = 1 << 20;

    /// <summary>Of more counts, only the neurons that follow the latents most are shown.</summary>
    public const long MostCounts = 40_000_000;

    private const int MostAxes = 8;
    private const int MostColumns = 6;
    private const int MostConditions = 250;

    private readonly string title;
    private readonly string summary;
    private readonly Dictionary<string, object?> data;

    /// <summary>Packs what is shown.</summary>
    /// <param name="trials">What is shown.</param>
    /// <param name="title">A line above the figure.</param>
    /// <exception cref="ArgumentException">Shapes do not belong together, a number is not finite, or there are too many
    /// conditions.</exception>
    public LinkedView(LinkedTrials trials, string title)
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentNullException.ThrowIfNull(title);
        Check(trials);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (count, bins, neurons) = ((int)trials.Counts.shape[0], (int)trials.Counts.shape[1], (int)trials.Counts.shape[2]);
        var every = (int)((((long)count * bins) + MostBins - 1) / MostBins);
        long[] chosen = [.. Enumerable.Range(0, (count + every - 1) / every).Select(place => (long)place * every)];
        Tensor Of(Tensor values, ScalarType type) => (every == 1 ? values.detach() : values.detach().index_select(
            0, tensor(chosen, device: values.device))).cpu().to(type);
        var axes = (int)Math.Min(trials.Latents.shape[2], MostAxes);
        var (latents, counts) = (Of(trials.Latents, ScalarType.Float64).narrow(2, 0, axes), Of(trials.Counts, ScalarType.Float32));
        var room = (int)Math.Clamp(MostCounts / ((long)chosen.Length * bins), 1, neurons);
        var shown = room == neurons ? [.. Enumerable.Range(0, neurons).Select(neuron => (long)neuron)] : Leading(latents, counts, room);
        Tensor Shown(Tensor values) => room == neurons ? values : values.index_select(2, tensor(shown));
        string[] conditions = trials.Conditions is { } given ? [.. given.Distinct().Order(NameOrder.Instance)] : [];
        List<object> sets = [new LinkedSet("recording", latents, Shown(counts), trials.Decoding, conditions, chosen).Parts];
        if (trials.Control is { } control)
        {
            sets.Add(new LinkedSet(control.Name, Of(control.Latents, ScalarType.Float64).narrow(2, 0, axes),
                Shown(Of(control.Counts, ScalarType.Float32)), control.Decoding, conditions, chosen).Parts);
        }

        this.title = title;
        var about = About(trials, every, chosen.Length, axes, room);
        summary = string.Create(CultureInfo.InvariantCulture,
            $"{count} trials of {bins} bins, {neurons} neurons, {trials.Latents.shape[2]} latent dimensions"
            + $"{(conditions.Length > 0 ? $", {conditions.Length} conditions" : string.Empty)}"
            + $"{(trials.Control is null ? string.Empty : $", with a control ({trials.Control.Name})")}. {about}");
        var columns = trials.Table.Take(MostColumns).ToArray();
        data = new Dictionary<string, object?>
        {
            ["trials"] = chosen.Length,
            ["bins"] = bins,
            ["binWidth"] = trials.BinWidth,
            ["traces"] = trials.AreTraces,
            ["axes"] = Enumerable.Range(1, axes).Select(axis => $"latent {axis}").ToArray(),
            ["neurons"] = shown.Select(neuron => trials.Neurons?[(int)neuron] ?? neuron.ToString(CultureInfo.InvariantCulture))
                .ToArray(),
            ["conditions"] = conditions,
            ["condition"] = PackedNumbers.Of<byte>([.. chosen.Select(trial => trials.Conditions is { } own
                ? (byte)Array.IndexOf(conditions, own[(int)trial])
                : (byte)0)]),
            ["columns"] = columns.Select(column => column.Name).ToArray(),
            ["numbers"] = chosen,
            ["rows"] = chosen.Select(trial => columns.Select(column => column.Values[(int)trial]).ToArray()).ToArray(),
            ["sets"] = sets,
            ["about"] = about,
        };
    }

    /// <inheritdoc/>
    public override string ToHtml() => new LinkedFigure(title, ToString(), data).ToHtml();

    /// <inheritdoc/>
    public override string ToString() => $"{title}: {summary}";

    private static string About(LinkedTrials all, int every, int trials, int axes, int room)
    {
        var (dimensions, neurons) = (all.Latents.shape[2], all.Counts.shape[2]);
        List<string> parts =
        [
            "Click a condition or a trial (Shift adds), drag over trajectories (with Shift in three dimensions, where dragging turns) or "
            + "along time; a double click shows all again. Loadings are correlations of " + (all.AreTraces ? "traces" : "counts")
            + " with the latent on x, over the selection. "
            + "Each axis of the trajectories fills the drawing by its own range, which stands beside its name.",
        ];
        if (every > 1)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"One trial in {every} is shown, {trials} in all."));
        }

        if (axes < dimensions)
        {
            parts.Add($"The first {axes} of {dimensions} latent dimensions are shown.");
        }

        if (room < neurons)
        {
            parts.Add($"{room} of {neurons} neurons are shown, those that follow the latents most.");
        }

        return string.Join(" ", parts);
    }

    /// <summary>The neurons of the largest correlation with any latent, in their own order.</summary>
    private static long[] Leading(Tensor latents, Tensor counts, int room)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (latents.flatten(0, 1).to(ScalarType.Float32), counts.flatten(0, 1));
        var (a, b) = ((x - x.mean([0])) / (x.std(0, unbiased: false) + 1e-12), y - y.mean([0]));
        var loadings = a.t().Product(b).abs().amax([0]) / (y.std(0, unbiased: false) + 1e-12);
        return [.. loadings.argsort(descending: true).narrow(0, 0, room).Numbers<long>().Order()];
    }

    private static void Check(LinkedTrials trials)
    {
        using var scope = NewDisposeScope();
        static string Shape(Tensor of) => $"[{string.Join(", ", of.shape)}]";
        var (latents, counts) = (trials.Latents, trials.Counts);
        if (latents.dim() != 3 || counts.dim() != 3 || latents.shape[1] < 2 || latents.shape[2] < 2 || counts.numel() == 0
            || !latents.shape.AsSpan(..2).SequenceEqual(counts.shape.AsSpan(..2)))
        {
            throw new ArgumentException(
                $"Latents are {Shape(latents)} and counts {Shape(counts)}; expected [trials, T, D] and [trials, T, N] of the same trials "
                + "and bins, with T and D of at least 2.", nameof(trials));
        }

        foreach (var (what, number) in new (string, int?)[]
        {
            ("conditions", trials.Conditions?.Count), ("rows of a column", trials.Table.Count == 0 ? null : trials.Table.Min(
                column => column.Values.Count)), ("decoded trials", trials.Decoding?.Found.GetLength(0)),
            ("decoded trials of the control", trials.Control?.Decoding?.Found.GetLength(0)),
        })
        {
            if (number is { } own && own != counts.shape[0])
            {
                throw new ArgumentException($"There are {own} {what}; expected {counts.shape[0]}, one for each trial.", nameof(trials));
            }
        }

        if (trials.Neurons is { } names && names.Count != counts.shape[2])
        {
            throw new ArgumentException($"There are {names.Count} names for {counts.shape[2]} neurons.", nameof(trials));
        }

        if (trials.Control is { } control && (!control.Latents.shape.SequenceEqual(latents.shape)
            || !control.Counts.shape.SequenceEqual(counts.shape)))
        {
            throw new ArgumentException(
                $"The control's latents are {Shape(control.Latents)} and its counts {Shape(control.Counts)}; expected {Shape(latents)} "
                + $"and {Shape(counts)}, as the recording's.", nameof(trials));
        }

        if (trials.Conditions?.Distinct().Count() > MostConditions)
        {
            throw new ArgumentException(
                $"There are {trials.Conditions.Distinct().Count()} different conditions; expected at most {MostConditions}.",
                nameof(trials));
        }

        foreach (var (values, least) in new[]
        {
            (latents, double.MinValue), (trials.Control?.Latents, double.MinValue),
            (counts, trials.AreTraces ? double.MinValue : 0), (trials.Control?.Counts, trials.AreTraces ? double.MinValue : 0),
        })
        {
            // least and most are NaN where a number is
            if (values is not null && !(values.min().ToDouble() >= least && values.max().ToDouble() <= double.MaxValue))
            {
                throw new ArgumentException("A latent number or a count is not finite, or a count negative.", nameof(trials));
            }
        }
    }
}
