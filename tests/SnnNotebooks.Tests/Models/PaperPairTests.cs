using SnnNotebooks.Datasets.Sources;
using SnnNotebooks.Models;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Tests.Datasets.Sources;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Models;

/// <summary>Every pair of a paper and a data set that its notebook names: its version of the network, its recipe, two steps.</summary>
public sealed class PaperPairTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public PaperPairTests()
    {
        Environment.SetEnvironmentVariable("SNN_DATA", folder.Path);
        Environment.SetEnvironmentVariable("SNN_CACHE", folder.File("cache"));
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("SNN_DATA", null);
        Environment.SetEnvironmentVariable("SNN_CACHE", null);
        folder.Dispose();
    }

    [Theory]
    [InlineData("spikingformer", "cifar10", "spikingformer-cifar")]
    [InlineData("spikingformer", "cifar100", "spikingformer-cifar")]
    [InlineData("spikingformer", "cifar10-dvs", "spikingformer-cifar10dvs")]
    [InlineData("spikingformer", "dvs128-gesture", "spikingformer-dvs128")]
    [InlineData("spikingformer", "imagenet", "spikingformer-imagenet")]
    [InlineData("cml", "cifar10", "cml-cifar")]
    [InlineData("cml", "cifar100", "cml-cifar")]
    [InlineData("cml", "cifar10-dvs", "spikingformer-cifar10dvs")]
    [InlineData("cml", "dvs128-gesture", "spikingformer-dvs128")]
    [InlineData("cml", "imagenet", "cml-imagenet")]
    [InlineData("spikformer", "cifar10-dvs", "spikformer-cifar10dvs")]
    [InlineData("qkformer", "cifar10", "qkformer-cifar")]
    [InlineData("qkformer", "cifar100", "qkformer-cifar")]
    [InlineData("qkformer", "cifar10-dvs", "qkformer-cifar10dvs")]
    [InlineData("qkformer", "dvs128-gesture", "qkformer-dvs128")]
    [InlineData("qkformer", "imagenet", "qkformer-imagenet")]
    public void Its_recipe_is_followed_whole_but_for_half_precision(string paper, string data, string recipe)
    {
        OfficialLayouts.Write(folder.Path, data);
        var source = DataSources.Get(data);
        Assert.True(source.IsHere(partial: false));
        var input = source.Shape with { TimeSteps = 2, Height = 32, Width = 32 };
        using var opened = source.Open(new DataRequest(input) { Partial = true, Limit = 4 });

        Assert.Equal(recipe, TrainingRecipes.NameFor(paper, data, opened.Shape));
        var published = TrainingRecipes.All[recipe].AtSize(opened.Shape);
        var followed = published.Without(RecipePart.MixedPrecision);
        Assert.Empty(followed.NotFollowed(opened.Train, opened.Test));

        var history = Train(Network(paper, data, opened), followed with { Devices = 1, Accumulation = 1, BatchSize = 2 }, opened);
        Assert.False(history.Cancelled);
        Assert.InRange(history.Epochs.Single().TestAccuracy, 0, 1);
    }

    [Fact]
    public void SVFormer_takes_gestures_as_clips_of_two_channels()
    {
        OfficialLayouts.Write(folder.Path, "dvs128-gesture");
        using var opened = DataSources.Get("dvs128-gesture").Open(
            new DataRequest(new InputShape(InputKind.Video, 4, 2, 32, 32)) { Partial = true, Limit = 4 });
        var recipe = TrainingRecipes.All[TrainingRecipes.NameFor("svformer", "dvs128-gesture", opened.Shape)].AtSize(opened.Shape);
        var left = recipe.NotFollowed(opened.Train, opened.Test);
        Assert.Contains(RecipePart.TestViews, left);

        var network = new SVFormer(new SVFormerOptions(
            opened.ClassNames.Count, [8, 16, 16, 16], [1, 1, 1, 1], HeadSize: 8, TimeSteps: 4, ImageSize: 32, Channels: 2));
        var history = Train(network, recipe.Without([.. left, RecipePart.MixedPrecision]) with { Devices = 1, BatchSize = 2 }, opened);
        Assert.Single(history.Epochs);
    }

    [Fact]
    public void Published_sizes_are_those_of_the_presets()
    {
        foreach (var (preset, data, kind) in new[]
        {
            ("spikformer_cifar10_4_384", "cifar10", InputKind.Images), ("spikformer_imagenet_8_512", "imagenet", InputKind.Images),
            ("spikformer_cifar10dvs_2_256", "cifar10-dvs", InputKind.EventFrames),
            ("spikformer_dvs128_2_256", "dvs128-gesture", InputKind.EventFrames), ("qkformer_cifar10_4_384", "cifar10", InputKind.Images),
            ("qkformer_imagenet_10_384", "imagenet", InputKind.Images), ("qkformer_cifar10dvs_2_256", "cifar10-dvs", InputKind.EventFrames),
            ("qkformer_dvs128_2_256", "dvs128-gesture", InputKind.EventFrames),
        })
        {
            var published = ModelPresets.Get(preset);
            var input = published.Shape with { Kind = kind };
            var classes = data switch { "imagenet" => 1000, "dvs128-gesture" => 11, _ => 10 };
            using var network = preset.StartsWith("qk", StringComparison.Ordinal)
                ? (nn.Module<Tensor, Tensor>)new QKFormer(QKFormerOptions.Published(data, input, classes))
                : new Spikformer(SpikformerOptions.Published(data, input, classes));
            var shapes = network.state_dict().ToDictionary(entry => entry.Key, entry => string.Join(' ', entry.Value.shape));
            Assert.Equal(
                published.Entries().Select(entry => (entry.Key, string.Join(' ', entry.Shape))).Order(),
                shapes.Select(entry => (entry.Key, entry.Value)).Order());
        }
    }

    private static nn.Module<Tensor, Tensor> Network(string paper, string data, LabelledData opened) => paper == "qkformer"
        ? new QKFormer(QKFormerOptions.Published(data, opened.Shape, opened.ClassNames.Count) with { Features = 32, Heads = 2, Depth = 4 })
        : new Spikformer(SpikformerOptions.Published(data, opened.Shape, opened.ClassNames.Count) with
        {
            Features = 16, Heads = 2, Depth = 1,
        });

    private static TrainingHistory Train(nn.Module<Tensor, Tensor> network, TrainingRecipe recipe, LabelledData data)
    {
        using (network)
        {
            return new Trainer(recipe with { Epochs = 1, Cooldown = 0, Repeats = 1 }).Fit(network, data.Train, data.Test);
        }
    }
}
