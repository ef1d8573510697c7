using System.Text.Json;
using SnnNotebooks.Latents.Benchmark;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance;

/// <summary>The Neural Latents Benchmark's scores against nlb_tools' numbers: <c>nlb.json</c> of tools/golden/nlb.py.</summary>
internal sealed class NlbSuite : IConformanceSuite
{
    private const double Tolerance = 1e-9;

    public bool Claims(string path) => Path.GetFileName(path) is "nlb.json";

    public IEnumerable<ConformanceResult> Run(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var golden in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            foreach (var result in golden.GetProperty("kind").GetString() switch
            {
                "likelihood" => Likelihood(golden),
                "psth" => [Psth(golden)],
                "velocity" => [Velocity(golden)],
                var kind => [ConformanceResult.Skip($"{kind}", "unknown kind of case")],
            })
            {
                yield return result;
            }
        }
    }

    private static IEnumerable<ConformanceResult> Likelihood(JsonElement golden)
    {
        using var scope = NewDisposeScope();
        var (rates, spikes) = (Array3(golden, "rates"), Array3(golden, "spikes"));
        yield return Compared(golden, "loss", "loss", SpikeLikelihood.NegativeLogLikelihood(rates, spikes));
        yield return Compared(golden, "bits per spike", "bits", SpikeLikelihood.BitsPerSpike(rates, spikes));
    }

    private static ConformanceResult Psth(JsonElement golden)
    {
        using var scope = NewDisposeScope();
        return Compared(golden, "PSTH R2", "expected", PsthScore.R2(Array3(golden, "psth"), Array3(golden, "rates"),
            golden.GetProperty("trials").Deserialize<int[][]>()!, golden.GetProperty("jitter").Deserialize<int[]>()));
    }

    private static ConformanceResult Velocity(JsonElement golden)
    {
        using var scope = NewDisposeScope();
        var (rates, behaviour, training) = (Array3(golden, "rates"), Array3(golden, "behaviour"),
            golden.GetProperty("training").GetInt32());
        return Compared(golden, "velocity R2", "expected",
            VelocityDecoding.R2(rates[..training], behaviour[..training], rates[training..], behaviour[training..]));
    }

    private static ConformanceResult Compared(JsonElement golden, string what, string field, double found) => NumbersCompared.With(
        $"{what}, {golden.GetProperty("name").GetString()}", golden.GetProperty(field), [found], Tolerance);

    /// <summary>An array of three axes; null stands for NaN.</summary>
    private static Tensor Array3(JsonElement golden, string name)
    {
        var values = golden.GetProperty(name).Deserialize<double?[][][]>()!;
        var flat = values.SelectMany(trial => trial.SelectMany(bin => bin)).Select(value => value ?? double.NaN).ToArray();
        return tensor(flat, [values.Length, values[0].Length, flat.Length / values.Length / values[0].Length]);
    }
}
