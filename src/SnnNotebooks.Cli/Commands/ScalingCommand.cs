using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using SnnNotebooks.Host.Exporting;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Interactive.Views;
using SnnNotebooks.Models;
using SnnNotebooks.Training.Scaling;
using static TorchSharp.torch;

namespace SnnNotebooks.Cli.Commands;

/// <summary>
/// <c>snn scaling</c>: what more ranks would bring, from a measured step. A verb of its own: it starts nothing, as <c>launch</c> does.
/// </summary>
internal static class ScalingCommand
{
    private const int Repetitions = 3;

    public static Command Create()
    {
        var name = new Argument<string>("PRESET") { Description = "A network of `snn models`: its parameters decide what is sent." };
        var step = new Option<string[]>("--step")
        {
            Description = "Measured seconds of a training step, INPUTS:SECONDS; twice, with another number of inputs, to tell what does "
                + "not grow with them. Where not given, forward and backward are timed here.",
            HelpName = "N:S",
        };
        var batch = new Option<int>("--batch") { Description = "Inputs of a step on one rank.", DefaultValueFactory = _ => 32 };
        var latency = Figure("--latency", "Seconds of latency between nodes.", 50e-6);
        var bandwidth = Figure("--bandwidth", "Bytes per second between nodes, each way; 1.25e9 is the line rate of 10 Gbit/s.", 1.25e9);
        var perNode = new Option<int>("--per-node") { Description = "Ranks on a node.", DefaultValueFactory = _ => 1 };
        var insideLatency = Figure("--inside-latency", "Seconds of latency within a node.", 10e-6);
        var insideBandwidth = Figure("--inside-bandwidth", "Bytes per second within a node, each way.", 10e9);
        var algorithm = new Option<AllReduce>("--algorithm") { Description = "How gradients are added up: Ring or Tree." };
        var bucket = Figure("--bucket", "Bytes of a bucket of gradients.", 25 << 20);
        var noOverlap = new Option<bool>("--no-overlap") { Description = "Gradients are added up after the backward pass only." };
        var most = new Option<int>("--ranks") { Description = "The most ranks.", DefaultValueFactory = _ => 1024 };
        var page = new Option<string?>("--out") { Description = "Writes table and curves to this HTML page.", HelpName = "FILE" };
        var command = new Command("scaling", "Simulates how data-parallel training of a network scales, from a measured step.")
        {
            name, step, batch, latency, bandwidth, perNode, insideLatency, insideBandwidth, algorithm, bucket, noOverlap, most, page,
        };
        command.SetAction(parsed =>
        {
            try
            {
                var preset = ModelPresets.Get(parsed.GetValue(name)!);
                var inputs = parsed.GetValue(batch);
                ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1, "--batch");
                ArgumentOutOfRangeException.ThrowIfLessThan(parsed.GetValue(most), 1, "--ranks");
                var buckets = GradientBuckets.Of(
                    [.. preset.Entries().Where(entry => entry.IsParameter).Select(entry => 4.0 * entry.Count)], parsed.GetValue(bucket));
                var steps = (parsed.GetValue(step) ?? []).Select(Step).OrderBy(one => one.Inputs).ToArray();
                steps = steps.Length > 0 ? steps : Measure(preset, inputs);
                var cost = steps.Length > 1
                    ? TrainingCost.Of(steps[0], steps[^1], buckets)
                    : new TrainingCost(0, steps[0].Seconds / steps[0].Inputs, buckets);
                var cluster = new Cluster(
                    new Interconnect(parsed.GetValue(latency), parsed.GetValue(bandwidth)),
                    new Interconnect(parsed.GetValue(insideLatency), parsed.GetValue(insideBandwidth)), parsed.GetValue(perNode));
                var simulation = new ScalingSimulation(cost, cluster, parsed.GetValue(algorithm), !parsed.GetValue(noOverlap));
                Show(preset, inputs, steps, cost, simulation, parsed.GetValue(most), parsed.GetValue(page));
                return ExitCode.Success;
            }
            catch (Exception wrong) when (wrong is ArgumentException or KeyNotFoundException)
            {
                Console.Error.WriteLine(wrong.Sentence());
                return ExitCode.Usage;
            }
            catch (Exception failed) when (failed is Host.NotebookException or IOException or InvalidOperationException)
            {
                Console.Error.WriteLine(failed.Sentence());
                return ExitCode.Failure;
            }
        });
        return command;
    }

    private static Option<double> Figure(string name, string description, double fallback)
    {
        var option = new Option<double>(name) { Description = description, DefaultValueFactory = _ => fallback };
        option.AtLeast(0);
        return option;
    }

    private static (int Inputs, double Seconds) Step(string text) =>
        text.Split(':') is [var inputs, var seconds]
        && int.TryParse(inputs, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        && double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out var time) && count > 0 && time > 0
        && double.IsFinite(time)
            ? (count, time)
            : throw new ArgumentException($"--step {text}: expected INPUTS:SECONDS, for example 32:0.41.");

    /// <summary>Best of some steps with half the inputs and with all of them, on random images.</summary>
    private static (int Inputs, double Seconds)[] Measure(ModelPreset preset, int inputs)
    {
        using var network = preset.Create();
        network.train();
        int[] counts = inputs > 1 ? [inputs / 2, inputs] : [inputs];
        return [.. counts.Select(
            count => (count, Enumerable.Range(0, Repetitions + 1).Select(_ => Once(network, preset, count)).Skip(1).Min()))];
    }

    private static double Once(nn.Module<Tensor, Tensor> network, ModelPreset preset, int count)
    {
        using var scope = NewDisposeScope();
        var images = randn([count, .. preset.InputShape]);
        var begun = Stopwatch.GetTimestamp();
        network.zero_grad();
        network.call(images).sum().backward();
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        Functional.Reset(network);
        return seconds;
    }

    private static void Show(ModelPreset preset, int inputs, (int Inputs, double Seconds)[] steps, TrainingCost cost,
        ScalingSimulation simulation, int most, string? page)
    {
        var ranks = Enumerable.Range(0, 31).Select(power => 1 << power).TakeWhile(count => count <= most).ToArray();
        var weak = ranks.Select(count => simulation.Weak(count, inputs)).ToArray();
        var strong = ranks.Where(count => count <= inputs).Select(count => simulation.Strong(count, inputs)).ToArray();
        var (bytes, count) = (cost.Buckets.Sum(), cost.Buckets.Count);
        var about = string.Create(CultureInfo.InvariantCulture,
            $"{preset.Name}: {bytes / 1e6:0.0} MB of gradients in {count} bucket(s); steps of ")
            + string.Join(" and ", steps.Select(
                one => string.Create(CultureInfo.InvariantCulture, $"{one.Inputs} inputs in {one.Seconds:G3} s")));
        View[] views =
        [
            Table($"Every rank keeps its {inputs} inputs", weak), Table($"{inputs} inputs shared out", strong),
        ];
        Console.WriteLine(about);
        Console.WriteLine(string.Join("\n\n", views.Select(view => view.ToString())));
        if (page is not null)
        {
            var curves = new CurveView("Speed-up over one rank (simulated)", "ranks", "speed-up",
            [
                Speedups($"{inputs} inputs on every rank", weak), Speedups($"{inputs} inputs shared out", strong),
                new Curve("perfect", [.. ranks.Select(count => (double)count)], [.. ranks.Select(count => (double)count)], false),
            ], logarithmic: true);
            ExportFile.Write(page, HtmlPage.Write(
                $"Scaling of {preset.Name}", [PlotlyScript.Read()],
                $"<p>{System.Net.WebUtility.HtmlEncode(about)}</p>{curves.ToHtml()}{string.Concat(views.Select(view => view.ToHtml()))}"));
            Console.WriteLine($"wrote {page.Shown()}");
        }
    }

    private static Curve Speedups(string name, ScalingPoint[] points) =>
        new(name, [.. points.Select(point => (double)point.Ranks)], [.. points.Select(point => point.Speedup)]);

    private static TableView Table(string title, ScalingPoint[] points) => new(
        title + " (simulated)", ["ranks", "inputs/s", "step, s", "reduction, s", "waiting, %", "speed-up", "efficiency, %"],
        [.. points.Select(point => (IReadOnlyList<string>)[Number(point.Ranks), Number(point.InputsPerSecond), Number(point.StepSeconds),
            Number(point.ReduceSeconds), Number(100 * point.WaitingShare), Number(point.Speedup), Number(100 * point.Efficiency)])]);

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
