using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>The latent models by name.</summary>
public static class LatentModels
{
    private const int LinearDimensions = 16;
    private const int Factors = 8;
    private const int Rotations = 6; // principal components that jPCA looks into
    private const int Plane = 2;
    private const double CausalWidth = 5; // bins
    private const int MostWindow = 50;
    private const int MostOffset = 5;

    private static readonly Registry<Func<LatentModelOptions, ILatentModel>> Makers = new("latent model")
    {
        { "pca", options => new PcaModel(options.Within(LinearDimensions), options.Smoothing) },
        { "causal", options => new PcaModel(options.Within(LinearDimensions), options.Smoothing ?? Smoothing.Causal(CausalWidth)) },
        { "fa", options => new FactorAnalysisModel(options.Within(Factors)) },
        { "gpfa", options => new GpfaModel(Gpfa(options)) },
        { "dpca", options => new DemixedPcaModel(new DemixedPcaOptions
            { MostAxes = options.Within(LinearDimensions), Smoothing = options.Smoothing, Seed = options.Seed }) },
        { "jpca", options => new JpcaModel(new JpcaOptions
            { Components = Math.Max(2, options.Within(Rotations) / 2 * 2), Smoothing = options.Smoothing }) },
        { "rrr", options => new ReducedRankModel(new ReducedRankOptions
            { Rank = options.Dimensions ?? Factors, Smoothing = options.Smoothing }) },
        { "tsne", options => new TsneModel(new TsneOptions { Dimensions = options.Dimensions ?? Plane, Smoothing = options.Smoothing }) },
        { "umap", options => new UmapModel(new UmapOptions
            { Dimensions = options.Dimensions ?? Plane, Smoothing = options.Smoothing, Seed = options.Seed }) },
        { "swap", options => new SwapVaeModel(Swap(options)) },
        { "beta", options => SwapVaeModel.BetaVae(Swap(options)) },
        { "lfads", options => new LfadsModel(Trained(new LfadsOptions(), options)) },
        { "pi", options => new PiVaeModel(Trained(new PiVaeOptions(), options)) },
        { "cebra", options => new CebraModel(Trained(new CebraOptions(), options)) },
        { "myow", options => new MyowModel(Trained(new MyowOptions(), options)) },
        { "tide", options => new TideSwapVaeModel(Tide(options)) },
    };

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names => [.. Makers.Keys];

    /// <summary>The names of those that also learn from continuous traces, such as dF/F.</summary>
    public static IReadOnlyList<string> TakeTraces => [.. Makers.Where(maker =>
    {
        using var model = maker.Value(new LatentModelOptions());
        return model.TakesTraces;
    }).Select(maker => maker.Key)];

    /// <summary>Adds a model, so that it can be made by its name.</summary>
    /// <param name="name">A name that no other model has.</param>
    /// <param name="make">Makes it, not fitted; settings that do not concern it are ignored.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public static void Add(string name, Func<LatentModelOptions, ILatentModel> make) => Makers.Add(name, make);

    /// <summary>Makes a model that has not been fitted; the caller disposes it.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="options">Its settings; its own where none are given.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public static ILatentModel Create(string name, LatentModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Makers.TryGetValue(name, out var make)
            ? make(options ?? new LatentModelOptions())
            : throw new ArgumentException($"There is no latent model '{name}'; there are {string.Join(", ", Names)}.", nameof(name));
    }

    /// <summary>Fits a model to trials and tells it what is known of them, where it is one that can be told.</summary>
    /// <param name="model">Any.</param>
    /// <param name="counts">[trials, T, N], float32; as <see cref="ILatentModel.Fit"/>.</param>
    /// <param name="facts">Of these trials.</param>
    /// <exception cref="ArgumentException">As <see cref="ISupervisedLatentModel.Fit"/>.</exception>
    public static void Fit(ILatentModel model, Tensor counts, TrialFacts facts)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(facts);
        if (model is ISupervisedLatentModel supervised)
        {
            supervised.Fit(counts, facts);
        }
        else
        {
            model.Fit(counts);
        }
    }

    private static GpfaOptions Gpfa(LatentModelOptions options)
    {
        var own = new GpfaOptions();
        return own with { Factors = options.Within(own.Factors), Iterations = options.Iterations ?? own.Iterations };
    }

    private static SwapVaeOptions Swap(LatentModelOptions options)
    {
        var own = new SwapVaeOptions { Seed = options.Seed };
        return own with { Iterations = options.Iterations ?? own.Iterations };
    }

    private static LfadsOptions Trained(LfadsOptions own, LatentModelOptions options) =>
        own with { Seed = options.Seed, Iterations = options.Iterations ?? own.Iterations };

    private static PiVaeOptions Trained(PiVaeOptions own, LatentModelOptions options) => own with
    {
        Seed = options.Seed,
        Iterations = options.Iterations ?? own.Iterations,
        Latent = Math.Min(options.Dimensions ?? own.Latent, Math.Max(1, (options.Neurons ?? int.MaxValue) - 1)),
    };

    private static CebraOptions Trained(CebraOptions own, LatentModelOptions options) => own with
    {
        Seed = options.Seed, Iterations = options.Iterations ?? own.Iterations, Latent = options.Dimensions ?? own.Latent,
    };

    private static MyowOptions Trained(MyowOptions own, LatentModelOptions options) => own with
    {
        Seed = options.Seed, Iterations = options.Iterations ?? own.Iterations, Latent = options.Dimensions ?? own.Latent,
    };

    /// <summary>Two windows of a pair, the second a few bins later, must have room in a trial.</summary>
    private static TideSwapVaeOptions Tide(LatentModelOptions options)
    {
        var own = new TideSwapVaeOptions { Seed = options.Seed };
        var bins = options.Bins ?? MostWindow + MostOffset;
        var window = Math.Clamp(bins - MostOffset, 1, MostWindow);
        return own with
        {
            Iterations = options.Iterations ?? own.Iterations, Window = window, LargestOffset = Math.Min(MostOffset, bins - window),
        };
    }
}
