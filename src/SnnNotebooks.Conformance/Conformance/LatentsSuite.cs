using System.Text.Json;
using SnnNotebooks.Latents;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance;

/// <summary>
/// Latent methods against the papers' equations in NumPy, and against scikit-learn and umap-learn: <c>latents.json</c> of
/// tools/golden/latents.py.
/// </summary>
internal sealed class LatentsSuite : IConformanceSuite
{
    private const double Exact = 1e-6; // float64 throughout
    private const double Single = 1e-5; // through float32 axes
    private const double Likelihood = 1e-4; // of factor analysis, which stops early

    public bool Claims(string path) => Path.GetFileName(path) is "latents.json";

    public IEnumerable<ConformanceResult> Run(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var golden in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            ConformanceResult[] results = [.. golden.GetProperty("kind").GetString() switch
            {
                "gpfa" => Gpfa(golden),
                "jpca" => Jpca(golden),
                "dpca" => Demixed(golden),
                "rrr" => [ReducedRank(golden)],
                "pca" => [Pca(golden)],
                "fa" => [FactorAnalysis(golden)],
                "tsne" => NeighbourhoodCases.Tsne(golden),
                "umap" => NeighbourhoodCases.Umap(golden),
                "embedding" => NeighbourhoodCases.Embedding(golden),
                "curve" => [NeighbourhoodCases.Curve(golden)],
                var kind => [ConformanceResult.Skip($"{kind}", "unknown kind of case")],
            }];
            foreach (var result in results)
            {
                yield return result;
            }
        }
    }

    private static IEnumerable<ConformanceResult> Gpfa(JsonElement golden)
    {
        var (name, start, expected) = (Name(golden), golden.GetProperty("start"), golden.GetProperty("expected"));
        using var model = new GpfaModel(new GpfaOptions
        {
            Factors = start.GetProperty("timescales").GetArrayLength(), Iterations = golden.GetProperty("rounds").GetInt32(), Tolerance = 0,
            Start = new GpfaParameters(Matrix(start, "loadings"), Vector(start, "offset"), Vector(start, "noise"),
                Vector(start, "timescales")),
        });
        Tensor[] trials = [.. golden.GetProperty("counts").EnumerateArray().Select(trial => Matrix(trial).to(float32))];
        model.Fit(trials);
        var found = model.Parameters!;
        ConformanceResult Compared(string what, string field, IEnumerable<double> values, double tolerance = Exact) =>
            NumbersCompared.With($"GPFA {what}, {name}", expected.GetProperty(field), values, tolerance);
        yield return Compared("loadings", "loadings", found.Loadings.Numbers<double>());
        yield return Compared("offset", "offset", found.Offset.Numbers<double>());
        yield return Compared("noise", "noise", found.Noise.Numbers<double>());
        yield return Compared("time scales", "timescales", found.Timescales.Numbers<double>());
        yield return Compared("likelihoods", "likelihoods", model.LogLikelihoods);
        yield return Compared("axes", "axes", Numbers(model.Axes!), Single);
        yield return Compared("trajectories", "embedded", model.Embed(trials).SelectMany(Numbers), Single);
    }

    private static IEnumerable<ConformanceResult> Jpca(JsonElement golden)
    {
        var (name, expected) = (Name(golden), golden.GetProperty("expected"));
        var size = golden.GetProperty("components").GetInt32();
        using var model = new JpcaModel(new JpcaOptions { Components = size, Softening = golden.GetProperty("softening").GetDouble() });
        model.Fit(Counts(golden), new TrialFacts { Factors = [Factor("condition", golden.GetProperty("conditions"))] });
        var found = model.Dynamics!;
        yield return NumbersCompared.With($"jPCA R2, {name}", expected.GetProperty("r2"),
            [found.Skew, found.Best, found.SkewInPlane, found.BestInPlane], Exact);
        yield return NumbersCompared.With($"jPCA frequencies, {name}", expected.GetProperty("frequencies"),
            found.Planes.Select(plane => plane.Frequency), Exact);
        yield return NumbersCompared.With($"jPCA variances, {name}", expected.GetProperty("variances"),
            found.Planes.Select(plane => plane.Variance), Exact);
        var planes = Enumerable.Range(0, size / 2).Select(plane => model.Axes!.narrow(1, 2 * plane, 2));
        yield return NumbersCompared.With($"jPCA planes, {name}", expected.GetProperty("projectors"),
            planes.SelectMany(plane => Numbers(plane.Product(plane.t()))), Single);
    }

    private static IEnumerable<ConformanceResult> Demixed(JsonElement golden)
    {
        var (name, expected) = (Name(golden), golden.GetProperty("expected"));
        using var model = new DemixedPcaModel(new DemixedPcaOptions
        {
            Components = golden.GetProperty("components").GetInt32(), Regularisation = golden.GetProperty("regularisation").GetDouble(),
            NoiseCovariance = golden.GetProperty("noise").GetBoolean(),
        });
        TrialFactor[] factors = [.. golden.GetProperty("factors").EnumerateArray().Select((levels, place) => Factor($"{place}", levels))];
        model.Fit(Counts(golden), new TrialFacts { Factors = factors });
        var found = model.Found!;
        string[] parts = [.. found.Parts.Keys];
        yield return NumbersCompared.With($"dPCA explained variance, {name}", expected.GetProperty("explained"),
            found.Axes.Select(axis => axis.Explained), Exact);
        yield return NumbersCompared.With($"dPCA explained variance by part, {name}", expected.GetProperty("parts"),
            found.Axes.SelectMany(axis => parts.Select(part => axis.Parts[part])), Exact);
        yield return NumbersCompared.With($"dPCA marginalisations, {name}", expected.GetProperty("which"),
            found.Axes.Select(axis => (double)Array.IndexOf(parts, axis.Marginalisation)), 0);
        yield return NumbersCompared.With($"dPCA variance of parts, {name}", expected.GetProperty("totals"), found.Parts.Values, Exact);
        yield return NumbersCompared.With($"dPCA decoders and encoders, {name}", expected.GetProperty("maps"),
            Enumerable.Range(0, found.Axes.Count).SelectMany(axis => Numbers(model.Axes!.select(1, axis).outer(model.Encoders![axis]))),
            Single);
    }

    private static ConformanceResult ReducedRank(JsonElement golden)
    {
        using var model = new ReducedRankModel(new ReducedRankOptions
            { Rank = golden.GetProperty("rank").GetInt32(), Ridge = golden.GetProperty("ridge").GetDouble() });
        var counts = Counts(golden);
        model.Fit(counts, new TrialFacts { Targets = Trials(golden.GetProperty("targets")).to(float32) });
        return NumbersCompared.With($"reduced-rank regression, {Name(golden)}", golden.GetProperty("expected"),
            Numbers(model.Predict(counts)), Single);
    }

    private static ConformanceResult Pca(JsonElement golden)
    {
        var points = NeighbourhoodCases.Points(golden);
        using var model = new PcaModel(golden.GetProperty("components").GetInt32());
        model.Fit((points - points.min()).to(float32).unsqueeze(0));

        // what a unit of each neuron adds to the latent numbers
        var units = eye(points.shape[1]).unsqueeze(0);
        var axes = (model.Embed(units) - model.Embed(zeros_like(units)))[0];
        return NumbersCompared.With($"PCA, {Name(golden)}", golden.GetProperty("expected"), Numbers(axes.Product(axes.t())), Single);
    }

    private static ConformanceResult FactorAnalysis(JsonElement golden)
    {
        var points = NeighbourhoodCases.Points(golden);
        var centred = points - points.mean([0]);
        var covariance = centred.t().Product(centred) / points.shape[0];
        var (weights, noise) = Latents.FactorAnalysis.Learn(
            covariance, golden.GetProperty("components").GetInt32(), zeros(points.shape[1], dtype: float64) + 1e-6);
        var model = weights.Product(weights.t()) + noise.diag();
        var likelihood = (points.shape[1] * Math.Log(2 * Math.PI)) + linalg.slogdet(model).Item2 + linalg.solve(model, covariance).trace();
        return NumbersCompared.With($"factor analysis, log-likelihood, {Name(golden)}", golden.GetProperty("expected"),
            Numbers(-likelihood / 2), Likelihood);
    }

    private static string Name(JsonElement golden) => golden.GetProperty("name").GetString()!;

    private static TrialFactor Factor(string name, JsonElement levels) => new(name, levels.Deserialize<int[]>()!);

    private static Tensor Counts(JsonElement golden) => Trials(golden.GetProperty("counts")).to(float32);

    private static Tensor Trials(JsonElement values) => stack([.. values.EnumerateArray().Select(Matrix)]);

    private static Tensor Matrix(JsonElement parent, string field) => Matrix(parent.GetProperty(field));

    private static Tensor Matrix(JsonElement values) =>
        stack([.. values.EnumerateArray().Select(row => tensor(row.Deserialize<double[]>()!))]);

    private static Tensor Vector(JsonElement parent, string field) => tensor(parent.GetProperty(field).Deserialize<double[]>()!);

    private static double[] Numbers(Tensor values) => values.to(float64).Numbers<double>();
}
