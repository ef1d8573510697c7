using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SnnNotebooks.Similarity;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance;

/// <summary>
/// Similarity metrics against the published code: <c>golden.json</c> beside <c>X_model.npy</c> (or <c>X_model_f32.npy</c>) and
/// <c>X_neural.npy</c>, where X is what its keys begin with.
/// </summary>
internal sealed partial class SimilaritySuite : IConformanceSuite
{
    private const double Exact = 1e-9;

    // the reference's randomised SVD
    private const double Randomised = 1e-6;

    // the reference computed movies in float32, and spike counts tie: pairs that differ by rounding only change places
    private const double Rounded = 1e-5;
    private const double RoundedHalves = 1e-4;

    public bool Claims(string path) =>
        Path.GetFileName(path) is "golden.json"
            && Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, "*_neural.npy").Any();

    public IEnumerable<ConformanceResult> Run(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var arrays = new Dictionary<string, (Tensor Model, Tensor Neural)>(StringComparer.Ordinal);
        foreach (var entry in document.RootElement.EnumerateObject())
        {
            yield return Check(folder, arrays, document.RootElement, entry);
        }
    }

    private static ConformanceResult Check(
        string folder, Dictionary<string, (Tensor Model, Tensor Neural)> arrays, JsonElement file, JsonProperty entry)
    {
        if (KeyPattern().Match(entry.Name) is not { Success: true } key)
        {
            return ConformanceResult.Skip(
                entry.Name, "not a case of X_model.npy and X_neural.npy (of Spearman's ties the file holds the results, not the numbers)");
        }

        var set = key.Groups["set"].Value;
        if (!arrays.TryGetValue(set, out var pair))
        {
            pair = (Load(folder, set + "_model.npy", set + "_model_f32.npy"), Load(folder, set + "_neural.npy"));
            arrays.Add(set, pair);
        }

        using var scope = NewDisposeScope();
        var what = key.Groups["what"].Value;
        var answer = what == "TSRSA_neural_reordered_movieModel"
            ? Reordered(file, set, pair.Model, pair.Neural)
            : Found(what, pair.Model, pair.Neural, Count(entry.Value));
        return answer is var (found, tolerance)
            ? Compared(entry, found, tolerance)
            : ConformanceResult.Skip(entry.Name, "unknown case");
    }

    private static Tensor Load(string folder, params string[] names)
    {
        var name = Array.Find(names, name => File.Exists(Path.Combine(folder, name)))
            ?? throw new InvalidDataException($"{folder} holds none of {string.Join(", ", names)}, which golden.json refers to.");
        using var responses = ResponseMatrix.Open(Path.Combine(folder, name));
        return responses.ToTensor();
    }

    /// <summary>What the kit gives for a case, and how far it may be off; null where the case is unknown.</summary>
    private static (IReadOnlyList<double> Found, double Tolerance)? Found(string what, Tensor model, Tensor neural, int count)
    {
        var (keep, later) = (what.Contains("noNeuralReduction", StringComparison.Ordinal), (First: model[1..], Second: neural[1..]));
        var number = NumberPattern().Match(what) is { Success: true } digits ? int.Parse(digits.Value, CultureInfo.InvariantCulture) : 0;
        var method = what.EndsWith("sklearn", StringComparison.Ordinal)
            ? ReductionMethod.Randomised
            : what.EndsWith("_PCA", StringComparison.Ordinal) ? ReductionMethod.Principal
            : ReductionMethod.Exact;
        var tolerance = method == ReductionMethod.Randomised ? Randomised : Exact;
        (IReadOnlyList<double>, double) Value(SimilarityMetric metric, Tensor a, Tensor b, double within) =>
            ([metric.Score(a, b).OrNaN], within);
        NumpyRandom Published() => new(MovieFrames.Seed);
        return what switch
        {
            "SVCCA_sklearn" or "SVCCA_exactSVD" or "SVCCA_PCA" or "SVCCA_noNeuralReduction_sklearn" or "SVCCA_noNeuralReduction_exactSVD" =>
                Value(new Svcca(keepNeural: keep, method: method), model, neural, tolerance),
            _ when what.StartsWith("SVCCA_exactSVD_all", StringComparison.Ordinal) => (new Svcca().Score(model, neural).Parts, Exact),
            "n_canonical" => ([new Svcca(keepNeural: true).Score(model, neural).Parts.Count], 0),
            "RSA" => Value(new Rsa(), model, neural, Exact),
            "CKA_linear" => Value(new Cka(), model, neural, Exact),
            "CKA_rbf" => Value(new Cka(CkaKernel.Rbf), model, neural, Exact),
            "TSVDReg_LOO_sklearn" or "TSVDReg_LOO_exactSVD" => Value(
                new RidgeRegression(RidgeOptions.Encoding with { Method = method }), model, neural, tolerance),
            _ when what.StartsWith("TSVDReg_LOO_exactSVD_first", StringComparison.Ordinal) =>
                ([.. new RidgeRegression().Score(model, neural).Parts.Take(number)], Exact),
            _ when what.StartsWith("TSVDReg_", StringComparison.Ordinal) && what.Contains("fold", StringComparison.Ordinal) =>
                Value(new RidgeRegression(RidgeOptions.Encoding with { Method = method, Validation = Validation.Folds, Folds = number }),
                    model, neural, tolerance),
            _ when what.Contains("fold_test_indices", StringComparison.Ordinal) =>
                ([.. KFold.Split((int)model.shape[0], number).SelectMany(fold => fold).Select(row => (double)row)], 0),
            "TSRSA_firstframe_dropped" => Value(new Rsa(), later.First, later.Second, Rounded),
            "TSRSA_allframes" => Value(new Rsa(), model, neural, Rounded),
            "STSRSA_firstframe_dropped" => Value(new Rsa("stsrsa", RowCorrelation.Spearman), later.First, later.Second, Rounded),
            _ when what.StartsWith("RegR2_PCA", StringComparison.Ordinal) => Value(
                new RidgeRegression(RidgeOptions.InSampleR2 with { Components = number }), later.First, later.Second, Rounded),
            "splithalf_perms_seed2023" => (Permutations((int)neural.shape[1], count, Published()), 0),
            "splithalf_scores" => ([.. NeuronHalves.Scores(new Rsa(), later.Second, count).Select(score => score.OrNaN)], RoundedHalves),
            _ when what.StartsWith("clip", StringComparison.Ordinal) && what.EndsWith("_starts_seed2023", StringComparison.Ordinal) =>
                ([.. MovieFrames.ClipStarts((int)later.First.shape[0], number, count, Published()).Select(start => (double)start)], 0),
            _ when what.StartsWith("clip", StringComparison.Ordinal) && what.EndsWith("_scores", StringComparison.Ordinal) =>
                ([.. MovieFrames.ClipStarts((int)later.First.shape[0], number, count, Published()).Select(
                    start => new Rsa().Score(later.First.narrow(0, start, number), later.Second.narrow(0, start, number)).OrNaN)], Rounded),
            _ when what.StartsWith("shuffle_W", StringComparison.Ordinal) && what.EndsWith("_seed2023", StringComparison.Ordinal) =>
                ([.. MovieFrames.ShuffleInWindows((int)model.shape[0], number, Published()).Select(frame => (double)frame)], 0),
            _ when what.StartsWith("shuffle_W", StringComparison.Ordinal) && what.Contains("chaos", StringComparison.Ordinal) =>
                ([MovieFrames.Chaos(MovieFrames.ShuffleInWindows((int)model.shape[0], number, Published()))], Exact),
            _ when what.StartsWith("replace_W", StringComparison.Ordinal) =>
                ([.. MovieFrames.OnePerWindow((int)model.shape[0], number, Published()).Select(frame => (double)frame)], 0),
            _ => null,
        };
    }

    /// <summary>
    /// The network saw the frames in the order of the file's shuffle; the neural rows follow it, and the first shown is dropped.
    /// </summary>
    private static (IReadOnlyList<double> Found, double Tolerance)? Reordered(JsonElement file, string set, Tensor model, Tensor neural)
    {
        var window = file.EnumerateObject().Select(entry => Regex.Match(entry.Name, $@"^{set}_shuffle_W(\d+)_seed2023$"))
            .FirstOrDefault(match => match.Success)?.Groups[1].Value;
        if (window is null)
        {
            return null;
        }

        var order = MovieFrames.ShuffleInWindows(
            (int)model.shape[0], int.Parse(window, CultureInfo.InvariantCulture), new NumpyRandom(MovieFrames.Seed));
        var shown = neural.index_select(0, tensor(Array.ConvertAll(order, frame => (long)frame)));
        return ([new Rsa().Score(model[1..], shown[1..]).OrNaN], Rounded);
    }

    private static int Count(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() : 1;

    private static double[] Permutations(int neurons, int count, NumpyRandom random) =>
        [.. Enumerable.Range(0, count).SelectMany(_ => random.Permutation(neurons)).Select(neuron => (double)neuron)];

    private static ConformanceResult Compared(JsonProperty entry, IReadOnlyList<double> found, double tolerance)
    {
        double[] expected = [.. Flat(entry.Value)];
        if (expected.Length != found.Count)
        {
            return ConformanceResult.Fail(entry.Name, $"found {found.Count} numbers, expected {expected.Length}");
        }

        for (var i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(found[i] - expected[i]) <= tolerance))
            {
                return ConformanceResult.Fail(
                    entry.Name, string.Create(
                        CultureInfo.InvariantCulture, $"number {i} is {found[i]:R}, expected {expected[i]:R} within {tolerance:R}"));
            }
        }

        return ConformanceResult.Pass(entry.Name);
    }

    private static IEnumerable<double> Flat(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Flat),
        JsonValueKind.Number => [value.GetDouble()],
        _ => throw new InvalidDataException($"golden.json holds {value.ValueKind} where numbers are expected."),
    };

    [GeneratedRegex("^(?<set>[A-Z])_(?<what>.+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex KeyPattern();

    [GeneratedRegex(@"(?<=fold_?|clip|_W|PCA|first|^)\d+|\d+(?=fold)", RegexOptions.ExplicitCapture)]
    private static partial Regex NumberPattern();
}
