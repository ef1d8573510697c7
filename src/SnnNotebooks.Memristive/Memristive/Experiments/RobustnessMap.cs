using SnnNotebooks.Memristive.Devices;

namespace SnnNotebooks.Memristive.Experiments;

/// <summary>Accuracy over two properties of a device.</summary>
/// <param name="Rows">Values of the first property.</param>
/// <param name="Columns">Values of the second.</param>
/// <param name="Accuracies">[rows, columns], shares.</param>
public sealed record RobustnessMap(IReadOnlyList<double> Rows, IReadOnlyList<double> Columns, double[,] Accuracies)
{
    /// <summary>Trains and tests a trial on each device of a grid.</summary>
    /// <param name="trial">The system; its device is varied.</param>
    /// <param name="rows">Values of the first property.</param>
    /// <param name="columns">Values of the second.</param>
    /// <param name="vary">Sets both in a device.</param>
    /// <param name="train">Training samples.</param>
    /// <param name="test">Samples it is tested with.</param>
    /// <param name="seed">Of all runs.</param>
    /// <param name="passes">Passes for one answer where it is random.</param>
    /// <param name="cancellation">Stops between two samples.</param>
    /// <returns>An accuracy in [0, 1] for each pair of values, [rows, columns].</returns>
    public static RobustnessMap Run(
        Trial trial, IReadOnlyList<double> rows, IReadOnlyList<double> columns, Func<DeviceOptions, double, double, DeviceOptions> vary,
        VectorDataset train, VectorDataset test, int seed, int passes, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(vary);
        var start = trial.Network.Device ?? new DeviceOptions();
        Trial[] grid =
        [
            .. rows.SelectMany(
                row => columns.Select(column => trial with { Network = trial.Network with { Device = vary(start, row, column) } }))
                .Select(varied => varied with { Inference = Trials.Inference(varied, passes) }),
        ];
        var results = Trials.Run(grid, train, test, [seed], cancellation: cancellation);
        var accuracies = new double[rows.Count, columns.Count];
        for (var i = 0; i < grid.Length; i++)
        {
            accuracies[i / columns.Count, i % columns.Count] = results[i].Mean(passes);
        }

        return new RobustnessMap(rows, columns, accuracies);
    }
}
