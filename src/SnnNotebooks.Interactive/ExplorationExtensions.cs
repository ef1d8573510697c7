using System.Globalization;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Interactive.Views;
using SnnNotebooks.Latents;
using SnnNotebooks.Latents.Controls;
using SnnNotebooks.Latents.Exploration;

namespace SnnNotebooks.Interactive;

/// <summary>One call from an exploration of a latent space to its pictures.</summary>
public static class ExplorationExtensions
{
    /// <summary>Trajectories, counts, rates, loadings, decoding and the table of trials, all of one selection, with the control.</summary>
    /// <param name="exploration">The exploration.</param>
    /// <param name="title">A line above it; the model's name where null.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static LinkedView Show(this LatentExploration exploration, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(exploration);
        var recording = exploration.Recording;
        return new LinkedView(
            new LinkedTrials(exploration.Latents, recording.Counts)
            {
                Neurons = recording.Neurons,
                BinWidth = recording.BinWidth,
                AreTraces = recording.AreTraces,
                Conditions = recording.Conditions,
                Table = recording.Table,
                Decoding = exploration.Decoding,
                Control = new LinkedControl(
                    Name(exploration.Options.Control), exploration.ControlLatents, exploration.ControlCounts, exploration.ControlDecoding),
            },
            title ?? $"{exploration.Model}: {recording.TrialName}{(recording.ConditionName is { } by ? $", by {by}" : string.Empty)}");
    }

    /// <summary>What speaks for the space, with the same of the control beside it.</summary>
    /// <param name="exploration">The exploration.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static TableView ShowChecks(this LatentExploration exploration)
    {
        ArgumentNullException.ThrowIfNull(exploration);
        List<IReadOnlyList<string>> lines = [];
        void Line(string what, string own, string control, string reads) => lines.Add([what, own, control, reads]);
        if (exploration is { Decoding: { } decoding, ControlDecoding: { } blind })
        {
            Line($"conditions told, best bin (chance {Share(decoding.Chance)} %)", $"{Share(decoding.Accuracy.Max())} %",
                $"{Share(blind.Accuracy.Max())} %",
                "the best of all bins lies above chance with nothing to tell; conditions in a fixed order outlast a shift");
        }

        if (exploration is { Checks: { } checks, ControlChecks: { } controls })
        {
            Pair($"{checks.Seeds.Names.Count} seeds", checks.Seeds, controls.Seeds, "1 by construction where a method draws nothing");
            Pair("halves of the trials", checks.TrialHalves, controls.TrialHalves,
                "high also for a control where axes follow the busiest neurons");
            Pair("halves of the neurons", checks.NeuronHalves, controls.NeuronHalves, "what neurons share: at 0 for the control");
            Line("dimensions by bi-cross-validation: least error (fewest within its standard error)", Dimension(checks.Dimensions),
                Dimension(controls.Dimensions), "left-out trials and neurons, foretold best");
            Line($"participation ratio of smoothed {(exploration.Recording.AreTraces ? "traces" : "counts")}",
                Text(checks.CountDimensionality), Text(controls.CountDimensionality),
                "over how many dimensions the variance is spread; drawn trials, some twice, spread less: the interval can lie below");
            Line("participation ratio of the latents", Text(checks.LatentDimensionality), Text(controls.LatentDimensionality), "the same");
            var unit = exploration.Recording.BinWidth is null ? "1/bin²" : "1/s²";
            Line($"tangling, 90th percentile ({unit})", Text(checks.Tangling), Text(controls.Tangling),
                "low for states that tell where they go next; means of drawn trials are rougher: the interval can lie above");
        }

        return new TableView(
            "Is it real?", ["check", "recording", $"control ({Name(exploration.Options.Control)})", "how to read it"], lines);

        void Pair(string of, ConsistencyTable? own, ConsistencyTable? control, string reads) => Line(
            $"consistency of {of}: R2 on held-out trials (on all)", Text(own), Text(control), reads);
    }

    /// <summary>The error on left-out trials and neurons against the number of dimensions; null where it was not computed.</summary>
    /// <param name="exploration">The exploration.</param>
    /// <returns>The view, which a cell shows; or null.</returns>
    public static CurveView? ShowDimensions(this LatentExploration exploration)
    {
        ArgumentNullException.ThrowIfNull(exploration);
        if (exploration.Checks?.Dimensions is not { } choice)
        {
            return null;
        }

        static Curve Of(string name, DimensionChoice of) =>
            new(name, [.. Enumerable.Range(0, of.Errors.Count).Select(count => (double)count)], of.Errors);
        List<Curve> curves = [Of("recording", choice)];
        if (exploration.ControlChecks?.Dimensions is { } control)
        {
            curves.Add(Of($"control ({Name(exploration.Options.Control)})", control));
        }

        return new CurveView(
            $"Dimensions by bi-cross-validation: {Most(choice)} foretell best, {choice.Fewest} nearly as well", "dimensions",
            "squared error over that of the mean", curves);
    }

    /// <summary>
    /// jPCA's planes: how fast conditions turn in each, and how well turning describes their change from bin to bin. Null of other models.
    /// </summary>
    /// <param name="exploration">The exploration.</param>
    /// <returns>The view, which a cell shows; or null.</returns>
    public static TableView? ShowRotations(this LatentExploration exploration)
    {
        ArgumentNullException.ThrowIfNull(exploration);
        if (exploration is not { Rotations: { } own, ControlRotations: { } control })
        {
            return null;
        }

        var width = exploration.Recording.BinWidth;
        var unit = width is null ? "turns per bin" : "Hz";
        string Turns(JpcaPlane plane) => (double.IsNaN(plane.Turns) ? "noise" : Markup.Number(plane.Turns / (width ?? 1)))
            + $" ({Share(plane.Variance)} %{(plane.Noise is { } noise ? $", of it noise {Share(Math.Min(1, noise))} %" : string.Empty)})";
        List<IReadOnlyList<string>> lines =
        [
            .. own.Planes.Select((plane, place) => (IReadOnlyList<string>)
                [$"latents {(2 * place) + 1} and {(2 * place) + 2}", Turns(plane), Turns(control.Planes[place])]),
            ["R2 of the change, by rotations alone (by any linear dynamics)", $"{R2(own.Skew)} ({R2(own.Best)})",
                $"{R2(control.Skew)} ({R2(control.Best)})"],
            ["the same in the first plane", $"{R2(own.SkewInPlane)} ({R2(own.BestInPlane)})",
                $"{R2(control.SkewInPlane)} ({R2(control.BestInPlane)})"],
        ];
        return new TableView(
            $"Rotations: {unit} (share of the variance between conditions). " + (own.Planes[0].Noise is null
                ? "No condition has two trials, so that noise is not known: by its share of a plane's variance frequencies lie low."
                : "Frequencies are freed of the noise of single trials, by whose share of the plane the fit lies low."),
            ["plane", "recording", $"control ({Name(exploration.Options.Control)})"], lines);
    }

    /// <summary>How well each embedding is a linear map of each other.</summary>
    /// <param name="table">The table.</param>
    /// <param name="title">A line above it.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static TableView Show(this ConsistencyTable table, string title = "Consistency")
    {
        ArgumentNullException.ThrowIfNull(table);
        return new TableView(
            $"{title}: R2 of a linear map on held-out trials (on all)", [@"from \ to", .. table.Names],
            [.. table.Names.Select((name, from) => (IReadOnlyList<string>)[name, .. table.Names.Select(
                (_, to) => from == to ? "-" : $"{R2(table.HeldOut[from, to])} ({R2(table.R2[from, to])})")])]);
    }

    /// <summary>How well each recording's latents are a linear map of each other's, with the same of their controls.</summary>
    /// <param name="across">The comparison.</param>
    /// <param name="title">A line above it.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static TableView Show(this AcrossRecordings across, string title = "Across recordings, by mean trajectories")
    {
        ArgumentNullException.ThrowIfNull(across);
        var (own, control) = (across.Recordings, across.Controls);
        return new TableView(
            $"{title}: R2 of a linear map on held-out conditions (on all; of the controls). Conditions shuffled: "
            + $"{R2(across.Shuffled.Value)} ({R2(across.Shuffled.Lowest)} to {R2(across.Shuffled.Highest)}). Shared is what lies above "
            + "both; latents of noise pull the mean over all latents down, so ask for few.",
            [@"from \ to", .. own.Names],
            [.. own.Names.Select((name, from) => (IReadOnlyList<string>)[name, .. own.Names.Select((_, to) => from == to
                ? "-"
                : $"{R2(own.HeldOut[from, to])} ({R2(own.R2[from, to])}; {R2(control.HeldOut[from, to])})")])]);
    }

    private static string Name(ControlKind control) => control switch
    {
        ControlKind.TimeShift => "shifted in time",
        ControlKind.BinShuffle => "bins shuffled",
        _ => "trials shuffled",
    };

    private static string Text(ConsistencyTable? table) => table is null ? "too few" : $"{R2(table.HeldOutMean)} ({R2(table.Mean)})";

    private static string Text(Estimate? estimate) => estimate is null ? "too short"
        : double.IsNaN(estimate.Lowest) ? Markup.Number(estimate.Value)
        : $"{Markup.Number(estimate.Value)} ({Markup.Number(estimate.Lowest)} to {Markup.Number(estimate.Highest)})";

    private static string Dimension(DimensionChoice? choice) => choice is null ? "too few" : $"{Most(choice)} ({choice.Fewest})";

    private static string Most(DimensionChoice choice) => choice.Best < choice.Errors.Count - 1
        ? choice.Best.ToString(CultureInfo.InvariantCulture)
        : $"{choice.Best} or more";

    private static string R2(double value) => double.IsNaN(value) ? "none" : value.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Share(double value) => (100 * value).ToString("0.0", CultureInfo.InvariantCulture);
}
