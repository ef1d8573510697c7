using System.Text.Json;
using SnnNotebooks.Similarity;
using SnnNotebooks.Similarity.Behaviour;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance;

/// <summary>
/// Brain-Score's RDM metric, CKA, error consistency and i2n against <c>brainscore.json</c> of tools/golden/brainscore.py.
/// </summary>
internal sealed class BrainScoreSuite : IConformanceSuite
{
    private const double Tolerance = 1e-9;
    private const int Latents = 5;

    public bool Claims(string path) => Path.GetFileName(path) is "brainscore.json";

    public IEnumerable<ConformanceResult> Run(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var golden in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            foreach (var result in golden.GetProperty("kind").GetString() switch
            {
                "similarity" => [Similarity(golden)],
                "splits" => Splits(golden),
                "error consistency" => Consistency(golden),
                "i2n" => Recognition(golden),
                var kind => [ConformanceResult.Skip($"{kind}", "unknown kind of case")],
            })
            {
                yield return result;
            }
        }
    }

    private static ConformanceResult Similarity(JsonElement golden)
    {
        using var scope = NewDisposeScope();
        var (model, neural) = Responses(golden);
        var metric = golden.GetProperty("metric").GetString()!;
        return NumbersCompared.With($"{metric} of {model.shape[0]} stimuli", golden.GetProperty("expected"),
            [SimilarityMetrics.Create(metric).Score(model, neural).OrNaN], Tolerance);
    }

    /// <summary>A mean over splits, and the score of each.</summary>
    private static IEnumerable<ConformanceResult> Splits(JsonElement golden)
    {
        const uint Seed = 1; // Brain-Score's
        using var scope = NewDisposeScope();
        var (model, neural) = Responses(golden);
        var (metric, labels) = (golden.GetProperty("metric").GetString()!, golden.GetProperty("labels").Deserialize<string[]>());
        var score = SimilarityMetrics.Create(metric, new MetricOptions(Labels: labels, Seed: Seed)).Score(model, neural);
        var name = $"{metric} of {model.shape[0]} stimuli{(labels is null ? "" : ", stratified")}";
        yield return NumbersCompared.With(name, golden.GetProperty("expected"), [score.OrNaN], Tolerance);
        yield return NumbersCompared.With($"{name}, splits", golden.GetProperty("each"), score.Parts, Tolerance);
    }

    private static (Tensor Model, Tensor Neural) Responses(JsonElement golden)
    {
        var (stimuli, features) = (GeneratedNumbers.Size(golden, "stimuli"), GeneratedNumbers.Size(golden, "features"));
        var neurons = GeneratedNumbers.Size(golden, "neurons");
        var numbers = new GeneratedNumbers(golden.GetProperty("seed").GetUInt32());
        Tensor Draw(int rows, int columns) => tensor(numbers.Take(rows, columns), [rows, columns]);
        var latent = Draw(stimuli, Latents);
        var model = latent.mm(Draw(Latents, features)) + Draw(stimuli, features);
        return (model, latent.mm(Draw(Latents, neurons)) + Draw(stimuli, neurons));
    }

    private static IEnumerable<ConformanceResult> Consistency(JsonElement golden)
    {
        const int Objects = 4;
        var answers = golden.GetProperty("answers").Deserialize<int[][][]>()!;
        ObjectDecision[] Of(int subject) => [.. answers[subject].SelectMany((row, condition) => row.Select((choice, stimulus) =>
            new ObjectDecision($"{subject}", $"{condition}", $"{stimulus}", $"{stimulus % Objects}", $"{choice}")))];
        ObjectDecision[] people = [.. Enumerable.Range(1, answers.Length - 1).SelectMany(Of)];
        foreach (var (name, found) in new[]
        {
            ("score", ErrorConsistency.Score(Of(0), people)), ("ceiling", ErrorConsistency.Ceiling(people)),
        })
        {
            var expected = golden.GetProperty(name);
            yield return NumbersCompared.With($"error consistency, {name}", expected.GetProperty("value"), [found.Value], Tolerance);
            yield return NumbersCompared.With($"error consistency, deviation of the {name}", expected.GetProperty("deviation"),
                [found.Deviation], Tolerance);
            yield return NumbersCompared.With($"error consistency, kappas of the {name}", expected.GetProperty("kappas"),
                found.Pairs.GroupBy(pair => (pair.First, pair.Second)).SelectMany(group => group.Select(pair => pair.Kappa)), Tolerance);
        }
    }

    private static IEnumerable<ConformanceResult> Recognition(JsonElement golden)
    {
        var objects = GeneratedNumbers.Size(golden, "objects");
        var values = golden.GetProperty("probabilities").Deserialize<double[][]>()!;
        string Truth(int image) => $"object {image % objects}";
        RecognitionTrial[] trials = [.. golden.GetProperty("trials").Deserialize<int[][]>()!.Select(trial =>
            new RecognitionTrial($"{trial[0]}", Truth(trial[0]), $"object {trial[1]}", $"object {trial[2]}"))];
        var model = new RecognitionProbabilities(
            [.. values.Select((_, image) => $"{image}")], [.. values.Select((_, image) => Truth(image))],
            [.. Enumerable.Range(0, objects).Select(place => $"object {place}")], values);
        yield return NumbersCompared.With("i2n, score", golden.GetProperty("score"), [ImageRecognition.Score(model, trials).OrNaN],
            Tolerance);
        yield return NumbersCompared.With("i2n, ceiling", golden.GetProperty("ceiling"), [ImageRecognition.Ceiling(trials).OrNaN],
            Tolerance);
    }
}
