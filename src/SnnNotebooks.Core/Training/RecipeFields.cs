using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace SnnNotebooks.Training;

/// <summary>
/// A recipe as names and texts, one for each number and choice in it, <c>Schedule.Peak</c> for those of its parts: what files keep of it
/// and tables show. What is null or empty is left away.
/// </summary>
public static partial class RecipeFields
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new JsonStringEnumConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>A recipe that asks for nothing: what a file means by a field it does not name.</summary>
    private static readonly TrainingRecipe Nothing = new(OptimizerKind.AdamW, new LearningRateSchedule(0), 1, 1);

    /// <summary>The fields of a recipe, in its own order.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <returns>What stands in a recipe's file, by field.</returns>
    public static IReadOnlyDictionary<string, string> Of(TrainingRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var fields = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        Flatten(JsonSerializer.SerializeToNode(recipe, Options), string.Empty, fields);
        return fields;
    }

    /// <summary>Where a recipe differs from the fields of a file, a sentence each.</summary>
    internal static IReadOnlyList<string> Differences(TrainingRecipe recipe, IReadOnlyDictionary<string, string> written)
    {
        var (mine, fallback) = (Of(recipe), Of(Nothing));
        return [.. mine.Keys.Union(written.Keys).Order(StringComparer.Ordinal).Where(name => Value(mine, name) != Value(written, name))
            .Select(name => $"{name} is {Shown(Value(mine, name))} and was {Shown(Value(written, name))}")];

        string Value(IReadOnlyDictionary<string, string> fields, string name) =>
            fields.GetValueOrDefault(name) ?? fallback.GetValueOrDefault(name) ?? string.Empty;
        static string Shown(string value) => value.Length == 0 ? "none" : value;
    }

    /// <summary>The fields in the text of a record, in which files of version 0.1 kept a recipe; null where it is none.</summary>
    internal static IReadOnlyDictionary<string, string>? OfRecordText(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Match field in Field().Matches(text))
        {
            var name = field.Groups["name"].Value;
            foreach (Match part in Part().Matches(field.Groups["parts"].Value))
            {
                fields[$"{name}.{part.Groups["name"].Value}"] = part.Groups["value"].Value;
            }

            if (field.Groups["value"] is { Success: true, Length: > 0 } value)
            {
                fields[name] = value.Value;
            }
        }

        return fields.Count > 0 ? fields : null;
    }

    [GeneratedRegex(@"\G(?<name>\w+) = (?:\w+ \{ (?<parts>[^{}]*) \}|(?<value>[^,{}]*))(?:, |$)")]
    private static partial Regex Field();

    [GeneratedRegex(@"\G(?<name>\w+) = (?<value>[^,{}]*)(?:, |$)")]
    private static partial Regex Part();

    private static void Flatten(JsonNode? node, string name, OrderedDictionary<string, string> fields)
    {
        switch (node)
        {
            case JsonObject parts:
                foreach (var (part, value) in parts)
                {
                    Flatten(value, name.Length == 0 ? part : $"{name}.{part}", fields);
                }

                break;
            case JsonArray list:
                fields[name] = string.Join(' ', list.Select(entry => Text(entry!)));
                break;
            case not null when Text(node) is { Length: > 0 } text:
                fields[name] = text;
                break;
            default:
                break;
        }
    }

    private static string Text(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.True => bool.TrueString,
        JsonValueKind.False => bool.FalseString,
        JsonValueKind.Number => value.AsValue().TryGetValue<double>(out var number)
            ? number.ToString("R", CultureInfo.InvariantCulture)
            : value.ToJsonString(),
        _ => value.ToString(),
    };
}
