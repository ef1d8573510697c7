using SnnNotebooks.Datasets.Synthetic;
using SnnNotebooks.Latents;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents;

/// <summary>The table over all latent models.</summary>
public sealed class LatentModelsTests
{
    private const int Trials = 12;

    public static TheoryData<string> Names => [.. LatentModels.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_model_fits_short_trials_embeds_others_and_repeats_itself(string name)
    {
        using var scope = NewDisposeScope();
        using var data = Data();
        var (known, unseen) = (data.Counts[..Trials], data.Counts[Trials..]);
        var facts = Facts(data);
        using var model = LatentModels.Create(name, Small);
        using var again = LatentModels.Create(name, Small);
        Assert.Throws<InvalidOperationException>(() => model.Embed(unseen));
        LatentModels.Fit(model, known, facts);
        LatentModels.Fit(again, known, facts);
        var embedded = model.Embed(unseen);

        Assert.Equal([unseen.shape[0], 20], embedded.shape[..2]);
        Assert.InRange(embedded.shape[2], 1, 16);
        Assert.True(embedded.isfinite().all().item<bool>());
        Assert.Equal(float32, embedded.dtype);
        Assert.Equal(embedded.bytes.ToArray(), again.Embed(unseen).bytes.ToArray());
        var rates = model.Reconstruct(unseen);
        Assert.Equal(unseen.shape, rates.shape);
        Assert.True(rates.min().item<float>() >= 0);
        Assert.Equal([unseen.shape[0], 13, embedded.shape[2]], model.Embed(unseen[.., ..13]).shape);
        Assert.NotEmpty(model.Citation);
        Assert.NotEmpty(model.Told);
        Assert.Throws<ArgumentException>(() => model.Embed(unseen[.., .., ..5]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_model_refuses_what_is_no_count_and_facts_of_other_trials(string name)
    {
        using var scope = NewDisposeScope();
        using var data = Data();
        var (known, facts) = (data.Counts[..Trials], Facts(data));
        using var model = LatentModels.Create(name, Small);
        foreach (var broken in new[] { known * float.NaN, known[0], known.to(float64), known[..0], known / 0 })
        {
            Assert.Throws<ArgumentException>(() => LatentModels.Fit(model, broken, facts));
        }

        if (!model.TakesTraces)
        {
            Assert.Contains("Continuous traces, such as dF/F, are for pca, ",
                Assert.Throws<ArgumentException>(() => LatentModels.Fit(model, known - 1, facts)).Message, StringComparison.Ordinal);
        }

        if (model is ISupervisedLatentModel { Needs: not LatentSupervision.None } supervised)
        {
            Assert.Contains("Fit(counts, facts)", Assert.Throws<InvalidOperationException>(() => model.Fit(known)).Message,
                StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => supervised.Fit(known[..5], facts));
            Assert.Throws<ArgumentException>(() => supervised.Fit(known, new TrialFacts()));
        }
    }

    [Fact]
    public void Models_without_counts_take_traces()
    {
        using var scope = NewDisposeScope();
        using var data = Data();
        var smooth = Smoothing.Causal(3).Apply(data.Counts[..Trials]);
        var traces = (smooth - smooth.mean([0, 1])) / smooth.std([0, 1]);
        Assert.Equal(["pca", "causal", "fa", "gpfa", "dpca", "jpca", "rrr", "tsne", "umap", "cebra", "myow"], LatentModels.TakeTraces);
        foreach (var name in LatentModels.TakeTraces)
        {
            using var model = LatentModels.Create(name, Small);
            LatentModels.Fit(model, traces, Facts(data));
            var (embedded, expected) = (model.Embed(traces), model.Reconstruct(traces));

            Assert.True(embedded.isfinite().all().item<bool>() && embedded.std().item<float>() > 0, name);
            Assert.True(expected.isfinite().all().item<bool>() && expected.min().item<float>() < 0, name);
        }
    }

    [Fact]
    public void An_unknown_name_is_answered_with_those_there_are()
    {
        var message = Assert.Throws<ArgumentException>(() => LatentModels.Create("isomap")).Message;
        Assert.All(LatentModels.Names, name => Assert.Contains(name, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Facts_of_some_trials_are_theirs()
    {
        using var scope = NewDisposeScope();
        var facts = new TrialFacts
        {
            Factors = [new TrialFactor("side", [4, 5, 6])], Targets = arange(3, dtype: float32).reshape(3, 1, 1).expand(3, 2, 1),
        };
        var chosen = facts.Of([2, 0]);

        Assert.Equal([6, 4], chosen.Factors[0].Levels);
        Assert.Equal([2, 2, 0, 0], chosen.Targets!.contiguous().data<float>().ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => facts.Of([3]));
    }

    private static LatentModelOptions Small => new(Bins: 20, Neurons: 15, Iterations: 5);

    private static PopulationData Data() =>
        new LorenzPopulation { Conditions = 3, TrialsPerCondition = 6, Steps = 20, MeanCount = 0.5, Neurons = 15,
            StepSize = 0.02 }.Generate();

    /// <summary>Which trajectory a trial ran along, and where on it each bin was.</summary>
    private static TrialFacts Facts(PopulationData data) => new()
    {
        Factors = [new TrialFactor("condition", [.. Enumerable.Range(0, Trials).Select(trial => trial / 6)])],
        Targets = data.Latents[..Trials],
    };
}
