using System.Diagnostics;
using System.Globalization;
using SnnNotebooks.Interactive;
using SnnNotebooks.Interactive.Views;
using SnnNotebooks.Latents.Exploration;

namespace SnnNotebooks.Cli.Latents;

/// <summary>A latent space as one page that opens offline.</summary>
internal static class LatentsReport
{
    /// <summary>Writes the page.</summary>
    /// <param name="path">The file.</param>
    /// <param name="exploration">What it shows.</param>
    /// <param name="across">The recording beside others; null for none.</param>
    /// <param name="elapsed">How long the work took.</param>
    public static void Write(string path, LatentExploration exploration, AcrossRecordings? across, TimeSpan elapsed)
    {
        List<View> views = [exploration.Show()];
        if (exploration.Checks is not null || exploration.Decoding is not null)
        {
            views.Add(exploration.ShowChecks());
        }

        if (exploration.ShowRotations() is { } rotations)
        {
            views.Add(rotations);
        }

        if (exploration.ShowDimensions() is { } dimensions)
        {
            views.Add(dimensions);
        }

        if (across is not null)
        {
            views.Add(across.Show());
        }

        views.Add(Facts(exploration, elapsed));
        ReportPage.Write(path, $"Latent space of {exploration.Recording.Name}", exploration.Recording.Remarks, views);
    }

    private static TableView Facts(LatentExploration exploration, TimeSpan elapsed)
    {
        var (recording, options) = (exploration.Recording, exploration.Options);
        static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
        return new TableView("How it was made", ["what", "value"],
        [
            ["recording", recording.Name],
            ["trials", $"{recording.Counts.shape[0]} {recording.TrialName}"],
            ["bins of a trial", recording.BinWidth is { } width
                ? $"{recording.Counts.shape[1]} of {Number(width, "0.####")} s" : $"{recording.Counts.shape[1]}"],
            ["neurons", $"{recording.Counts.shape[2]} of {recording.Recorded} "
                + (recording.AreTraces ? "have usable traces" : "fire often enough")],
            ["conditions", recording.ConditionName ?? "none"],
            ["model", $"{exploration.Model} ({exploration.Citation})"],
            ["latent dimensions", Number(exploration.Latents.shape[2], "0")],
            ["seed", Number(options.Seed, "0")],
            ["seconds in all", Number(elapsed.TotalSeconds, "0.0")],
            ["seconds for one fit and embedding", Number(exploration.FitTime.TotalSeconds, "0.0")],
            ["most memory of the process, MB", Number(Process.GetCurrentProcess().PeakWorkingSet64 / 1e6, "0")],
        ]);
    }
}
