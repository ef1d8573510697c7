using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SnnNotebooks.Models;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn models</c>: the published networks, their sizes, and the keys of their state dictionaries.</summary>
internal static class ModelsCommand
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true };

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "The list as a JSON array of objects." };
        var keys = new Option<string?>("--keys")
        {
            Description = "The state dictionary of one preset: key, shape, type, and param or buffer, separated by tabs.",
        };
        var command = new Command("models",
            "Every published network by name: parameters, state-dictionary entries, input, published result and its source.") { json,
                keys };
        command.SetAction(
            parsed => parsed.GetValue(keys) is { } preset ? Keys(preset, parsed.GetValue(json)) : List(parsed.GetValue(json)));
        return command;
    }

    private static int List(bool json)
    {
        var rows = ModelPresets.All.Select(preset =>
        {
            var entries = preset.Entries();
            return (Preset: preset, Parameters: entries.Where(entry => entry.IsParameter).Sum(entry => entry.Count),
                Entries: entries.Count);
        });
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                rows.Select(row => new
                {
                    preset = row.Preset.Name,
                    parameters = row.Parameters,
                    entries = row.Entries,
                    input = row.Preset.InputShape,
                    timeSteps = row.Preset.TimeSteps,
                    published = row.Preset.Published.Result,
                    source = row.Preset.Published.Source,
                }),
                Layout));
            return ExitCode.Success;
        }

        foreach (var (preset, parameters, entries) in rows)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{preset.Name}: {parameters:N0} parameters, {entries} entries, input [B, {string.Join(", ", preset.InputShape)}]"));
            Console.WriteLine($"  {preset.Published.Result ?? "no published figure known"}; {preset.Published.Source}");
        }

        return ExitCode.Success;
    }

    private static int Keys(string name, bool json)
    {
        IReadOnlyList<StateEntry> entries;
        try
        {
            entries = ModelPresets.Get(name).Entries();
        }
        catch (KeyNotFoundException unknown)
        {
            Console.Error.WriteLine(unknown.Sentence());
            return ExitCode.Usage;
        }

        if (json)
        {
            Console.WriteLine(
                JsonSerializer.Serialize(
                    entries.Select(
                        entry => new { key = entry.Key, shape = entry.Shape, type = TypeName(entry), parameter = entry.IsParameter }),
                            Layout));
            return ExitCode.Success;
        }

        foreach (var entry in entries)
        {
            Console.WriteLine(
                $"{entry.Key}\t[{string.Join(", ", entry.Shape)}]\t{TypeName(entry)}\t{(entry.IsParameter ? "param" : "buffer")}");
        }

        return ExitCode.Success;
    }

    private static string TypeName(StateEntry entry) => entry.Type.ToString().ToLowerInvariant();
}
