using System.Globalization;
using System.Text;
using System.Text.Json;
using SnnNotebooks.Exchange;
using SnnNotebooks.Models;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Neurons;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.Models;

/// <summary>
/// Whole networks: one pass in training mode (output, loss, firing rates, gradients) and one in evaluation mode, in float64 with the
/// reference backend; and the firing rates of the same passes in float32 with the fused one. A spike within float32's rounding of the
/// threshold can go either way, and each that does changes others downstream; where that adds up to more than the tolerance, every layer
/// is run on the spikes of the float64 pass, so that it answers for its own arithmetic alone, and the result says so.
/// </summary>
internal sealed class ModelSuite : IConformanceSuite
{
    private const double OutputTolerance = 1e-9;
    private const double RateTolerance = 1e-12;
    private const double FusedRateTolerance = 1e-3;
    private const long LargestNetwork = 1L << 29;

    /// <inheritdoc/>
    public bool Claims(string path)
    {
        if (!path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        using var file = File.OpenRead(path);
        var start = new byte[4096];
        var text = Encoding.UTF8.GetString(start, 0, file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false));
        return text.Contains("\"config\"", StringComparison.Ordinal) && text.Contains("\"model\"", StringComparison.Ordinal)
            && text.Contains("\"input_shape\"", StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public IEnumerable<ConformanceResult> Run(string path)
    {
        using var file = Read(path);
        var reference = file.RootElement;
        var create = ReferenceNetwork.Factory(reference.GetProperty("config"));
        var layout = Layout(reference, create);
        yield return layout;
        if (layout.Outcome == ConformanceOutcome.Failed)
        {
            yield break;
        }

        using var scope = NewDisposeScope();
        using var spikes = new RateRecorder(keepsSpikes: true);
        foreach (var result in Exact(reference, create, spikes))
        {
            yield return result;
        }

        foreach (var result in Fused(reference, create, spikes))
        {
            yield return result;
        }
    }

    private static JsonDocument Read(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException damaged)
        {
            throw new InvalidDataException($"it is no JSON: {damaged.Message}", damaged);
        }
    }

    /// <summary>Names, order and shapes of the parameters, before any of them is made.</summary>
    private static ConformanceResult Layout(JsonElement reference, Func<nn.Module<Tensor, Tensor>> create)
    {
        const string Name = "parameters";
        var found = new ModelPreset(Name, [], 0, new PublishedResult(null, string.Empty), create).Entries()
            .Where(entry => entry.IsParameter)
            .Select(entry => (entry.Key, Shape: string.Join(", ", entry.Shape), entry.Count)).ToList();
        var expected = reference.GetProperty(Name).EnumerateArray()
            .Select(
                entry => (Key: entry[0].GetString()!, Shape: string.Join(", ", entry[1].EnumerateArray().Select(axis => axis.GetInt64()))))
                    .ToList();
        if (found.Sum(entry => entry.Count) + Elements(reference) > LargestNetwork)
        {
            return ConformanceResult.Fail(Name, $"network and input have more than {LargestNetwork} numbers");
        }

        var place = found.Zip(expected).TakeWhile(pair => (pair.First.Key, pair.First.Shape) == pair.Second).Count();
        return place == found.Count && place == expected.Count
            ? ConformanceResult.Pass(Name)
            : ConformanceResult.Fail(
                Name,
                $"parameter {place} is {(place < found.Count ? $"{found[place].Key} [{found[place].Shape}]" : "missing")}, expected "
                + $"{(place < expected.Count ? $"{expected[place].Key} [{expected[place].Shape}]" : "no more")}");
    }

    private static IEnumerable<ConformanceResult> Exact(
        JsonElement reference, Func<nn.Module<Tensor, Tensor>> create, RateRecorder recorder)
    {
        var (values, train, eval) = (Values(reference), reference.GetProperty("train"), reference.GetProperty("eval"));
        using var network = Build(create, values, ScalarType.Float64, NeuronBackend.Reference);
        recorder.Attach(network);
        var input = values.Input(Shape(reference));
        network.train();
        recorder.Begin("train");
        var output = network.call(input);
        var loss = (output - values.Target(output.shape)).square().mean();
        loss.backward();
        yield return Outputs(train, output, "float64 train.logits");
        yield return Near(train.GetProperty("loss").GetDouble(), loss.item<double>(), OutputTolerance, "float64 train.loss");
        yield return Gradients(train.GetProperty("grads"), network, "float64 train.grads");
        yield return Result("float64 train.rates", Compare(train, recorder.Rates), RateTolerance);

        Functional.Reset(network);
        network.eval();
        recorder.Begin("eval");
        using var off = no_grad();
        yield return Outputs(eval, network.call(input), "float64 eval.logits");
        yield return Result("float64 eval.rates", Compare(eval, recorder.Rates), RateTolerance);
        Functional.Reset(network);
    }

    private static List<ConformanceResult> Fused(JsonElement reference, Func<nn.Module<Tensor, Tensor>> create, RateRecorder exact)
    {
        using var recorder = new RateRecorder();
        var free = FusedPasses(reference, create, recorder);
        if (free.All(pass => pass.Worst.Error <= FusedRateTolerance))
        {
            return [.. free.Select(pass => Result(pass.Name, pass.Worst, FusedRateTolerance))];
        }

        using var taught = new RateRecorder(exact);
        var forced = FusedPasses(reference, create, taught);
        return [.. free.Zip(forced, (run, layers) => run.Worst.Error <= FusedRateTolerance || layers.Worst.Error > FusedRateTolerance
            ? Result(run.Name, run.Worst, FusedRateTolerance)
            : new ConformanceResult(run.Name, ConformanceOutcome.Passed,
                string.Create(CultureInfo.InvariantCulture, $"each layer on the spikes of float64: "
                    + $"off by {layers.Worst.Error:g3} at most; left to itself, {run.Worst.Layer} is "
                    + $"off by {run.Worst.Error:g3}, spikes within rounding of the threshold having gone the other way")))];
    }

    private static List<(string Name, (string Layer, double Error) Worst)> FusedPasses(
        JsonElement reference, Func<nn.Module<Tensor, Tensor>> create, RateRecorder recorder)
    {
        using var off = no_grad();
        var values = Values(reference);
        using var network = Build(create, values, ScalarType.Float32, NeuronBackend.Fused);
        recorder.Attach(network);
        var input = values.Input(Shape(reference)).to(ScalarType.Float32);
        var passes = new List<(string, (string, double))>();
        foreach (var mode in new[] { "train", "eval" })
        {
            network.train(mode == "train");
            recorder.Begin(mode);
            network.call(input).Dispose();
            Functional.Reset(network);
            passes.Add(($"float32 fused {mode}.rates", Compare(reference.GetProperty(mode), recorder.Rates)));
        }

        return passes;
    }

    private static FormulaValues Values(JsonElement reference) => new(reference.GetProperty("seed").GetUInt64());

    private static nn.Module<Tensor, Tensor> Build(
        Func<nn.Module<Tensor, Tensor>> create, FormulaValues values, ScalarType type, NeuronBackend backend)
    {
        var network = create();
        network.to(type);
        var number = 0;
        foreach (var (key, tensor, _) in StateDictionary.Of(network).Where(entry => entry.IsParameter))
        {
            values.Fill(tensor, key, number++);
        }

        foreach (var module in network.modules())
        {
            switch (module)
            {
                case BatchNorm ordinary:
                    ordinary.momentum = 1;
                    break;
                case TimeBatchNorm byStep:
                    byStep.Momentum = 1;
                    break;
            }
        }

        Functional.SetBackend(network, backend);
        return network;
    }

    private static ConformanceResult Outputs(JsonElement pass, Tensor output, string name)
    {
        var expected = pass.GetProperty("logits").EnumerateArray().Select(value => value.GetDouble()).ToArray();
        var found = output.detach().to(ScalarType.Float64).Numbers<double>();
        if (found.Length != expected.Length)
        {
            return ConformanceResult.Fail(name, $"{found.Length} outputs, expected {expected.Length}");
        }

        var worst = found.Zip(expected, Distance).DefaultIfEmpty(0).Max();
        return worst <= OutputTolerance
            ? ConformanceResult.Pass(name)
            : ConformanceResult.Fail(name, FormattableString.Invariant($"off by {worst:g3}, allowed {OutputTolerance:g3}"));
    }

    private static ConformanceResult Near(double expected, double found, double tolerance, string name) =>
        Distance(expected, found) <= tolerance
            ? ConformanceResult.Pass(name)
            : ConformanceResult.Fail(name, FormattableString.Invariant($"{found:r}, expected {expected:r} within {tolerance:g3}"));

    /// <summary>The layer whose rate is farthest from the reference; infinitely far where the layers are not the same.</summary>
    private static (string Layer, double Error) Compare(JsonElement pass, IReadOnlyDictionary<string, double> found)
    {
        var expected = pass.GetProperty("rates").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetDouble());
        var missing = expected.Keys.Except(found.Keys).Concat(found.Keys.Except(expected.Keys)).FirstOrDefault();
        if (missing is not null)
        {
            return (missing, double.PositiveInfinity);
        }

        (string Layer, double Error) worst = (string.Empty, 0);
        foreach (var (layer, rate) in expected)
        {
            var error = Distance(rate, found[layer]);
            worst = error > worst.Error ? (layer, error) : worst;
        }

        return worst;
    }

