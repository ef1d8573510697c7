using System.Diagnostics;
using System.Globalization;
using System.Text;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Training;

namespace SnnNotebooks.Interactive;

/// <summary>
/// Shows a training run while it goes on: in our notebook host a bar that moves in place, elsewhere a line for every epoch.
/// </summary>
public sealed class LiveTraining : IProgress<TrainingProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly INotebookDisplay? display = NotebookDisplay.Current;
    private readonly List<EpochResult> finished = [];
    private readonly Stopwatch sinceShown = Stopwatch.StartNew();
    private string? id;

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Finished is { } epoch)
        {
            finished.Add(epoch);
        }

        if (display is null)
        {
            if (value.Finished is not null)
            {
                Console.WriteLine(Line(value));
            }

            return;
        }

        if (value.Finished is null && id is not null && sinceShown.Elapsed < Pause)
        {
            return;
        }

        sinceShown.Restart();
        if (id is null)
        {
            id = display.Show(ToHtml(value), Line(value));
        }
        else
        {
            display.Update(id, ToHtml(value), Line(value));
        }
    }

    private static string Line(TrainingProgress progress) => string.Create(CultureInfo.InvariantCulture,
        $"epoch {progress.Epoch}/{progress.Epochs}  step {progress.Batch}/{progress.Batches}  loss {progress.Loss:0.0000}  training {100 * progress.Accuracy:0.0} %{(progress.Finished is { } epoch ? $"  test {100 * epoch.TestAccuracy:0.0} %" : string.Empty)}  {progress.Elapsed.TotalSeconds:0} s");

    private string ToHtml(TrainingProgress progress)
    {
        var done = (progress.Epoch - 1 + ((double)progress.Batch / progress.Batches)) / progress.Epochs;
        var left = done >= 1 ? "done" : string.Create(CultureInfo.InvariantCulture, $"about {progress.Elapsed.TotalSeconds * (1 - done) / done:0} s left");
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"<div style=\"font-size:13px\"><div role=\"progressbar\" aria-valuenow=\"{100 * done:0}\" style=\"max-width:480px;height:8px;border-radius:4px;background:rgba(128,128,128,.25)\"><div style=\"width:{100 * done:0.0}%;height:8px;border-radius:4px;background:{Palette.Blue}\"></div></div>");
        html.Append(CultureInfo.InvariantCulture, $"<div style=\"opacity:.75\">epoch {progress.Epoch} of {progress.Epochs}, step {progress.Batch} of {progress.Batches}, {progress.Elapsed.TotalSeconds:0.0} s, {left}</div>");
        html.Append("<table style=\"border-collapse:collapse\"><tr>");
        foreach (var name in new[] { "epoch", "loss", "training accuracy", "test accuracy", "seconds" })
        {
            html.Append(CultureInfo.InvariantCulture, $"<th style=\"text-align:right;padding:2px 14px 2px 0;font-weight:500;opacity:.75\">{name}</th>");
        }

        html.Append("</tr>");
        foreach (var epoch in finished)
        {
            Row(html, epoch.Epoch, epoch.TrainLoss, epoch.TrainAccuracy, Markup.Percent(100 * epoch.TestAccuracy), epoch.Seconds.ToString("0.0", CultureInfo.InvariantCulture));
        }

        if (progress.Finished is null)
        {
            Row(html, progress.Epoch, progress.Loss, progress.Accuracy, string.Empty, string.Empty);
        }

        return html.Append("</table></div>").ToString();
    }

    private static void Row(StringBuilder html, int epoch, double loss, double accuracy, string test, string seconds)
    {
        html.Append("<tr>");
        foreach (var cell in new[] { epoch.ToString(CultureInfo.InvariantCulture), loss.ToString("0.0000", CultureInfo.InvariantCulture), Markup.Percent(100 * accuracy), test, seconds })
        {
            html.Append(CultureInfo.InvariantCulture, $"<td style=\"text-align:right;padding:2px 14px 2px 0\">{cell}</td>");
        }

        html.Append("</tr>");
    }
}
