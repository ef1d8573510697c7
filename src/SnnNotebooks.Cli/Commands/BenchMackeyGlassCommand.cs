using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SnnNotebooks.Native;
using SnnNotebooks.NeuroBench;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn bench mackey-glass</c>: NeuroBench's chaotic function prediction, trained and scored here.</summary>
internal static class BenchMackeyGlassCommand
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true };

    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "esn (echo-state network) or lstm." };
        model.AcceptOnlyFromAmong("esn", "lstm");
        var repeats = new Option<int>("--repeats") { Description = "Series (default 30, as published).", DefaultValueFactory = _ => 30 };
        repeats.AtLeast(1);
        var hidden = new Option<int>("--hidden")
        {
            Description = "lstm: neurons (default 40, as in NeuroBench's code; the leaderboard's footprint is that of 100).",
            DefaultValueFactory = _ => new ForecastingLstmOptions().Hidden,
        };
        hidden.AtLeast(1);
        var json = new Option<bool>("--json") { Description = "One JSON object." };
        var command = new Command("mackey-glass",
            "NeuroBench's chaotic function prediction: fits ten Lyapunov times of the Mackey-Glass series, forecasts ten, gives the sMAPE.")
        {
            model, repeats, hidden, json,
        };
        command.SetAction(parsed =>
            Run(parsed.GetValue(model)!, parsed.GetValue(repeats), parsed.GetValue(hidden), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string model, int repeats, int hidden, bool json)
    {
        LibTorch.EnsureLoaded();
        var lstm = new ForecastingLstmOptions(Hidden: hidden);
        var result = ChaoticForecast.Run(
            seed => model == "esn" ? new EchoStateNetwork(seed: seed) : new ForecastingLstm(lstm, seed),
            repeats,
            json ? null : (repeat, score) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{repeat}: {score:0.00}")));
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new { model, smape = result.Mean, scores = result.Scores, metrics = result.Metrics }, Layout));
            return ExitCode.Success;
        }

        var published = model == "esn" ? "14.79" : "13.37, with 100 neurons as its footprint says; its code of 2.3.0, with 40: 14.35";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"sMAPE {result.Mean:0.00}, standard error {result.StandardError:0.00}, mean of {repeats} series (NeuroBench's leaderboard of "
            + $"2024-01-17, mean of 30: {published})"));
        foreach (var (metric, value) in result.Metrics.Rows)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {metric}: {value:#,0.####}"));
        }

        return ExitCode.Success;
    }
}
