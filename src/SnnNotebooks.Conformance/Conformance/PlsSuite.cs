using System.Text.Json;
using SnnNotebooks.Similarity;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance;

/// <summary>
/// Brain-Score's neural predictivity and internal consistency against scikit-learn's numbers: <c>pls.json</c> of tools/golden/pls.py.
/// </summary>
internal sealed class PlsSuite : IConformanceSuite
{
    private const double Tolerance = 1e-6;

    public bool Claims(string path) => Path.GetFileName(path) is "pls.json";

    public IEnumerable<ConformanceResult> Run(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var golden in document.RootElement.GetProperty("regression").EnumerateArray())
        {
            yield return Regression(golden);
        }

        yield return Consistency(document.RootElement.GetProperty("consistency"));
    }

    /// <summary>Model [S, F] and neural responses [S, N] that share latents, drawn as the script draws them.</summary>
    internal static (Tensor Model, Tensor Neural) Responses(JsonElement golden)
    {
        var random = new GeneratedNumbers(golden.GetProperty("seed").GetUInt32());
        var (stimuli, latents) = (Size(golden, "stimuli"), Size(golden, "latents"));
        var (features, neurons) = (Size(golden, "features"), Size(golden, "neurons"));
        var latent = Draw(random, stimuli, latents);
        var (toModel, toNeural) = (Draw(random, latents, features), Draw(random, latents, neurons));
        var model = latent.mm(toModel) + Draw(random, stimuli, features);
        return (model, latent.mm(toNeural) + Draw(random, stimuli, neurons));
    }

    /// <summary>Repeats [R, S, N] of one signal with noise, drawn as the script draws them.</summary>
    internal static Tensor Repeats(JsonElement golden)
    {
        var random = new GeneratedNumbers(golden.GetProperty("seed").GetUInt32());
        var (repeats, stimuli, neurons) = (Size(golden, "repeats"), Size(golden, "stimuli"), Size(golden, "neurons"));
        var signal = Draw(random, stimuli, neurons);
        return signal + (2 * Draw(random, (long)repeats * stimuli, neurons).view(repeats, stimuli, neurons));
    }

    /// <summary>The settings of a case.</summary>
    internal static PlsOptions Options(JsonElement golden) =>
        new(Size(golden, "components"), Labels: golden.GetProperty("labels").Deserialize<string[]>());

    private static ConformanceResult Regression(JsonElement golden)
    {
        using var scope = NewDisposeScope();
        var (model, neural) = Responses(golden);
        return Compared($"pls {golden.GetProperty("name").GetString()}", golden,
            new PlsRegression(Options(golden)).Score(model, neural).Parts);
    }

    private static ConformanceResult Consistency(JsonElement golden)
    {
        using var scope = NewDisposeScope();
        return Compared("internal consistency", golden, [.. RepeatHalves.Scores(Repeats(golden)).Select(score => score.OrNaN)]);
    }

    private static ConformanceResult Compared(string name, JsonElement golden, IReadOnlyList<double> found)
    {
        var expected = golden.GetProperty("medians").Deserialize<double[]>()!;
        var gap = found.Count == expected.Length
            ? found.Zip(expected, (a, b) => Math.Abs(a - b)).DefaultIfEmpty(double.NaN).Max()
            : double.NaN;
        return gap <= Tolerance && found.All(double.IsFinite)
            ? ConformanceResult.Pass(name)
            : ConformanceResult.Fail(name, $"medians of splits {string.Join(", ", found)}; expected {string.Join(", ", expected)}");
    }

    private static int Size(JsonElement golden, string name) => GeneratedNumbers.Size(golden, name);

    private static Tensor Draw(GeneratedNumbers random, long rows, long columns) => tensor(random.Take(rows, columns), [rows, columns]);
}
