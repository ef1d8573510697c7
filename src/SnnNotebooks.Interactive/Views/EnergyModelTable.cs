using System.Globalization;
using SnnNotebooks.Energy;

namespace SnnNotebooks.Interactive.Views;

/// <summary>Networks by models of energy: a row for each network, a column for each model, with the network's rank in it.</summary>
internal static class EnergyModelTable
{
    public static TableView Of(IReadOnlyList<(string Name, EnergyRun Run)> runs, IReadOnlyList<IEnergyModel>? models)
    {
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Count == 0)
        {
            throw new ArgumentException("There is no run to show.", nameof(runs));
        }

        var columns = (models ?? EnergyModels.All).Select(model => runs.Select(each => model.Estimate(each.Run)).ToArray()).ToArray();
        var rows = runs.Select((run, i) => (IReadOnlyList<string>)[run.Name, .. columns.Select(column => Cell(column, i))]);
        return new TableView(
            "Energy of one input in nJ (rank)", ["network", .. columns.Select(column => column[0].Model)], [.. rows]);
    }

    /// <summary>What each model takes for granted.</summary>
    public static TableView Assumptions(IReadOnlyList<EnergyEstimate> estimates) => new(
        "What the models assume", ["model", "assumption"],
        [.. estimates.SelectMany(estimate => estimate.Assumptions.Select(text => (IReadOnlyList<string>)[estimate.Model, text]))]);

    private static string Cell(EnergyEstimate[] column, int index)
    {
        var rank = 1 + column.Count(other => other.Picojoule < column[index].Picojoule);
        return string.Create(CultureInfo.InvariantCulture, $"{column[index].Picojoule / 1000:#,0.##} ({rank})");
    }
}
