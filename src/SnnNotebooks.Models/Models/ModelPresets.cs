namespace SnnNotebooks.Models;

/// <summary>Every published network the kit knows, by name.</summary>
public static class ModelPresets
{
    private static readonly Registry<ModelPreset> Presets = Published();

    /// <summary>All of them, in the order of the list that <c>snn models</c> prints.</summary>
    public static IReadOnlyList<ModelPreset> All => [.. Presets.Values];

    /// <summary>Adds a network under its name.</summary>
    /// <param name="preset">The network.</param>
    /// <exception cref="ArgumentException">Its name is taken.</exception>
    public static void Add(ModelPreset preset)
    {
        ArgumentNullException.ThrowIfNull(preset);
        Presets.Add(preset.Name, preset);
    }

    /// <summary>A network by its name.</summary>
    /// <param name="name">As in <see cref="All"/>.</param>
    /// <returns>The preset.</returns>
    /// <exception cref="KeyNotFoundException">There is none; the message names the nearest.</exception>
    public static ModelPreset Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Presets.TryGetValue(name, out var found)
            ? found
            : throw new KeyNotFoundException(
                $"There is no preset {name}; near it are "
                + $"{string.Join(", ", All.OrderBy(preset => Distance(preset.Name, name)).Take(3).Select(preset => preset.Name))}. `snn "
                + $"models` lists all {All.Count}.");
    }

    private static Registry<ModelPreset> Published()
    {
        var presets = new Registry<ModelPreset>("preset");
        foreach (var preset in VisionPresets.All.Concat(VisualCortex.VisualCortexPresets.All))
        {
            presets.Add(preset.Name, preset);
        }

        return presets;
    }

    /// <summary>How many letters must be put in, taken out or changed to make one word of the other.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        foreach (var letter in a)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= b.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (letter == b[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
