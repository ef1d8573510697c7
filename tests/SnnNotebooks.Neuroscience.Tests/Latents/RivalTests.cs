using SnnNotebooks.Datasets.Synthetic;
using SnnNotebooks.Latents;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents;

public sealed class RivalTests
{
    public static TheoryData<string> Names { get; } = ["Swap-VAE", "beta-VAE", "CEBRA-style", "MYOW-style", "LFADS-style (sees the future)",
        "pi-VAE-style (time as label)"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_rival_learns_something_embeds_any_length_and_repeats_itself(string name)
    {
        using var scope = NewDisposeScope();
        using var data = new LorenzPopulation { Conditions = 10, TrialsPerCondition = 4, Steps = 60, MeanCount = 0.5 }.Generate();
        var (train, test) = data.SplitByTrial(0.25, seed: 1);
        using var model = Create(name);
        using var again = Create(name);
        model.Fit(train.Counts);
        again.Fit(train.Counts);
        var embedded = model.Embed(test.Counts);
        var rates = model.Reconstruct(test.Counts);

        Assert.Equal(name, model.Name);
        Assert.Equal([10, 60], embedded.shape[..2]);
        Assert.Equal(test.Counts.shape, rates.shape);
        Assert.True(rates.min().item<float>() >= 0);
        Assert.Equal([10, 17], model.Embed(test.Counts.narrow(1, 0, 17)).shape[..2]);
        Assert.Equal(embedded.bytes.ToArray(), again.Embed(test.Counts).bytes.ToArray());
        var score = LatentRecovery.Score(model.Embed(train.Counts), train.Latents, embedded, test.Latents);
        Assert.True(score > 0.2, $"R2 {score}");
        Assert.Throws<ArgumentException>(() => model.Embed(test.Counts.narrow(2, 0, 5)));
    }

    private static ILatentModel Create(string name) => name switch
    {
        "Swap-VAE" => new SwapVaeModel(new SwapVaeOptions { Iterations = 60 }),
        "beta-VAE" => SwapVaeModel.BetaVae(new SwapVaeOptions { Iterations = 60 }),
        "CEBRA-style" => new CebraModel(new CebraOptions { Iterations = 60, Batch = 128 }),
        "MYOW-style" => new MyowModel(new MyowOptions { Iterations = 100, Batch = 128, Pool = 128 }),
        "pi-VAE-style (time as label)" => new PiVaeModel(new PiVaeOptions { Iterations = 100 }),
        _ => new LfadsModel(new LfadsOptions { Iterations = 80, Window = 20, Batch = 32 }),
    };
}
