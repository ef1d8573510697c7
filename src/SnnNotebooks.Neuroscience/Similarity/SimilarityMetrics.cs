namespace SnnNotebooks.Similarity;

/// <summary>Settings that a metric chosen by name takes; those that do not concern it are ignored.</summary>
/// <param name="Components">Components that wide matrices are reduced to (svcca, regression, r2: 40 where null) or that are fitted (pls:
/// 25).</param>
/// <param name="KeepNeural">Whether svcca leaves the neural side as it is.</param>
/// <param name="Randomised">Whether svcca and regression reduce with scikit-learn's randomised SVD instead of the exact one.</param>
/// <param name="Folds">Folds of regression and r2; null for their own choice (leave-one-out, in-sample).</param>
/// <param name="ReduceInsideFolds">Whether regression and r2 fit the reduction without the held-out stimuli.</param>
/// <param name="Ties">Ranks of equal distances (rsa, tsrsa, stsrsa).</param>
/// <param name="Seed">Seed of folds, splits and the randomised reduction.</param>
/// <param name="Labels">The object that each stimulus shows, by which pls, rdm-cv and cka-cv stratify their splits; null for splits at
/// random.</param>
/// <param name="Products">In what rsa and tsrsa compute the products of stimuli.</param>
public sealed record MetricOptions(
    int? Components = null,
    bool KeepNeural = false,
    bool Randomised = false,
    int? Folds = null,
    bool ReduceInsideFolds = false,
    RankTies Ties = RankTies.Ordinal,
    uint Seed = SimilarityMetrics.Seed,
    IReadOnlyList<string>? Labels = null,
    ProductPrecision Products = ProductPrecision.Double);

/// <summary>The metrics by name.</summary>
public static class SimilarityMetrics
{
    /// <summary>The seed of the published analyses of static images.</summary>
    public const uint Seed = 2022;

    private const int SvccaComponents = 40;

    private static readonly Registry<Func<MetricOptions, SimilarityMetric>> Makers = new("metric")
    {
        { "svcca", options => new Svcca(options.Components ?? SvccaComponents, options.KeepNeural, Method(options), options.Seed) },
        { "regression", options => new RidgeRegression(Folded(RidgeOptions.Encoding with { Method = Method(options) }, options)) },
        { "pls", options => new PlsRegression(Split(new PlsOptions(), options)) },
        { "rsa", options => new Rsa("rsa", RowCorrelation.Pearson, options.Ties, options.Products) },
        { "tsrsa", options => new Rsa("tsrsa", RowCorrelation.Pearson, options.Ties, options.Products) },
        { "stsrsa", options => new Rsa("stsrsa", RowCorrelation.Spearman, options.Ties) },
        { "rdm", _ => Rdm() },
        { "rdm-cv", options => new SplitMean("rdm-cv", Rdm(), labels: options.Labels, seed: options.Seed) },
        { "cka", _ => new Cka(CkaKernel.Linear) },
        { "cka-rbf", _ => new Cka(CkaKernel.Rbf) },
        { "cka-unbiased", _ => new UnbiasedCka() },
        { "cka-cv", options => new SplitMean("cka-cv", new UnbiasedCka(), labels: options.Labels, seed: options.Seed) },
        { "r2", options => new RidgeRegression(Folded(RidgeOptions.InSampleR2, options)) },
        { "procrustes", _ => new Procrustes() },
        { "wuc", _ => new WhitenedCosine() },
    };

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names => [.. Makers.Keys];

    /// <summary>Adds a metric, so that it can be made by its name.</summary>
    /// <param name="name">A name that no other metric has.</param>
    /// <param name="make">Makes it; settings that do not concern it are ignored.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public static void Add(string name, Func<MetricOptions, SimilarityMetric> make) => Makers.Add(name, make);

    /// <summary>Makes a metric.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="options">Its settings; the papers' where none are given.</param>
    /// <returns>The metric.</returns>
    /// <exception cref="ArgumentException">There is no such metric.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public static SimilarityMetric Create(string name, MetricOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Makers.TryGetValue(name, out var make)
            ? make(options ?? new MetricOptions())
            : throw new ArgumentException($"There is no metric '{name}'; there are {string.Join(", ", Names)}.", nameof(name));
    }

    internal static int Positive(int components)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(components, 1);
        return components;
    }

    private static Rsa Rdm() => new("rdm", RowCorrelation.Pearson, RankTies.Average);

    private static ReductionMethod Method(MetricOptions options) => options.Randomised ? ReductionMethod.Randomised : ReductionMethod.Exact;

    private static PlsOptions Split(PlsOptions pls, MetricOptions options) =>
        pls with { Components = options.Components ?? pls.Components, Labels = options.Labels, Seed = options.Seed };

    private static RidgeOptions Folded(RidgeOptions ridge, MetricOptions options) => ridge with
    {
        Components = options.Components ?? ridge.Components,
        Validation = options.Folds is null ? ridge.Validation : Validation.Folds,
        Folds = options.Folds ?? ridge.Folds,
        ReduceInsideFolds = options.ReduceInsideFolds,
        Seed = options.Seed,
    };
}
