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
    [InlineData("{ \"Epochs\": ", "is no recipe")]
    [InlineData("{ \"Epochs\": 1, \"Epochs\": 2 }", "")]
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
