using SnnNotebooks.TestSupport;
using SnnNotebooks.Training;

namespace SnnNotebooks.Tests.Training;

public sealed class RecipeFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_with_nothing_but_a_base_is_that_recipe()
    {
        foreach (var (name, recipe) in TrainingRecipes.All)
        {
            Assert.Equal(RecipeFields.Of(recipe), RecipeFields.Of(Read($$"""{ "base": "{{name}}" }""")));
        }

        Assert.Equal(RecipeFields.Of(TrainingRecipes.Plain), RecipeFields.Of(Read("{}")));
    }

    [Fact]
    public void Fields_replace_those_of_the_base_and_parts_their_own()
    {
        var recipe = Read("""
            { "base": "spikformer-cifar", "Epochs": 7, "Optimizer": "Sgd", "Schedule": { "Peak": 0.25 }, "Crop": { "Size": 24 },
              "Erasing": null }
            """);
        var former = TrainingRecipes.All["spikformer-cifar"];

        Assert.Equal((7, OptimizerKind.Sgd, 0.25, 24), (recipe.Epochs, recipe.Optimizer, recipe.Schedule.Peak, recipe.Crop!.Size));
        Assert.Equal(former.Schedule.WarmUpEpochs, recipe.Schedule.WarmUpEpochs);
        Assert.Equal(0.08, recipe.Crop.LeastArea);
        Assert.Null(recipe.Erasing);
        Assert.Equal(former.LabelSmoothing, recipe.LabelSmoothing);
    }

    [Fact]
    public void An_editor_may_write_any_Unicode_and_a_file_without_end_is_refused()
    {
        foreach (var encoding in new System.Text.Encoding[] { new System.Text.UTF8Encoding(true), System.Text.Encoding.Unicode })
        {
            File.WriteAllText(folder.File("recipe.json"), """{ "Epochs": 3 }""", encoding);
            Assert.Equal(3, RecipeFile.Read(folder.File("recipe.json")).Epochs);
        }

        if (OperatingSystem.IsLinux())
        {
            Assert.Contains("more than 1048576 bytes", Assert.Throws<ArgumentException>(() => RecipeFile.Read("/dev/zero")).Message,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{ "Epoch": 3 }""", "recipes have no field Epoch; did you mean Epochs?")]
    [InlineData("""{ "Schedule": { "peak": 3 } }""", "recipes have no field Schedule.peak; did you mean Schedule.Peak?")]
    [InlineData("""{ "LeftOut": [] }""", "recipes have no field LeftOut")]
    [InlineData("""{ "base": "spikformer" }""", "there is no recipe 'spikformer' to begin from; did you mean spikformer-cifar?")]
    [InlineData("""{ "base": 3 }""", "is no recipe")]
    [InlineData("""{ "Epochs": "many" }""", "Epochs")]
    [InlineData("""{ "Epochs": 0 }""", "Epochs")]
    [InlineData("""{ "Optimizer": "Magic" }""", "Optimizer")]
    [InlineData("[1]", "holds no JSON object")]
    [InlineData("""{ "Epochs": "three" }""", "Epochs has a value of another kind")]
    [InlineData("""{ "LabelSmoothing": 2 }""", "LabelSmoothing is 2; expected a number in [0, 1).")]
    [InlineData("""{ "Mixup": -1 }""", "Mixup is -1; expected a number of at least 0.")]
    [InlineData("""{ "WeightDecay": "NaN" }""", "WeightDecay is NaN; expected a number of at least 0.")]
    [InlineData("""{ "ClipNorm": -1 }""", "ClipNorm is -1; expected a number of at least 0.")]
    [InlineData("""{ "Schedule": { "Peak": "Infinity" } }""", "Schedule.Peak is")]
    [InlineData("""{ "Schedule": { "Shape": "Steps", "StepEpochs": 0 } }""", "Schedule.StepEpochs")]
    [InlineData("""{ "Schedule": null }""", "Schedule is null; expected a value.")]
    [InlineData("""{ "RandAugment": null }""", "RandAugment is null; expected a value.")]
    [InlineData("""{ "Erasing": { "Probability": 2 } }""", "Erasing.Probability is 2; expected a number in [0, 1].")]
    [InlineData("""{ "Crop": { "Size": 24, "LeastArea": 0 } }""", "Crop.LeastArea is 0; expected a number in (0, 1].")]
    [InlineData("""{ "TestCrop": { "Resize": 10, "Size": 20 } }""", "TestCrop.Resize")]
    [InlineData("""{ "TestViews": { "Clips": 0, "Crops": 3 } }""", "TestViews.Clips")]
    [InlineData("""{ "Normalisation": { "Mean": [1, 1, 1], "Deviation": [1, 0, 1] } }""", "expected a number above 0.")]
    [InlineData("""{ "Normalisation": { "Mean": [1], "Deviation": [1, 1] } }""", "1 means and 2 deviations")]
    [InlineData("""{ "Normalisation": { "Mean": null, "Deviation": null } }""", "Normalisation.Mean is null")]
    [InlineData("""{ "Epochs": 2147483647, "Cooldown": 1 }""", "Epochs + Cooldown")]
    [InlineData("""{ "Devices": 65536, "Accumulation": 65536 }""", "Devices x Accumulation are")]
    [InlineData("{ \"Epochs\": ", "is no recipe")]
    [InlineData("{ \"Epochs\": 1, \"Epochs\": 2 }", "Duplicate property 'Epochs'")]
    [InlineData("""{ "Schedule": { "Peak": 1, "Peak": 2 } }""", "Duplicate property 'Peak'")]
    [InlineData("""{ "Loss": 99 }""", "Loss has a value of another kind")]
    public void What_is_no_recipe_is_one_sentence_that_names_file_and_field(string content, string sentence)
    {
        var refused = Assert.Throws<ArgumentException>(() => Read(content));

        Assert.StartsWith(folder.File("recipe.json"), refused.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
    }

    private TrainingRecipe Read(string content)
    {
        File.WriteAllText(folder.File("recipe.json"), content);
        return RecipeFile.Read(folder.File("recipe.json"));
    }
}
