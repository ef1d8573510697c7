using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace SnnNotebooks.Training;

/// <summary>
/// A recipe of one's own as a JSON file: <c>base</c> names a recipe of <see cref="TrainingRecipes"/> (<c>plain</c> where it is left away),
/// every other field replaces the one of the same name, parts by their own fields: <c>{ "base": "spikformer-cifar", "Epochs": 100,
/// "Schedule": { "Peak": 1e-3 } }</c>.
/// </summary>
public static class RecipeFile
{
    private const string Base = "base";
    private const int LargestFile = 1 << 20;

    private static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        MaxDepth = 8,
    };

    private static readonly JsonDocumentOptions Plain = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The recipe.</returns>
    /// <exception cref="ArgumentException">It is no such file, names a field that recipes do not have, or gives one a value it cannot have;
    /// the message says which.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TrainingRecipe Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            var content = JsonNode.Parse(Text(path), documentOptions: Plain) as JsonObject
                ?? throw new ArgumentException($"{path} holds no JSON object; expected the fields of a recipe.");
            var fields = (JsonObject)JsonSerializer.SerializeToNode(Start(content, path), Options)!;
            Replace(fields, content, typeof(TrainingRecipe), string.Empty, path);
            var recipe = fields.Deserialize<TrainingRecipe>(Options)! with { Source = path };
            recipe.Check();
            return recipe;
        }
        catch (JsonException wrong) when (wrong.Path?.StartsWith("$.", StringComparison.Ordinal) == true)
        {
            throw new ArgumentException(
                $"{path}: {wrong.Path[2..]} has a value of another kind than this field takes; `snn recipes NAME` shows how it looks.",
                wrong);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            throw new ArgumentException($"{path} is no recipe: {wrong.Message}", wrong);
        }
        catch (ArgumentException wrong) when (!wrong.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new ArgumentException($"{path}: {wrong.Message.ReplaceLineEndings(" ")}", wrong);
        }
    }

    /// <summary>The file's text, in whatever Unicode an editor wrote it; of one without end no more than a recipe may have.</summary>
    private static string Text(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[LargestFile + 1];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length <= LargestFile
            ? new StreamReader(new MemoryStream(bytes, 0, length)).ReadToEnd()
            : throw new ArgumentException($"{path} has more than {LargestFile} bytes; expected a recipe.");
    }

    private static TrainingRecipe Start(JsonObject content, string path)
    {
        var name = content.TryGetPropertyValue(Base, out var given) ? given?.GetValue<string>() ?? string.Empty : "plain";
        content.Remove(Base);
        return TrainingRecipes.All.TryGetValue(name, out var recipe)
            ? recipe
            : throw new ArgumentException(
                $"{path}: there is no recipe '{name}' to begin from; did you mean {Spelling.Nearest(name, TrainingRecipes.All.Keys)}? `snn "
                + "recipes` lists them.");
    }

    /// <summary>Puts fields in the place of others; those of a part that the recipe does not have make a new one.</summary>
    private static void Replace(JsonObject target, JsonObject changes, Type type, string prefix, string path)
    {
        var known = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is not { Condition: JsonIgnoreCondition.Always })
            .ToDictionary(property => property.Name, property => property.PropertyType, StringComparer.Ordinal);
        foreach (var (name, value) in changes)
        {
            if (!known.TryGetValue(name, out var part))
            {
                throw new ArgumentException(
                    $"{path}: recipes have no field {prefix}{name}; did you mean {prefix}{Spelling.Nearest(name, known.Keys)}? `snn "
                    + "recipes "
                    + "NAME` shows all of one.");
            }

            if (value is JsonObject inner)
            {
                var own = target[name] as JsonObject ?? [];
                Replace(own, inner, Nullable.GetUnderlyingType(part) ?? part, $"{prefix}{name}.", path);
                target[name] = own.DeepClone();
            }
            else
            {
                target[name] = value?.DeepClone();
            }
        }
    }
}
