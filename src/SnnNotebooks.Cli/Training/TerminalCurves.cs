using System.Globalization;
using SnnNotebooks.Interactive;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Training;

namespace SnnNotebooks.Cli.Training;

/// <summary>
/// A training in the terminal: a bar for the step under way, a line for each epoch, and the curves of loss and test accuracy so far, drawn
/// with blocks. Where the output goes to a file, lines alone.
/// </summary>
internal sealed class TerminalCurves : IProgress<TrainingProgress>
{
    private const int MostColumns = 40;

    private readonly LiveTraining? bar = Console.IsOutputRedirected ? null : new LiveTraining();
    private readonly List<EpochResult> finished = [];

    public void Report(TrainingProgress value)
    {
        bar?.Report(value);
        if (value.Finished is not { } epoch)
        {
            return;
        }

        finished.Add(epoch);
        if (bar is null)
        {
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture,
                    $"epoch {epoch.Epoch} of {value.Epochs}: loss {epoch.TrainLoss:0.0000}, training accuracy "
                    + $"{epoch.TrainAccuracy:0.0000}, test accuracy {epoch.TestAccuracy:0.0000}, {epoch.Seconds:0.0} s"));
        }
        else if (finished.Count > 1)
        {
            Console.WriteLine(
                $"  loss {Curve(finished.Select(each => each.TrainLoss))}  test {Curve(finished.Select(each => each.TestAccuracy))}");
        }
    }

    /// <summary>The last of so many numbers that they do not fit a line.</summary>
    private static string Curve(IEnumerable<double> values) => TextBars.BetweenExtremes(values.TakeLast(MostColumns));
}
