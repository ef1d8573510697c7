using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Neural;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn neural</c>: what is in a recording.</summary>
internal static class NeuralCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "An NWB 2, .npy, .npz or MAT (version 5 to 7.3) file, or a CSV." };
        var json = new Option<bool>("--json")
        {
            Description = "Prints one JSON object: units, spikes, firstSpike, lastSpike (seconds), or shape, dtype, mean.",
        };
        var largest = new Option<long?>("--largest")
        {
            Description = "The most bytes that packed arrays may unpack to; by default 100 times the file's, 64 MiB to 1 GiB.",
        };
        var command = new Command("neural", "Says what a recording holds: units and spikes, or an array.") { file, json, largest };
        command.SetAction(parsed => Run(parsed.GetValue(file)!, parsed.GetValue(json), parsed.GetValue(largest)));
        command.Subcommands.Add(NeuralBitsCommand.Create());
        return command;
    }

    private static int Run(string path, bool json, long? largest)
    {
        if (!File.Exists(path))
        {
            Console.Error.WriteLine($"{path} is no file; expected an NWB 2, .npy, .npz, MAT or CSV file.");
            return ExitCode.Usage;
        }

        try
        {
            var summary = NeuralSummary.Of(path, largest);
            Console.WriteLine(json ? Json(summary).ToJsonString() : Text(summary));
            return ExitCode.Success;
        }
        catch (Exception failed) when (failed is DatasetException or IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            Console.Error.WriteLine(failed.Sentence());
            return ExitCode.Failure;
        }
    }

    private static JsonObject Json(NeuralSummary summary) => summary switch
    {
        SpikeSummary spikes => new JsonObject
        {
            ["format"] = spikes.Format,
            ["units"] = spikes.Units,
            ["spikes"] = spikes.Spikes,
            ["firstSpike"] = spikes.FirstSpike,
            ["lastSpike"] = spikes.LastSpike,
        },
        ArraySummary array => Json(array),
        _ => throw new NotSupportedException(summary.GetType().Name),
    };

    private static JsonObject Json(ArraySummary array)
    {
        // JSON has no NaN
        var result = new JsonObject
        {
            ["format"] = array.Format,
            ["shape"] = new JsonArray([.. array.Shape.Select(axis => JsonValue.Create(axis))]),
            ["dtype"] = array.Type,
            ["mean"] = array.Mean is { } mean && double.IsFinite(mean) ? mean : null,
        };
        if (array.Variable is { } variable)
        {
            result["variable"] = variable;
        }

        return result;
    }

    private static string Text(NeuralSummary summary) => summary switch
    {
        SpikeSummary { FirstSpike: { } first, LastSpike: { } last } spikes => string.Create(
            CultureInfo.InvariantCulture, $"{spikes.Format}: {spikes.Units} units, {spikes.Spikes} spikes from {first} to {last} s"),
        SpikeSummary spikes => string.Create(CultureInfo.InvariantCulture, $"{spikes.Format}: {spikes.Units} units, no spikes"),
        ArraySummary array => string.Create(
            CultureInfo.InvariantCulture,
            $"{array.Format}{(array.Variable is null ? string.Empty : $", {array.Variable.Shown()}")}: {array.Type} "
            + $"[{string.Join(", ", array.Shape)}], mean {(array.Mean is { } mean ? mean : "none")}"),
        _ => throw new NotSupportedException(summary.GetType().Name),
    };
}
