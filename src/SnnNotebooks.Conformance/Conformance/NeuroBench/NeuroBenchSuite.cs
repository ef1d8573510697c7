using System.Text.Json;
using SnnNotebooks.NeuroBench;
using SnnNotebooks.Similarity;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.NeuroBench;

/// <summary>
/// NeuroBench's metrics on small networks against its own numbers, exactly: <c>neurobench/metrics.json</c> of tools/golden/neurobench.py.
/// </summary>
internal sealed class NeuroBenchSuite : IConformanceSuite
{
    public bool Claims(string path) =>
        Path.GetFileName(path) is "metrics.json" && Path.GetFileName(Path.GetDirectoryName(path)) is "neurobench";

    public IEnumerable<ConformanceResult> Run(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var golden in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            yield return Compare(golden);
        }
    }

    /// <summary>What the kit measures of a case.</summary>
    internal static NeuroBenchReport Measure(JsonElement golden)
    {
        using var scope = NewDisposeScope();
        using var network = ReferenceLayers.Build(golden.GetProperty("layers"));
        var shape = ReferenceLayers.Shape(golden);
        var (random, kind, zeros) = (new NumpyRandom(golden.GetProperty("seed").GetUInt32()), golden.GetProperty("input").GetString()!,
            golden.GetProperty("zeros").GetDouble());
        var input = Input(random, kind, zeros, shape).to(ScalarType.Float32);
        Fill(network, golden, random, zeros);
        if (network is nn.Module<Tensor, Tensor> layers)
        {
            return network is Sequential
                ? NeuroBenchMeter.Measure(layers, [input])
                : NeuroBenchMeter.Measure(layers, [input.transpose(0, 1)], batchAxis: 1);
        }

        var hidden = golden.GetProperty("layers")[0].GetProperty("out").GetInt64();
        Tensor State() => Input(random, kind == "four" ? "ones" : kind, zeros, [shape[0], hidden]).to(ScalarType.Float32);
        var (h, c) = (State(), network is LSTMCell ? State() : null);
        return NeuroBenchMeter.Measure(network, [(shape[0], () => Call(network, input, h, c))]);
    }

    private static void Call(nn.Module cell, Tensor input, Tensor h, Tensor? c)
    {
        switch (cell)
        {
            case LSTMCell lstm:
                lstm.call(input, (h, c!));
                break;
            case GRUCell gru:
                gru.call(input, h);
                break;
            case RNNCell rnn:
                rnn.call(input, h);
                break;
        }
    }

    private static ConformanceResult Compare(JsonElement golden)
    {
        var name = golden.GetProperty("name").GetString()!;
        var (found, expected) = (Measure(golden), golden.GetProperty("expected"));
        var layers = found.Layers.ToDictionary(layer => layer.Name, layer => layer.Sparsity, StringComparer.Ordinal);
        var differing = new List<string>();
        Same("Footprint", found.Footprint);
        Same("ParameterCount", found.Parameters);
        Same("ConnectionSparsity", Math.Round(found.ConnectionSparsity, 4));
        Same("ActivationSparsity", found.ActivationSparsity);
        Same("Effective_MACs", found.EffectiveMacs);
        Same("Effective_ACs", found.EffectiveAcs);
        Same("Dense", found.DenseOperations);
        Same("MembraneUpdates", found.MembraneUpdates);
        Same("Effective Neuron Ops", found.EffectiveNeuronOperations);
        Same("Neuron Dense Ops", found.DenseNeuronOperations);
        foreach (var layer in expected.GetProperty("ActivationSparsityByLayer").EnumerateObject())
        {
            Equal($"sparsity of {layer.Name}", layers.GetValueOrDefault(layer.Name, double.NaN), layer.Value.GetDouble());
        }

        return differing.Count == 0 ? ConformanceResult.Pass(name) : ConformanceResult.Fail(name, string.Join("; ", differing));

        void Same(string metric, double value)
        {
            if (expected.TryGetProperty(metric, out var number))
            {
                Equal(metric, value, number.GetDouble());
            }
        }

        // counts are whole numbers over the inputs: equal but for the last digit of a quotient
        void Equal(string metric, double value, double number)
        {
            if (!(Math.Abs(value - number) <= 1e-12 * Math.Max(1, Math.Abs(number))))
            {
                differing.Add(FormattableString.Invariant($"{metric} {value}, expected {number}"));
            }
        }
    }

    private static void Fill(nn.Module network, JsonElement golden, NumpyRandom random, double zeros)
    {
        using var off = no_grad();
        var given = golden.TryGetProperty("weights", out var weights)
            ? weights.EnumerateArray().Select(values => values.Deserialize<float[]>()!).ToArray()
            : null;
        foreach (var (parameter, i) in network.parameters().Select((parameter, i) => (parameter, i)))
        {
            var scale = parameter.dim() > 1 ? Math.Sqrt(parameter.shape[1..].Aggregate(1L, (all, axis) => all * axis)) : 1;
            parameter.copy_(given is null
                ? (Draw(random, zeros, parameter.shape) / scale).to(ScalarType.Float32)
                : tensor(given[i]).view(parameter.shape));
        }
    }

    private static Tensor Input(NumpyRandom random, string kind, double zeros, long[] shape)
    {
        var ones = torch.ones(shape, dtype: ScalarType.Float64);
        switch (kind)
        {
            case "zeros":
                return ones.zero_();
            case "ones":
                return ones;
            case "fives":
                ones.view(shape[0], -1).narrow(1, 0, 10).fill_(5);
                return ones;
            case "four":
                ones.view(-1)[0] = 4;
                return ones;
        }

        var values = Draw(random, zeros, shape);
        return kind switch
        {
            "spikes" => values.gt(0).to(ScalarType.Float64),
            "counts" => (values.abs() * 2).floor(),
            "normal" => values,
            _ => throw new InvalidDataException($"'{kind}' is no kind of input."),
        };
    }

    /// <summary>Standard normal numbers, those below a bound in size set to 0.</summary>
    private static Tensor Draw(NumpyRandom random, double zeros, long[] shape)
    {
        var values = new double[shape.Aggregate(1L, (all, axis) => all * axis)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = random.Normal() is var value && Math.Abs(value) < zeros ? 0 : value;
        }

        return tensor(values, shape);
    }
}
