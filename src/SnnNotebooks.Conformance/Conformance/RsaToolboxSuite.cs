using System.Text.Json;
using SnnNotebooks.Similarity.Rdms;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance;

/// <summary>
/// Dissimilarities, comparisons, models and inference against rsatoolbox's numbers: <c>rsatoolbox.json</c> of tools/golden/rsa.py.
/// </summary>
internal sealed class RsaToolboxSuite : IConformanceSuite
{
    private const double Exact = 1e-9;
    private const double Searched = 1e-6; // where both sides look for the best numerically
    private const double Rooted = 1e-7; // the peer takes roots of eigenvalues that are zero but for rounding
    private const double Placed = 1e-3; // where that is: an optimum is flat

    public bool Claims(string path) => Path.GetFileName(path) is "rsatoolbox.json";

    public IEnumerable<ConformanceResult> Run(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var golden in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            foreach (var result in golden.GetProperty("kind").GetString() switch
            {
                "distances" => [Distances(golden)],
                "unbalanced" => [Unbalanced(golden)],
                "covariance" => [Covariance(golden)],
                "comparison" => [Comparison(golden)],
                "pool" => [Pool(golden)],
                "ceiling" => [Ceiling(golden)],
                "fit" => Fit(golden),
                "inference" => RsaInferenceCases.Run(golden),
                "crossvalidation" => RsaInferenceCases.CrossValidated(golden),
                "crossvalidated bootstrap" => RsaInferenceCases.CrossValidatedBootstrap(golden),
                var kind => [ConformanceResult.Skip($"{kind}", "unknown kind of case")],
            })
            {
                yield return result;
            }
        }
    }

    /// <summary>Squared distances of patterns that share a part, drawn as the script draws them; [count][pairs].</summary>
    internal static double[][] Patterns(uint seed, int count, int stimuli, int channels, double noise, int? digits = null)
    {
        var numbers = new GeneratedNumbers(seed);
        var shared = numbers.Take(stimuli, channels);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            double[] x = [.. shared.Zip(numbers.Take(stimuli, channels), (common, own) => common + (noise * own))];
            return Enumerable.Range(0, stimuli).SelectMany(i => Enumerable.Range(i + 1, stimuli - i - 1).Select(j =>
            {
                var sum = Enumerable.Range(0, channels)
                    .Sum(c => (x[(i * channels) + c] - x[(j * channels) + c]) * (x[(i * channels) + c] - x[(j * channels) + c])) / channels;
                return digits is { } some ? Math.Round(sum, some) : sum;
            })).ToArray();
        })];
    }

    /// <summary>The comparator of rsatoolbox's name.</summary>
    internal static RdmComparator Comparator(JsonElement golden) => golden.GetProperty("method").GetString() switch
    {
        "cosine" => RdmComparator.Cosine,
        "corr" => RdmComparator.Correlation,
        "spearman" => RdmComparator.Spearman,
        "rho-a" => RdmComparator.RhoA,
        "tau-a" => RdmComparator.TauA,
        "tau-b" => RdmComparator.TauB,
        "cosine_cov" => RdmComparator.WhitenedCosine,
        "corr_cov" => RdmComparator.WhitenedCorrelation,
        "bures" => RdmComparator.Bures,
        "bures_metric" => RdmComparator.BuresDistance,
        "neg_riem_dist" => RdmComparator.NegativeRiemannian,
        var other => throw new InvalidDataException($"There is no comparator '{other}'."),
    };

    private static uint Seed(JsonElement golden, string name = "seed") => golden.GetProperty(name).GetUInt32();

    private static Tensor Rows(uint seed, int runs, int conditions, int channels, bool positive = false)
    {
        var numbers = new GeneratedNumbers(seed);
        var pattern = tensor(numbers.Take(conditions, channels), [1, conditions, channels]);
        var noisy = pattern + (0.7 * tensor(numbers.Take((long)runs * conditions, channels), [runs, conditions, channels]));
        return (positive ? 2 * noisy.abs() : noisy).view(-1, channels);
    }

    private static Observations Observed(JsonElement golden, bool positive)
    {
        var (runs, conditions) = (GeneratedNumbers.Size(golden, "runs"), GeneratedNumbers.Size(golden, "conditions"));
        return new Observations(Rows(Seed(golden), runs, conditions, GeneratedNumbers.Size(golden, "channels"), positive),
            [.. Enumerable.Range(0, runs * conditions).Select(row => row % conditions)],
            [.. Enumerable.Range(0, runs * conditions).Select(row => row / conditions)]);
    }

    private static CovarianceEstimate Estimate(string method) => method switch
    {
        "full" => CovarianceEstimate.Full,
        "diag" => CovarianceEstimate.Diagonal,
        "shrinkage_eye" => CovarianceEstimate.ShrunkToIdentity,
        "shrinkage_diag" => CovarianceEstimate.ShrunkToDiagonal,
        var other => throw new InvalidDataException($"There is no estimate '{other}'."),
    };

    private static ConformanceResult Distances(JsonElement golden)
    {
        using var scope = NewDisposeScope();
        bool Flag(string name) => golden.TryGetProperty(name, out var flag) && flag.GetBoolean();
        double Number(string name, double fallback) => golden.TryGetProperty(name, out var number) ? number.GetDouble() : fallback;
        var (observed, centred, channels) = (Observed(golden, Flag("positive")), Flag("centred"), GeneratedNumbers.Size(golden,
            "channels"));
        var prior = new PoissonPrior(Number("prior_rate", 1), Number("prior_weight", 0.1));
        var given = golden.TryGetProperty("precision", out var named) ? named.GetString() : null;
        Tensor Precision(uint seed, int runs, string method) =>
            NoiseCovariance.Precision(NoiseCovariance.OfResiduals(Rows(seed, runs, 6, channels), Estimate(method)));
        var function = golden.GetProperty("function").GetString();
        var found = (function, given) switch
        {
            ("euclidean", _) => RdmDistances.Euclidean(observed, centred),
            ("correlation", _) => RdmDistances.Correlation(observed),
            ("mahalanobis", { } method) => RdmDistances.Mahalanobis(observed, Precision(90, 5, method), centred),
            ("crossnobis", "each run") => RdmDistances.Crossnobis(observed, [.. observed.Runs.Select(
                run => Precision(Seed(golden, "precision_seed") + (uint)run, 3, "shrinkage_eye"))]),
            ("crossnobis", _) => RdmDistances.Crossnobis(observed, given is null ? null : Precision(90, 5, given), centred),
            ("poisson", _) => RdmDistances.Poisson(observed, prior),
            ("poisson_cv", _) => RdmDistances.PoissonFolds(observed, prior).Select([golden.GetProperty("held").GetInt32()]),
            _ => throw new InvalidDataException($"There is no distance '{function}'."),
        };
        return NumbersCompared.With($"{function}, seed {Seed(golden)}{(given is null ? "" : $", {given}")}", golden.GetProperty("expected"),
            found[0], Exact);
    }

    /// <summary>Rows of <see cref="Rows"/> that were kept, two rounds of the conditions to a run.</summary>
    private static ConformanceResult Unbalanced(JsonElement golden)
    {
        using var scope = NewDisposeScope();
        var (conditions, channels) = (GeneratedNumbers.Size(golden, "conditions"), GeneratedNumbers.Size(golden, "channels"));
        var (kept, positive) = (golden.GetProperty("kept").Deserialize<int[]>()!, golden.GetProperty("positive").GetBoolean());
        var rows = Rows(Seed(golden), GeneratedNumbers.Size(golden, "runs"), conditions, channels, positive);
        var observed = new Observations(rows.index_select(0, tensor(Array.ConvertAll(kept, row => (long)row))),
            [.. kept.Select(row => row % conditions)], [.. kept.Select(row => row / conditions / 2)], conditions);
        var precision = golden.GetProperty("precision").GetBoolean();
        var prior = new PoissonPrior(golden.GetProperty("prior_rate").GetDouble(), golden.GetProperty("prior_weight").GetDouble());
        var function = golden.GetProperty("function").GetString();
        var found = function switch
        {
            "crossnobis" => UnbalancedDistances.Crossnobis(observed, precision
                ? NoiseCovariance.Precision(NoiseCovariance.OfResiduals(Rows(90, 5, 6, channels), CovarianceEstimate.ShrunkToIdentity))
                : null),
            "poisson" => UnbalancedDistances.Poisson(observed, prior),
            "poisson_cv" => UnbalancedDistances.PoissonCrossValidated(observed, prior),
            _ => throw new InvalidDataException($"There is no unbalanced distance '{function}'."),
        };
        return NumbersCompared.With($"unbalanced {function}, {golden.GetProperty("name").GetString()}, seed {Seed(golden)}",
            golden.GetProperty("expected"), found[0], Exact);
    }

    private static ConformanceResult Covariance(JsonElement golden)
    {
        using var scope = NewDisposeScope();
        var method = golden.GetProperty("method").GetString()!;
        var pooled = golden.GetProperty("pooled").GetBoolean();
        var found = pooled
            ? NoiseCovariance.OfMeasurements(Observed(golden, positive: false), Estimate(method))
            : NoiseCovariance.OfResiduals(Rows(Seed(golden), GeneratedNumbers.Size(golden, "runs"), GeneratedNumbers.Size(golden,
                "conditions"),
                GeneratedNumbers.Size(golden, "channels")), Estimate(method));
        return NumbersCompared.With($"covariance {method}{(pooled ? ", of measurements" : "")}", golden.GetProperty("expected"),
            found.Numbers<double>(), Exact);
    }

    private static RdmSet Set(JsonElement golden, uint seed, int count, double noise, double scale = 1)
    {
        var digits = golden.TryGetProperty("digits", out var some) && some.ValueKind == JsonValueKind.Number ? some.GetInt32() : (int?)null;
        var rows = Patterns(seed, count, GeneratedNumbers.Size(golden, "stimuli"), GeneratedNumbers.Size(golden, "channels"), noise,
            digits);
        foreach (var pair in golden.TryGetProperty("missing", out var missing) ? missing.Deserialize<int[]>()! : [])
        {
            foreach (var row in rows)
            {
                row[pair] = double.NaN;
            }
        }

        return new RdmSet([.. rows.Select(row => Array.ConvertAll(row, value => value * scale))]);
    }

    private static ConformanceResult Comparison(JsonElement golden)
    {
        using var scope = NewDisposeScope();
        var comparator = Comparator(golden);
        var (first, second) = (Set(golden, Seed(golden), GeneratedNumbers.Size(golden, "first"), 0.6),
            Set(golden, Seed(golden) + 1, GeneratedNumbers.Size(golden, "second"), 0.8));
        var stimuli = GeneratedNumbers.Size(golden, "stimuli");
        Tensor? covariance = null;
        if (golden.TryGetProperty("covariance_seed", out var seed))
        {
            var x = tensor(new GeneratedNumbers(seed.GetUInt32()).Take(20, stimuli), [20, stimuli]);
            covariance = x.t().mm(x) / 20;
        }

        var found = RdmComparison.Compare(first, second, comparator, covariance).SelectMany(row => row);
        return NumbersCompared.With(
            $"{comparator} of {stimuli} stimuli, seed {Seed(golden)}{(covariance is null ? "" : ", with a covariance")}"
            + $"{(golden.GetProperty("missing").GetArrayLength() > 0 ? ", pairs missing" : "")}",
            golden.GetProperty("expected"), found, comparator switch
            {
                RdmComparator.NegativeRiemannian => Searched,
                RdmComparator.Bures or RdmComparator.BuresDistance => Rooted,
                _ => Exact,
            });
    }

    private static ConformanceResult Pool(JsonElement golden) => NumbersCompared.With($"pool for {Comparator(golden)}",
        golden.GetProperty("expected"),
        RdmPool.Of(Set(golden, Seed(golden), GeneratedNumbers.Size(golden, "rdms"), 0.7), Comparator(golden))[0], Exact);

    private static ConformanceResult Ceiling(JsonElement golden)
    {
        var (lower, upper) = RdmNoiseCeiling.Of(Set(golden, Seed(golden), GeneratedNumbers.Size(golden, "rdms"), 0.7), Comparator(golden));
        return NumbersCompared.With($"noise ceiling of {Comparator(golden)}", golden.GetProperty("expected"), [lower, upper], Exact);
    }

    private static IEnumerable<ConformanceResult> Fit(JsonElement golden)
    {
        var (seed, comparator) = (Seed(golden), Comparator(golden));
        var candidates = Set(golden, seed, GeneratedNumbers.Size(golden, "candidates"), 1.5, 0.01);
        var noise = Set(golden, seed + 1, GeneratedNumbers.Size(golden, "rdms"), 0.5, 0.01);
        var data = new RdmSet([.. Enumerable.Range(0, noise.Count).Select(row => noise[row].Select(
            (value, pair) => (0.4 * value) + (0.9 * candidates[1][pair]) + (0.5 * candidates[2][pair])).ToArray())]);
        var ridge = golden.TryGetProperty("ridge", out var weight) ? weight.GetDouble() : 0;
        var fitter = golden.GetProperty("fitter").GetString()!;
        RdmModel model = fitter switch
        {
            "select" => new SelectedRdmModel(fitter, candidates),
            "interpolate" => new InterpolatedRdmModel(fitter, candidates),
            "regress" => new WeightedRdmModel(fitter, candidates, RdmFit.Regression, ridge),
            "regress_nn" => new WeightedRdmModel(fitter, candidates, RdmFit.NonNegativeRegression, ridge),
            "optimize" => new WeightedRdmModel(fitter, candidates, RdmFit.Search, ridge),
            "optimize_positive" => new WeightedRdmModel(fitter, candidates, RdmFit.NonNegativeSearch, ridge),
            _ => throw new InvalidDataException($"There is no fitter '{fitter}'."),
        };
        var found = model.Fit(data, comparator);
        var searched = fitter is "optimize" or "optimize_positive" or "interpolate";
        var name = $"{fitter} for {comparator}{(ridge > 0 ? ", with a ridge" : "")}";
        yield return NumbersCompared.With($"{name}, weights", golden.GetProperty("expected"), found, searched ? Placed : Exact);
        yield return NumbersCompared.With($"{name}, score", golden.GetProperty("score"),
            [RdmComparison.Compare(model.Predict(found), data, comparator)[0].Average()], searched ? Searched : Exact);
    }
}
