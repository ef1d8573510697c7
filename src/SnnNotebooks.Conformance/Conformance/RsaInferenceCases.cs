using System.Text.Json;
using SnnNotebooks.Similarity.Rdms;

namespace SnnNotebooks.Conformance;

/// <summary>
/// Evaluations of models by rsatoolbox: subjects, and bootstraps over subjects, stimuli and both, of which the file holds the draws.
/// </summary>
internal static class RsaInferenceCases
{
    private const double Exact = 1e-9;

    public static IEnumerable<ConformanceResult> Run(JsonElement golden)
    {
        var kind = golden.GetProperty("resample").GetString();
        var comparator = RsaToolboxSuite.Comparator(golden);
        var (stimuli, channels) = (GeneratedNumbers.Size(golden, "stimuli"), GeneratedNumbers.Size(golden, "channels"));
        var seed = golden.GetProperty("seed").GetUInt32();
        RdmSet Set(uint from, int count, double noise) => new(RsaToolboxSuite.Patterns(from, count, stimuli, channels, noise));
        var data = Set(seed, GeneratedNumbers.Size(golden, "subjects"), 0.6);
        RdmModel[] models = [.. new uint[] { 0, 1, 2 }.Select(model => new FixedRdmModel($"{model}", Set(seed + model, 1, 0.3)))];
        RdmResampling? resampling = kind == "fixed" ? null : Resampling(golden);
        var name = $"{kind}, {comparator}";
        if (resampling is not { } drawn)
        {
            return Compared(name, golden, RdmEvaluation.Fixed(models, data, comparator));
        }

        BootstrapDraw[] draws = [.. golden.GetProperty("drawn").EnumerateArray().Select(draw => new BootstrapDraw(
            draw[0].Deserialize<int[]>() ?? [.. Enumerable.Range(0, data.Count)],
            draw[1].Deserialize<int[]>() ?? [.. Enumerable.Range(0, stimuli)]))];
        var results = Compared(name, golden, RdmEvaluation.Bootstrap(models, data, comparator, drawn, draws));
        return drawn == RdmResampling.Dual ? results : results.Append(SameDraws(name, golden, data, drawn, draws));
    }

    /// <summary>Fitted models on subjects and stimuli that they were not fitted to, dealt in order.</summary>
    public static IEnumerable<ConformanceResult> CrossValidated(JsonElement golden)
    {
        var comparator = RsaToolboxSuite.Comparator(golden);
        var (data, models) = Fitted(golden);
        var parts = golden.GetProperty("parts").Deserialize<int[]>()!;
        var found = RdmCrossValidation.Score(models, data, comparator, RdmCrossValidation.Folds(data, parts[0], parts[1], seed: null));
        var name = $"cross-validation in {parts[0]} times {parts[1]} parts, {comparator}";
        yield return NumbersCompared.With($"{name}, scores", golden.GetProperty("expected"), found.Scores.SelectMany(row => row), Exact);
        yield return NumbersCompared.With($"{name}, noise ceiling", golden.GetProperty("ceiling"),
            [found.Ceiling.Lower, found.Ceiling.Upper], Exact);
    }

    /// <summary>Fitted models in draws that are cut more than once; draws and cuts follow from the seed.</summary>
    public static IEnumerable<ConformanceResult> CrossValidatedBootstrap(JsonElement golden)
    {
        var (comparator, resampling) = (RsaToolboxSuite.Comparator(golden), Resampling(golden));
        var (data, models) = Fitted(golden);
        var parts = golden.GetProperty("parts").Deserialize<int[]>()!;
        var cuts = GeneratedNumbers.Size(golden, "cuts");
        return Compared($"{resampling}, cross-validated in {parts[0]} times {parts[1]} parts, {cuts} cuts, {comparator}", golden,
            RdmCrossValidatedBootstrap.Score(models, data, comparator, parts[0], parts[1], resampling,
                GeneratedNumbers.Size(golden, "samples"), cuts, golden.GetProperty("draw_seed").GetUInt32()));
    }

    private static RdmResampling Resampling(JsonElement golden) => golden.GetProperty("resample").GetString() switch
    {
        "both" => RdmResampling.Both,
        "stimuli" => RdmResampling.Stimuli,
        "subjects" => RdmResampling.Subjects,
        "dual" => RdmResampling.Dual,
        var kind => throw new InvalidDataException($"There is no resampling '{kind}'."),
    };

    private static (RdmSet Data, RdmModel[] Models) Fitted(JsonElement golden)
    {
        RdmSet Set(int count, double noise) => new(RsaToolboxSuite.Patterns(golden.GetProperty("seed").GetUInt32(), count,
            GeneratedNumbers.Size(golden, "stimuli"), GeneratedNumbers.Size(golden, "channels"), noise));
        var candidates = Set(3, 1.2);
        return (Set(GeneratedNumbers.Size(golden, "subjects"), 0.6),
            [new WeightedRdmModel("weighted", candidates), new SelectedRdmModel("selected", candidates),
                new FixedRdmModel("fixed", candidates.Select([0]))]);
    }

    /// <summary>The kit draws the same numbers from the same seed; rsatoolbox's dual bootstrap shuffles between draws, too.</summary>
    private static ConformanceResult SameDraws(
        string name, JsonElement golden, RdmSet data, RdmResampling resampling, BootstrapDraw[] draws)
    {
        var own = BootstrapDraw.Draw(data, resampling, draws.Length, golden.GetProperty("draw_seed").GetUInt32());
        return own.Zip(draws).All(pair => pair.First.Subjects.SequenceEqual(pair.Second.Subjects)
            && pair.First.Stimuli.SequenceEqual(pair.Second.Stimuli))
            ? ConformanceResult.Pass($"{name}, draws")
            : ConformanceResult.Fail($"{name}, draws", "subjects or stimuli are drawn in another order");
    }

    private static IEnumerable<ConformanceResult> Compared(string name, JsonElement golden, RdmScores scores)
    {
        ConformanceResult With(string what, string field, IEnumerable<double> found) =>
            NumbersCompared.With($"{name}, {what}", golden.GetProperty(field), found, Exact);
        yield return With("means", "means", scores.Means);
        yield return With("standard errors", "errors", scores.StandardErrors);
        yield return With("lower ends", "low", scores.Intervals().Select(interval => interval.Low));
        yield return With("upper ends", "high", scores.Intervals().Select(interval => interval.High));
        yield return With("p against zero", "zero", scores.AgainstZero());
        yield return With("p against the ceiling", "below_ceiling", scores.AgainstCeiling());
        yield return With("p of pairs", "pairs", scores.Pairwise().SelectMany(row => row));
        yield return With("noise ceiling", "noise_ceiling", [scores.Ceiling.Lower, scores.Ceiling.Upper]);
        if (golden.TryGetProperty("bootstrap_pairs", out _))
        {
            yield return With("p of pairs by draws", "bootstrap_pairs", scores.PairwiseByDraws().SelectMany(row => row));
            yield return With("p against zero by draws", "bootstrap_zero", scores.AgainstZeroByDraws());
        }
    }
}
