using static TorchSharp.torch;

namespace SnnNotebooks.NeuroBench;

/// <summary>What a forecaster reached.</summary>
/// <param name="Scores">Symmetric mean absolute percentage error of each repeat, 0 to 200.</param>
/// <param name="Metrics">NeuroBench's metrics of the last repeat's network, of one step.</param>
public sealed record ForecastResult(IReadOnlyList<double> Scores, NeuroBenchReport Metrics)
{
    /// <summary>Their mean: NeuroBench's score.</summary>
    public double Mean => SampleSpread.Of(Scores).Mean;

    /// <summary>Standard error of the mean over series, which differ much; NaN of one.</summary>
    public double StandardError => SampleSpread.Of(Scores).StandardError;
}

/// <summary>
/// NeuroBench's chaotic function prediction: a network is fitted to ten Lyapunov times of the Mackey-Glass series and goes on alone for ten
/// more; repeats begin half a Lyapunov time later each, with the repeat's number as their seed. Published: 14.79 for the echo-state
/// network, 13.37 for the LSTM (leaderboard of 17 January 2024; its footprint of 490 kB is that of 100 neurons), 14.35 for the LSTM of its
/// present code (40 neurons).
/// </summary>
public static class ChaoticForecast
{
    private const int Points = 10 * MackeyGlass.PointsPerLyapunovTime; // of training, and of the forecast

    /// <summary>Runs the protocol.</summary>
    /// <param name="forecaster">Makes the network of a repeat from its seed; it is disposed.</param>
    /// <param name="repeats">How many, at least 1; 30 in the benchmark.</param>
    /// <param name="done">Told each repeat and its score as it ends.</param>
    /// <param name="series">The series; NeuroBench's, tau = 17, where none is given.</param>
    /// <returns>Scores and metrics.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="repeats"/> is below 1.</exception>
    public static ForecastResult Run(
        Func<int, IForecaster> forecaster, int repeats = 30, Action<int, double>? done = null, MackeyGlass? series = null)
    {
        ArgumentNullException.ThrowIfNull(forecaster);
        ArgumentOutOfRangeException.ThrowIfLessThan(repeats, 1);
        var values = (series ?? new MackeyGlass()).Sample((repeats * MackeyGlass.PointsPerLyapunovTime / 2) + (2 * Points) + 1);
        var scores = new List<double>();
        NeuroBenchReport? metrics = null;
        for (var repeat = 0; repeat < repeats; repeat++)
        {
            using var scope = NewDisposeScope();
            var path = tensor(values.AsSpan(repeat * MackeyGlass.PointsPerLyapunovTime / 2, (2 * Points) + 1).ToArray());
            var made = forecaster(repeat);
            using var network = made.Network;
            made.Fit(path.narrow(0, 0, Points + 1));
            var (inputs, predicted) = (path.narrow(0, Points, Points).unsqueeze(1), path);
            metrics = NeuroBenchMeter.Measure(
                network, [(Points, () => predicted = network.call(inputs).flatten().clone().MoveToOuterDisposeScope())]);
            scores.Add(Smape(predicted, path.narrow(0, Points + 1, Points)));
            done?.Invoke(repeat, scores[^1]);
        }

        return new ForecastResult(scores, metrics!);
    }

    /// <summary>
    /// Symmetric mean absolute percentage error: 200 times the mean of |p - y| / (|p| + |y|), and 200 where that is no number.
    /// </summary>
    /// <param name="predicted">p.</param>
    /// <param name="expected">y, of the same shape.</param>
    /// <returns>Percent, in [0, 200].</returns>
    public static double Smape(Tensor predicted, Tensor expected)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(expected);
        using var scope = NewDisposeScope();
        var error = 200 * ((predicted - expected).abs() / (predicted.abs() + expected.abs())).mean().to(ScalarType.Float64).item<double>();
        return double.IsNaN(error) ? 200 : error;
    }
}
