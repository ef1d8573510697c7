using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SnnNotebooks.Training;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn recipes</c>: how the published networks were trained, field by field.</summary>
internal static class RecipesCommand
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true };

    public static Command Create()
    {
        var name = new Argument<string?>("NAME")
        {
            Description = "One recipe, all its fields; all recipes, a line each, where none is named.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var command = new Command("recipes",
            "The recipes trainers follow: every number and choice, and where it is published.") { name, json };
        command.SetAction(
            parsed => parsed.GetValue(name) is { } recipe ? Show(recipe, parsed.GetValue(json)) : List(parsed.GetValue(json)));
        return command;
    }

    private static int List(bool json)
    {
        if (json)
        {
            Console.WriteLine(
                JsonSerializer.Serialize(TrainingRecipes.All.ToDictionary(entry => entry.Key, entry => entry.Value.Source), Layout));
            return ExitCode.Success;
        }

        foreach (var (name, recipe) in TrainingRecipes.All)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-26} {recipe.AllEpochs,4} epochs, {recipe.BatchSize * recipe.Passes,4} inputs a step, rate "
                + $"{recipe.Schedule.Peak}; {recipe.Source}"));
        }

        return ExitCode.Success;
    }

    private static int Show(string name, bool json)
    {
        if (!TrainingRecipes.All.TryGetValue(name, out var recipe))
        {
            Console.Error.WriteLine($"There is no recipe {name}; there are {string.Join(", ", TrainingRecipes.All.Keys)}.");
            return ExitCode.Usage;
        }

        var fields = RecipeFields.Of(recipe);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new { name, source = recipe.Source, fields, parts = recipe.Parts.Select(part => part.ToString()) }, Layout));
            return ExitCode.Success;
        }

        Console.WriteLine($"{name}: {recipe.Source}");
        foreach (var (field, value) in fields)
        {
            Console.WriteLine($"  {field,-26} {value}");
        }

        Console.WriteLine(recipe.Parts.Count == 0
            ? "Any data set can follow it."
            : $"Followed by data that can, else refused or left out by name (--without): {string.Join(", ", recipe.Parts)}.");
        return ExitCode.Success;
    }
}
