using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SnnNotebooks.Exchange;
using SnnNotebooks.Exchange.Nir;
using SnnNotebooks.Models;
using TorchSharp;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn nir</c>: graphs in the exchange format of neuromorphic hardware.</summary>
internal static class NirCommand
{
    public static Command Create() => new("nir", "NIR graphs (.nir): info, simulate, export.") { Info(), Simulate(), Export() };

    private static Command Info()
    {
        var file = new Argument<string>("FILE") { Description = "A NIR graph." };
        var json = new Option<bool>("--json") { Description = "One JSON object: nodes, edges, types." };
        var command = new Command("info", "Says what a graph holds.") { file, json };
        command.SetAction(parsed => Guard(() =>
        {
            var graph = NirFile.Read(parsed.GetValue(file)!);
            var types = graph.Nodes.Values.GroupBy(node => node.Type).OrderBy(group => group.Key, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Count());
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new { nodes = graph.Nodes.Count, edges = graph.Edges.Count, types }));
                return;
            }

            Console.WriteLine(
                $"{graph.Nodes.Count} nodes, {graph.Edges.Count} edges: "
                + $"{string.Join(", ", types.Select(type => $"{type.Value} {type.Key.Shown()}"))}");
            foreach (var (name, node) in graph.Nodes)
            {
                Console.WriteLine(
                    ($"  {name}: {node.Type}{(node is NirGraph inner ? $" of {inner.Nodes.Count} nodes" : string.Empty)} "
                        + string.Join(", ", node.Fields.Select(field => $"{field.Key} {Shown(field.Value)}"))).TrimEnd().Shown());
            }

            foreach (var (from, to) in graph.Edges)
            {
                Console.WriteLine($"  {from} -> {to}".Shown());
            }
        }));
        return command;
    }

    private static Command Simulate()
    {
        var file = new Argument<string>("FILE") { Description = "A NIR graph with one Input and one Output." };
        var input = new Argument<string>("INPUT") { Description = "A .npy array [T, ...] or [T, B, ...], where ... is the Input's shape." };
        var step = new Option<double>("--dt") { Description = "Time step in seconds.", Required = true };
        var output = new Option<string>("--out")
        {
            Description = "The .npy file for the Output's spikes or values, [T, ...].",
            Required = true,
        };
        var reset = new Option<NirReset>("--reset")
        {
            Description =
                "After a spike: auto (v_reset where the file has it; else IF subtract the threshold, leaky ones go to 0), set, subtract.",
            DefaultValueFactory = _ => NirReset.Auto,
        };
        var equality = new Option<bool>("--fires-at-equality")
        {
            Description = "Fire where v equals the threshold; NIR's own definition is v > v_threshold.",
        };
        var device = DeviceOption.Create("Where to run");
        var command = new Command("simulate", "Runs a graph in time steps (forward Euler).")
        {
            file, input, step, output, reset, equality, device,
        };
        command.SetAction(parsed => Guard(() =>
        {
            using var scope = torch.NewDisposeScope();
            using var off = torch.no_grad();
            var place = ComputeDevice.Named(parsed.GetValue(device)!);
            var graph = NirFile.Read(parsed.GetValue(file)!);
            var options = new NirOptions(parsed.GetValue(step), parsed.GetValue(reset), parsed.GetValue(equality) ? true : null);
            using var network = new NirNetwork(graph, options);
            network.to(place);
            var result = network.call(NumpyArchive.ReadArray(parsed.GetValue(input)!).to(place)).cpu();
            NumpyWriter.Write(parsed.GetValue(output)!, result);
            Console.WriteLine(
                $"{parsed.GetValue(output)}: [{string.Join(", ", result.shape)}], sum "
                + $"{result.sum().to(torch.ScalarType.Float64).item<double>().ToString(CultureInfo.InvariantCulture)}");
            foreach (var (from, to) in network.Feedback)
            {
                Console.WriteLine($"  {from} -> {to} carries the value of the step before".Shown());
            }
        }));
        return command;
    }

    private static Command Export()
    {
        var weights = new Argument<string>("WEIGHTS") { Description = "A network written by ConvSnn.Save (.safetensors)." };
        var output = new Option<string>("--out") { Description = "The .nir file.", Required = true };
        var step = new Option<double>("--dt")
        {
            Description = "Duration of a time step in seconds; NIR's time constants are in seconds.",
            DefaultValueFactory = _ => 1e-3,
        };
        var soft = new Option<bool>("--annotate-soft-reset")
        {
            Description = "Write neurons that reset by subtraction with a note that this kit reads back; they are refused otherwise.",
        };
        var command = new Command("export",
            "Writes a trained network as a NIR graph; what NIR cannot express is refused by name.") { weights, output, step, soft };
        command.SetAction(parsed => Guard(() =>
        {
            using var network = ConvSnn.Load(parsed.GetValue(weights)!);
            var graph = NirExporter.Export(network, [1, network.Options.ImageSize, network.Options.ImageSize],
                new NirExportOptions(parsed.GetValue(step), parsed.GetValue(soft)));
            NirFile.Write(parsed.GetValue(output)!, graph);
            Console.WriteLine($"{parsed.GetValue(output)}: {graph.Nodes.Count} nodes, {graph.Edges.Count} edges");
            Console.WriteLine("noted in each neuron: it fires where v equals v_threshold, too (NIR: above), and starts at v_reset");
        }));
        return command;
    }

    private static string Shown(NirValue value) => value switch
    {
        NirText text => $"'{text.Text}'",
        NirArray { Shape.Count: 0 } number => number.ToDoubles()[0].ToString(CultureInfo.InvariantCulture),
        NirArray array => $"[{string.Join(", ", array.Shape)}]",
        _ => string.Empty,
    };

    private static int Guard(Action work)
    {
        try
        {
            work();
            return ExitCode.Success;
        }
        catch (ArgumentException wrong) when (wrong is not ArgumentOutOfRangeException)
        {
            Console.Error.WriteLine(wrong.Sentence());
            return ExitCode.Usage;
        }
        catch (Exception failed) when (failed is NirException or InvalidDataException or IOException or UnauthorizedAccessException
            or ArgumentOutOfRangeException or CheckpointException)
        {
            Console.Error.WriteLine(failed.Sentence());
            return ExitCode.Of(failed);
        }
    }
}
