using System.Diagnostics;
using System.Globalization;
using SnnNotebooks.Datasets.Sources;
using SnnNotebooks.Energy;
using SnnNotebooks.Interactive.Views;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Cli.Training;

/// <summary>A training as one page that opens offline: curves, throughput, memory, energy, confusion matrix.</summary>
/// <param name="network">The network's name.</param>
/// <param name="data">What it learned.</param>
/// <param name="recipeName">The recipe's name.</param>
/// <param name="recipe">What was followed.</param>
internal sealed class TrainingReport(string network, LabelledData data, string recipeName, TrainingRecipe recipe)
{
    private const int EnergyInputs = 16;

    /// <summary>Writes the page.</summary>
    /// <param name="path">The file.</param>
    /// <param name="trained">The trained network.</param>
    /// <param name="history">Its epochs.</param>
    /// <param name="confusion">Its last test; null where there was none.</param>
    /// <param name="elapsed">How long it took.</param>
    public void Write(
        string path, nn.Module<Tensor, Tensor> trained, TrainingHistory history, ConfusionMatrix? confusion, TimeSpan elapsed)
    {
        List<View> views = [new TrainingCurveView(history), Costs(history, elapsed), Energy(trained), Recipe()];
        if (confusion is not null)
        {
            views.Insert(1, new ConfusionMatrixView(confusion));
        }

        string[] remarks =
        [
            $"{data.Train.Count} inputs for training, {data.Test.Count} for testing, {data.Shape}, {data.ClassNames.Count} classes.",
            .. data.Remarks,
        ];
        ReportPage.Write(path, $"{network} on {data.Name}", remarks, views);
    }

    private TableView Costs(TrainingHistory history, TimeSpan elapsed)
    {
        var seconds = history.Epochs.Sum(epoch => epoch.Seconds);
        var inputs = (double)history.Epochs.Count * data.Train.ForLearning(recipe).Count;
        return new TableView("Cost", ["what", "how much"],
        [
            ["inputs learned from a second, tests included", Number(inputs / seconds, "0.0")],
            ["seconds an epoch", Number(seconds / Math.Max(history.Epochs.Count, 1), "0.0")],
            ["seconds in all", Number(elapsed.TotalSeconds, "0.0")],
            ["most memory of the process, MB", Number(Process.GetCurrentProcess().PeakWorkingSet64 / 1e6, "0")],
            ["threads", Number(get_num_threads(), "0")],
        ]);
    }

    private TableView Energy(nn.Module<Tensor, Tensor> trained)
    {
        using var scope = NewDisposeScope();
        var batch = data.Test.ForTest(recipe).Batches(EnergyInputs, null).First().Inputs.to(ComputeDevice.Of(trained));
        var report = new EnergyProfiler().Measure(trained, [batch], data.Shape.TimeSteps);
        var title = string.Create(CultureInfo.InvariantCulture,
            $"Energy of one input, by operations counted on {batch.shape[0]} test inputs: {report.Millijoule:0.0000} mJ "
            + $"({report.Macs / 1e6:0.00} M MAC, {report.Acs / 1e6:0.00} M AC)");
        return new TableView(title, ["layer", "operations, M", "rate", "charged as"],
            [.. report.Layers.Select(layer => (IReadOnlyList<string>)[layer.Name, Number(layer.DenseOperations / 1e6, "0.000"),
                Number(layer.Rate, "0.0000"), layer.IsSpiking ? "AC" : "MAC"])]);
    }

    private TableView Recipe() => new(
        $"Recipe {recipeName}{(recipe.LeftOut.Count > 0 ? $", without {string.Join(", ", recipe.LeftOut)}" : string.Empty)}",
        ["field", "value"],
        [.. RecipeFields.Of(recipe).Select(field => (IReadOnlyList<string>)[field.Key, field.Value])]);

    private static string Number(double value, string format) =>
        double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "-";
}
