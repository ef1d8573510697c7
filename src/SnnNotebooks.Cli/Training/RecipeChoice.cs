using System.CommandLine;
using SnnNotebooks.Models;
using SnnNotebooks.Training;

namespace SnnNotebooks.Cli.Training;

/// <summary>The options that say which recipe is followed, and what is left out of it.</summary>
internal sealed class RecipeChoice
{
    private readonly Option<string?> recipe = new("--recipe")
    {
        Description =
            "Whose recipe to follow (`snn recipes` lists them), or FILE.json with fields of one's own; that of the network's paper "
            + "by default, or plain.",
    };

    private readonly Option<RecipePart[]?> without = new("--without")
    {
        Description = "Parts of the recipe to leave out. By default half precision, and with grey images normalisation.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> amp = new("--amp")
    {
        Description = "Half precision where it does no harm: bf16, or fp16 with its loss scaled. By default all is float32. It goes before "
            + "--without MixedPrecision.",
    };

    public RecipeChoice()
    {
        recipe.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } name && !IsFile(name) && !TrainingRecipes.All.ContainsKey(name))
            {
                result.AddError(
                    $"There is no recipe {name}; there are {string.Join(", ", TrainingRecipes.All.Keys)}, and files FILE.json.");
            }
        });
        amp.AcceptOnlyFromAmong("bf16", "fp16");
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(recipe);
        command.Options.Add(without);
        command.Options.Add(amp);
    }

    /// <summary>The recipe's name.</summary>
    public string Name(ParseResult parsed, ModelPreset network) => parsed.GetValue(recipe) ?? network.Recipe ?? "plain";

    /// <summary>The recipe without what is left out, at the size of the network's input.</summary>
    public TrainingRecipe Followed(ParseResult parsed, ModelPreset network, InputShape shape)
    {
        var name = Name(parsed, network);
        var asked = IsFile(name) ? RecipeFile.Read(name) : TrainingRecipes.All[name];
        var precision = parsed.GetValue(amp);
        var left = parsed.GetValue(without) is { Length: > 0 } named ? named
            : shape.Channels == 1 ? [RecipePart.Normalisation, RecipePart.MixedPrecision]
            : [RecipePart.MixedPrecision];
        var followed = (precision is null
            ? asked
            : asked with { MixedPrecision = true, HalfType = precision == "bf16" ? HalfType.BFloat16 : HalfType.Float16 })
            .Without(left.Where(part => precision is null || part != RecipePart.MixedPrecision));
        return followed.AtSize(shape);
    }

    private static bool IsFile(string name) => name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
}