    private static ConformanceResult Result(string name, (string Layer, double Error) worst, double tolerance) =>
        worst.Error <= tolerance ? ConformanceResult.Pass(name)
        : double.IsInfinity(worst.Error)
            ? ConformanceResult.Fail(name, $"neuron layer {worst.Layer} is in one of reference and network only")
        : ConformanceResult.Fail(name, FormattableString.Invariant($"{worst.Layer} is off by {worst.Error:g3}, allowed {tolerance:g3}"));

    private static ConformanceResult Gradients(JsonElement expected, nn.Module network, string name)
    {
        var largest = expected.EnumerateObject().Select(entry => entry.Value.GetProperty("norm").GetDouble()).DefaultIfEmpty(0).Max();
        var differences = new List<string>();
        foreach (var (key, parameter, _) in StateDictionary.Of(network).Where(entry => entry.IsParameter))
        {
            var gradient = parameter.grad;
            if (!expected.TryGetProperty(key, out var entry))
            {
                if (gradient is not null)
                {
                    differences.Add($"{key} has a gradient, expected none");
                }

                continue;
            }

            if (gradient is null)
            {
                differences.Add($"{key} has no gradient");
                continue;
            }

            var norm = entry.GetProperty("norm").GetDouble();
            var bound = (1e-7 * norm) + (1e-12 * largest);
            double[] given = [gradient.norm().item<double>(),
                .. gradient.flatten().narrow(0, 0, Math.Min(4, gradient.numel())).Numbers<double>()];
            double[] wanted = [norm, .. entry.GetProperty("first").EnumerateArray().Select(value => value.GetDouble())];
            var error = given.Zip(wanted, Distance).Max();
            if (given.Length != wanted.Length || error > bound)
            {
                differences.Add(FormattableString.Invariant($"{key} is off by {error:g3}, allowed {bound:g3}"));
            }
        }

        return differences.Count == 0
            ? ConformanceResult.Pass(name)
            : ConformanceResult.Fail(name, $"{differences.Count} parameters: {string.Join("; ", differences.Take(4))}");
    }

    /// <summary>|a - b|; what is no number is infinitely far.</summary>
    private static double Distance(double a, double b) => double.IsNaN(a - b) ? double.PositiveInfinity : Math.Abs(a - b);

    private static long[] Shape(JsonElement reference) =>
        [.. reference.GetProperty("input_shape").EnumerateArray().Select(axis => axis.GetInt64())];

    private static double Elements(JsonElement reference) =>
        Shape(reference).Aggregate(1.0, (product, axis) => product * Math.Max(axis, 0));
}
