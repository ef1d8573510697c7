using System.Diagnostics;
using System.Globalization;
using System.Text;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Training;

namespace SnnNotebooks.Interactive;

/// <summary>
/// Shows a training run while it goes on, with the time left and the steps a second: in our notebook host a bar and curves that grow in
/// place, in a terminal a bar that moves in place, elsewhere a line for every epoch. (A terminal line is written here and not by
/// Spectre.Console, whose
/// live displays must enclose the training and leave the cursor hidden where it fails.)
/// </summary>
public sealed class LiveTraining : IProgress<TrainingProgress>
{
    private const int MostRows = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly INotebookDisplay? display = NotebookDisplay.Current;
    private readonly List<EpochResult> finished = [];
    private readonly LiveCurves curves = new();
    private readonly Lock reporting = new();
    private readonly Stopwatch sinceShown = Stopwatch.StartNew();
    private string? id;
    private bool begun;

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (reporting)
        {
            Show(value);
        }
    }

    // the share of all steps that is done
    private static double Done(TrainingProgress progress) =>
        Math.Clamp((progress.Epoch - 1 + ((double)progress.Batch / Math.Max(1, progress.Batches))) / Math.Max(1, progress.Epochs), 0, 1);

    private static string Left(TrainingProgress progress)
    {
        var done = Done(progress);
        return progress.Finished is not null && progress.Epoch >= progress.Epochs ? "done"
            : done == 0 ? "starting"
            : done == 1 ? "testing"
            : string.Create(CultureInfo.InvariantCulture, $"about {TimeLeft(progress)!.Value.TotalSeconds:0} s left");
    }

    private static TimeSpan? TimeLeft(TrainingProgress progress) =>
        Done(progress) is > 0 and var done ? progress.Elapsed * ((1 - done) / done) : null;

    private static string Throughput(TrainingProgress progress) => progress.Elapsed > TimeSpan.Zero
        ? string.Create(CultureInfo.InvariantCulture,
            $"{(((progress.Epoch - 1.0) * progress.Batches) + progress.Batch) / progress.Elapsed.TotalSeconds:0.0} steps/s")
        : string.Empty;

    private static string Line(TrainingProgress progress) => string.Create(CultureInfo.InvariantCulture,
        $"epoch {progress.Epoch}/{progress.Epochs}  step {progress.Batch}/{progress.Batches}  loss {progress.Loss:0.0000}  training "
        + $"{100 * progress.Accuracy:0.0} "
        + $"%{(progress.Finished is { } epoch ? $"  test {100 * epoch.TestAccuracy:0.0} %" : string.Empty)}  "
        + $"{progress.Elapsed.TotalSeconds:0} s, {Left(progress)}, {Throughput(progress)}");

    // for a terminal
    private static string Bar(TrainingProgress progress)
    {
        const int Cells = 20;
        var full = (int)(Done(progress) * Cells);
        return $"[{new string('#', full)}{new string('.', Cells - full)}] ";
    }

    private void Show(TrainingProgress value)
    {
        if (value.Finished is { } epoch)
        {
            finished.Add(epoch);
            curves.AddTest(epoch.Epoch, epoch.TestAccuracy);
        }

        // an epoch's last step is shown in any case: testing may follow for long
        if (value.Finished is null && value.Batch < value.Batches && begun && sinceShown.Elapsed < Pause)
        {
            return;
        }

        if (value.Finished is null && value.Batch > 0)
        {
            curves.Add(value.Epoch - 1 + ((double)value.Batch / Math.Max(1, value.Batches)), value.Loss, value.Accuracy);
        }

        begun = true;
        sinceShown.Restart();
        if (display is null)
        {
            InConsole(value);
            return;
        }

        display.Progress(Done(value), TimeLeft(value), Line(value));
        if (id is null)
        {
            id = display.Show(ToHtml(value), Bar(value) + Line(value));
        }
        else
        {
            display.Update(id, ToHtml(value), Bar(value) + Line(value));
        }
    }

    // a line for every epoch; in a terminal also the step under way, over its former self
    private static void InConsole(TrainingProgress value)
    {
        if (!Console.IsOutputRedirected)
        {
            var line = Bar(value) + Line(value);
            var width = Math.Max(20, Console.BufferWidth - 1);
            Console.Write(
                $"\r\u001b[K{(line.Length > width ? line[..width] : line)}{(value.Finished is null ? string.Empty : Environment.NewLine)}");
        }
        else if (value.Finished is not null)
        {
            Console.WriteLine(Line(value));
        }
    }

    private string ToHtml(TrainingProgress progress)
    {
        var done = Done(progress);
        var over = progress.Finished is not null && progress.Epoch >= progress.Epochs;
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture,
            $"<div style=\"font-size:13px\"><div role=\"progressbar\" aria-label=\"training\" aria-valuemin=\"0\" aria-valuemax=\"100\" "
            + $"aria-valuenow=\"{100 * done:0}\" "
            + $"style=\"max-width:480px;height:8px;border-radius:4px;background:rgba(128,128,128,.25)\"><div "
            + $"style=\"width:{100 * done:0.0}%;height:8px;border-radius:4px;background:{Palette.Blue}\"></div></div>");
        html.Append(CultureInfo.InvariantCulture,
            $"<div style=\"opacity:.75\">epoch {progress.Epoch} of {progress.Epochs}, step {progress.Batch} of {progress.Batches}, "
            + $"{progress.Elapsed.TotalSeconds:0.0} s, {Left(progress)}, {Throughput(progress)}</div>");
        html.Append(curves.Svg(progress.Epochs)).Append("<table style=\"border-collapse:collapse\"><tr>");
        foreach (var name in new[] { "epoch", "loss", "training accuracy", "test accuracy", "seconds" })
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<th style=\"text-align:right;padding:2px 14px 2px 0;font-weight:500;opacity:.75;border:0;background:none\">{name}</th>");
        }

        html.Append("</tr>");
        // a table of hundreds of rows, sent four times a second, would choke the page; the last state has them all
        var hidden = over ? 0 : Math.Max(0, finished.Count - MostRows);
        if (hidden > 0)
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<tr><td colspan=\"5\" style=\"border:0;opacity:.75\">{hidden} earlier epochs</td></tr>");
        }

        foreach (var epoch in finished.Skip(hidden))
        {
            Row(html, epoch.Epoch, epoch.TrainLoss, epoch.TrainAccuracy, Markup.Percent(100 * epoch.TestAccuracy),
                epoch.Seconds.ToString("0.0", CultureInfo.InvariantCulture));
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
        foreach (var cell in new[] { epoch.ToString(CultureInfo.InvariantCulture), loss.ToString("0.0000", CultureInfo.InvariantCulture),
            Markup.Percent(100 * accuracy), test, seconds })
        {
            html.Append(CultureInfo.InvariantCulture, $"<td style=\"text-align:right;padding:2px 14px 2px 0;border:0\">{cell}</td>");
        }

        html.Append("</tr>");
    }
}
