using System.Globalization;
using System.Text.Json;
using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange;

/// <summary>
/// What a network's neurons compute, as metadata of a checkpoint: weights alone do not say. Two entries, <c>snn.neuron_fields</c> (a JSON
/// object: <c>version</c> 1, and <c>neurons</c>, module path to fields by name) and <c>snn.time_steps</c>. Checkpoints up to 0.1.0 have
/// <c>snn.neurons</c> instead, module path to a line of text.
/// </summary>
internal static class NeuronDynamics
{
    private const string Earlier = "snn.neurons";
    private const string Entry = "snn.neuron_fields";
    private const string TimeSteps = "snn.time_steps";
    private const int Version = 1;

    /// <summary>Describes a network.</summary>
    public static Dictionary<string, string> Describe(nn.Module network, int? timeSteps)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var neurons = Of(network);
        if (neurons.Count > 0)
        {
            var fields = neurons.ToDictionary(neuron => neuron.Key, neuron => neuron.Value.Fields);
            metadata[Entry] = JsonSerializer.Serialize(new { version = Version, neurons = fields });
        }

        if (timeSteps is { } steps)
        {
            metadata[TimeSteps] = steps.ToString(CultureInfo.InvariantCulture);
        }

        return metadata;
    }

    /// <summary>Where a network's neurons differ from those that metadata describe; nothing where it describes none.</summary>
    public static IReadOnlyList<string> Differences(nn.Module network, IReadOnlyDictionary<string, string> metadata)
    {
        try
        {
            return metadata.TryGetValue(Entry, out var fields) ? Differences(network, JsonDocument.Parse(fields).RootElement)
                : metadata.TryGetValue(Earlier, out var lines) ? EarlierDifferences(network, JsonDocument.Parse(lines).RootElement)
                : [];
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return [$"the checkpoint's entry {(metadata.ContainsKey(Entry) ? Entry : Earlier)} is damaged: its neurons are not known"];
        }
    }

    /// <summary>Fields that differ; one that either side does not have is not compared, so that fields can be added.</summary>
    private static List<string> Differences(nn.Module network, JsonElement described)
    {
        var version = described.GetProperty("version").GetInt32();
        if (version > Version)
        {
            return [$"the checkpoint's entry {Entry} has version {version}, this kit reads up to {Version}: its neurons are not compared"];
        }

        var differences = new List<string>();
        foreach (var (path, neuron) in Of(network))
        {
            if (!described.GetProperty("neurons").TryGetProperty(path, out var was))
            {
                continue;
            }

            differences.AddRange(neuron.Fields
                .Where(field => was.TryGetProperty(field.Key, out var value) && value.GetString() != field.Value)
                .Select(field => $"{path} has {field.Key} {field.Value}, the checkpoint's had {was.GetProperty(field.Key).GetString()}"));
        }

        return differences;
    }

    private static IReadOnlyList<string> EarlierDifferences(nn.Module network, JsonElement described) =>
    [
        .. Of(network)
            .Select(entry => (
                entry.Key,
                Is: EarlierDescription.Of(entry.Value.Fields),
                Was: described.TryGetProperty(entry.Key, out var was) ? was.GetString() : null))
            .Where(entry => entry.Is is not null && entry.Was is not null && entry.Is != entry.Was)
            .Select(entry => $"{entry.Key} is {entry.Is}, the checkpoint's was {entry.Was}"),
    ];

    private static Dictionary<string, SpikingNeuron> Of(nn.Module network) => network.named_modules()
        .Where(entry => entry.module is SpikingNeuron)
        .ToDictionary(entry => entry.name, entry => (SpikingNeuron)entry.module, StringComparer.Ordinal);
}
