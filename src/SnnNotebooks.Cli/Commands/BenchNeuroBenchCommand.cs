using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SnnNotebooks.Exchange;
using SnnNotebooks.Models;
using SnnNotebooks.Native;
using SnnNotebooks.NeuroBench;
using static TorchSharp.torch;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn bench neurobench</c>: NeuroBench's complexity metrics of a published network.</summary>
internal static class BenchNeuroBenchCommand
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true };

    public static Command Create()
    {
        var network = new Argument<string>("NETWORK") { Description = "A preset; `snn models` lists them." };
        var weights = new Option<string?>("--weights")
        {
            Description = "A checkpoint to load; fresh weights, and then no trained network's sparsity, without it.",
        };
        var input = new Option<string?>("--input") { Description = "A NumPy array of inputs [B, ...]; noise without it." };
        var batch = new Option<int>("--batch") { Description = "Inputs of noise (default 1).", DefaultValueFactory = _ => 1 };
        batch.AtLeast(1);
        var json = new Option<bool>("--json") { Description = "One JSON object." };
        var command = new Command("neurobench",
            "NeuroBench's footprint, sparsities, synaptic operations, membrane updates and neuron operations of one input.")
        {
            network, weights, input, batch, json,
        };
        command.SetAction(parsed =>
        {
            try
            {
                Run(parsed.GetValue(network)!, parsed.GetValue(weights), parsed.GetValue(input), parsed.GetValue(batch),
                    parsed.GetValue(json));
                return ExitCode.Success;
            }
            catch (Exception failed) when (failed is KeyNotFoundException or CheckpointException or InvalidDataException
                or IOException or ArgumentException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine(failed.Sentence());
                return ExitCode.Of(failed);
            }
        });
        return command;
    }

    private static void Run(string name, string? weights, string? input, int batch, bool json)
    {
        LibTorch.EnsureLoaded();
        using var scope = NewDisposeScope();
        var preset = ModelPresets.Get(name);
        manual_seed(0);
        using var network = preset.Create();
        if (weights is not null)
        {
            using var checkpoint = Checkpoint.Read(weights);
            checkpoint.LoadInto(network);
        }

        var inputs = input is null
            ? rand([batch, .. preset.InputShape])
            : NumpyArray.Parse(File.ReadAllBytes(input), input).ToTensor().to(ScalarType.Float32);
        var report = NeuroBenchMeter.Measure(network, [inputs]);
        var basis = $"{(weights is null ? "fresh weights" : weights)}, {(input is null ? "noise" : input)} "
            + $"[{string.Join(", ", inputs.shape)}]";
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { network = name, basis, metrics = report }, Layout));
            return;
        }

        Console.WriteLine($"{name} ({basis.Shown()}), for one input");
        foreach (var (metric, value) in report.Rows)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {metric}: {value:#,0.####}"));
        }

        foreach (var missing in report.Uncounted)
        {
            Console.WriteLine($"  not counted: {missing}");
        }
    }
}
