using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SnnNotebooks.Cli.Sweeps;

/// <summary>One entry of a sweep's file: every variant, with every point of the grid, with every seed.</summary>
internal sealed class SweepRun
{
    /// <summary>The most tasks of one sweep: a slip in a grid is found before a cluster is.</summary>
    public const int MostTasks = 10_000;

    private static readonly string[] Own = ["out", "state", "resume", "report", "seed", "Seed"];
    private readonly SweepField place;
    private readonly string? notebook;
    private readonly string? network;
    private readonly string target;
    private readonly string name;
    private readonly Dictionary<string, JsonElement> common;
    private readonly IReadOnlyList<(string? Name, Dictionary<string, JsonElement> Set)> variants;
    private readonly IReadOnlyList<(string Name, JsonElement[] Values)> grid;
    private readonly int?[] seeds;

    /// <summary>Reads it.</summary>
    /// <param name="run">The entry.</param>
    /// <param name="folder">Where its notebook's path begins.</param>
    /// <exception cref="InvalidDataException">It cannot be followed.</exception>
    public SweepRun(SweepField run, string folder)
    {
        place = run;
        var fields = run.Known("name", "notebook", "train", "set", "variants", "grid", "seeds");
        var training = fields.TryGetValue("train", out var train);
        if (training == fields.TryGetValue("notebook", out var file))
        {
            throw run.Wrong("needs one of \"notebook\" (a .dib or .ipynb file) and \"train\" (a network of `snn train`).");
        }

        target = (training ? train : file).Line();
        network = training ? target : null;
        notebook = training ? null : Path.GetFullPath(target, folder);
        if (notebook is not null && !File.Exists(notebook))
        {
            throw file.Wrong($"is \"{target}\", and there is no file {notebook}.");
        }

        name = fields.TryGetValue("name", out var named) ? named.Line() : Path.GetFileNameWithoutExtension(target);
        common = fields.TryGetValue("set", out var set) ? Settings(set) : [];
        variants = fields.TryGetValue("variants", out var several)
            ? [.. several.Members().Select(variant => ((string?)variant.Name, Settings(variant.Field)))]
            : [(null, [])];
        grid = fields.TryGetValue("grid", out var varied)
            ? [.. varied.Members().Select(axis => (Name(axis.Name, axis.Field), Values(axis.Field)))]
            : [];
        seeds = fields.TryGetValue("seeds", out var given) ? Seeds(given) : [null];
        if (variants.Count == 0 || (grid.Count == 0 && fields.ContainsKey("grid")))
        {
            throw (variants.Count == 0 ? several : varied).Wrong("is empty: nothing would run. Give it an element or leave it away.");
        }

        RefuseTwice();
    }

    /// <summary>Its tasks, and what each does as a text that is equal for equal work.</summary>
    /// <param name="most">How many there may be.</param>
    /// <exception cref="InvalidDataException">There are more.</exception>
    public IEnumerable<(SweepTask Task, string Work)> Unfold(int most)
    {
        var count = grid.Aggregate((double)variants.Count * seeds.Length, (product, axis) => product * axis.Values.Length);
        if (count > most)
        {
            throw place.Wrong(string.Create(CultureInfo.InvariantCulture,
                $"makes {count:0} tasks, more than the {MostTasks} that a sweep may have. Vary less, or cut it into several."));
        }

        return from variant in variants
               from point in Points()
               from seed in seeds
               select Task(variant.Name, [.. common, .. variant.Set, .. point], seed);
    }

    private (SweepTask Task, string Work) Task(string? variant, IEnumerable<KeyValuePair<string, JsonElement>> settings, int? seed)
    {
        var parameters = settings.ToDictionary(pair => pair.Key, pair => pair.Value);
        var work = JsonSerializer.Serialize(new
        {
            what = network is null ? "notebook" : "train",
            target,
            parameters = new SortedDictionary<string, JsonElement>(parameters, StringComparer.Ordinal),
            seed,
        });
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(work)))[..8];
        var id = $"{Slug(variant is null ? name : $"{name} {variant}")}{(seed is { } number ? $"-s{number}" : string.Empty)}-{hash}";
        return (new SweepTask(id, name, notebook, network, variant, parameters, [.. grid.Select(axis => axis.Name)], seed), work);
    }

    private IEnumerable<IEnumerable<KeyValuePair<string, JsonElement>>> Points() => grid.Aggregate(
        (IEnumerable<IEnumerable<KeyValuePair<string, JsonElement>>>)[[]],
        (points, axis) => points.SelectMany(point => axis.Values.Select(value => point.Append(KeyValuePair.Create(axis.Name, value)))));

    private Dictionary<string, JsonElement> Settings(SweepField field) =>
        field.Members().ToDictionary(member => Name(member.Name, member.Field), member => Value(member.Field));

    private string Name(string parameter, SweepField field)
    {
        if (Own.Contains(parameter))
        {
            throw field.Wrong("is set by the sweep itself: seeds are given by \"seeds\", files lie in the sweep's folder.");
        }

        return parameter.Length > 0 && char.IsAsciiLetter(parameter[0])
            && parameter.All(c => char.IsAsciiLetterOrDigit(c) || c == (network is null ? '_' : '-'))
            ? parameter
            : throw field.Wrong(network is null
                ? "is no parameter of a notebook: expected letters, digits and underscores."
                : "is no option of `snn train`: expected its name without the dashes before it, for example \"time-steps\".");
    }

    private JsonElement Value(SweepField field) => field.Value.ValueKind switch
    {
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => field.Value.Clone(),
        JsonValueKind.String when !field.Value.GetString()!.Contains('\0', StringComparison.Ordinal) => field.Value.Clone(),
        JsonValueKind.Array when network is not null => field.Items().All(item => Value(item).ValueKind != JsonValueKind.Array)
            ? field.Value.Clone()
            : throw field.Wrong("is a list of lists; expected a list of texts."),
        _ => throw field.Wrong($"is {field.Kind}; expected a number, a text, true or false."),
    };

    private JsonElement[] Values(SweepField axis) => [.. axis.Items().Select(Value)];

    private static int?[] Seeds(SweepField given)
    {
        int?[] seeds = [.. given.Items().Select(seed => (int?)seed.Number(1, int.MaxValue))];
        return seeds.GroupBy(seed => seed).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw given.Wrong($"has the seed {twice.Key} twice.")
            : seeds;
    }

    private void RefuseTwice()
    {
        foreach (var variant in variants)
        {
            if (common.Keys.Concat(variant.Set.Keys).Concat(grid.Select(axis => axis.Name)).GroupBy(name => name)
                .FirstOrDefault(same => same.Count() > 1) is { } twice)
            {
                throw place.Wrong($"gives {twice.Key} twice: a parameter stands in one of \"set\", \"variants\" and \"grid\".");
            }
        }
    }

    private static string Slug(string text)
    {
        var letters = new string([.. text.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]).Trim('-');
        return letters.Length == 0 ? "task" : letters.Length > 40 ? letters[..40] : letters;
    }
}
