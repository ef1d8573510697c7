using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Images.Transforms;
using SnnNotebooks.Exchange;
using SnnNotebooks.TestSupport;
using SnnNotebooks.Training;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Training;

/// <summary>State files from before recipes were written by their fields (tests/golden/before-fields, made by its make.dib).</summary>
public sealed class FormerStateTests
{
    private static readonly TrainingRecipe Plain = new(
        OptimizerKind.AdamW, new LearningRateSchedule(1e-2, 1e-4, 1, 1e-3), 4, 8, WeightDecay: 0.05, DecaysVectors: false);

    private static readonly TrainingRecipe Rich = Plain with
    {
        LabelSmoothing = 0.1, Mixup = 0.5, CutMix = 1, MixupOffEpoch = 3, ClipNorm = 1, Accumulation = 2, AverageDecay = 0.9,
        RandAugment = "rand-m9-n1-mstd0.4-inc1", Erasing = new RandomErasing(Fill: Erasure.Constant), Flip = true,
    };

    [Theory]
    [InlineData("plain")]
    [InlineData("rich")]
    public void A_run_that_an_earlier_version_began_goes_on(string name)
    {
        var recipe = name == "plain" ? Plain : Rich;
        using var folder = new TemporaryFolder();
        var state = folder.File("state");
        File.Copy(Former(name), state);

        var resumed = Fit(recipe, state);
        var whole = Fit(recipe, null);

        // the file's numbers were computed on another machine: the same to rounding
        Assert.Equal(4, resumed.Epochs.Count);
        foreach (var (there, here) in resumed.Epochs.Zip(whole.Epochs))
        {
            Assert.Equal(here.TrainLoss, there.TrainLoss, 1e-4);
        }

        using var rewritten = Checkpoint.Read(state);
        Assert.Equal("2", rewritten.Metadata["snn.training-state"]);
        Assert.False(rewritten.Metadata.ContainsKey("run"));
    }

    [Fact]
    public void Another_recipe_is_told_apart_field_by_field()
    {
        using var folder = new TemporaryFolder();
        var state = folder.File("state");
        File.Copy(Former("rich"), state);
        var other = Rich with { Erasing = new RandomErasing(), Schedule = Rich.Schedule with { Peak = 0.02 }, Devices = 2 };

        var refused = Assert.Throws<CheckpointException>(() => Fit(other, state));

        Assert.Contains(
            "Devices is 2 and was 1; the recipe's Erasing.Fill is Pixel and was Constant; the recipe's Schedule.Peak is 0.02 and was 0.01",
            refused.Message, StringComparison.Ordinal);
    }

    private static string Former(string name) =>
        Path.Combine(Repository.Root, "tests", "golden", "before-fields", $"{name}.state.safetensors");

    private static TrainingHistory Fit(TrainingRecipe recipe, string? state)
    {
        using var scope = NewDisposeScope();
        manual_seed(32);
        var images = rand(32, 1, 8, 8) * 0.3;
        for (var i = 0; i < 32; i++)
        {
            images[i].narrow(i % 2 == 0 ? 2 : 1, 0, 4).add_(0.7);
        }

        using var data = new ImageDataset(images, arange(32, dtype: ScalarType.Int64).remainder(2), ["left", "top"]);
        manual_seed(1);
        using var network = nn.Sequential(
            ("flat", nn.Flatten()), ("hidden", nn.Linear(64, 6)), ("norm", nn.BatchNorm1d(6)), ("scores", nn.Linear(6, 2)));
        return new Trainer(recipe).Fit(network, data, data, stateFile: state);
    }
}
