using System.Globalization;
using System.Text.Json;
using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange;

/// <summary>
/// What a network's neurons compute, as metadata of a checkpoint: weights alone do not say. Two entries, <c>snn.neurons</c> (a JSON
/// object, module path to description) and <c>snn.time_steps</c>.
/// </summary>
internal static class NeuronDynamics
{
    private const string Neurons = "snn.neurons";
    private const string TimeSteps = "snn.time_steps";

    /// <summary>Describes a network.</summary>
    public static Dictionary<string, string> Describe(nn.Module network, int? timeSteps)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var neurons = Of(network);
        if (neurons.Count > 0)
        {
            metadata[Neurons] = JsonSerializer.Serialize(neurons);
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
        if (!metadata.TryGetValue(Neurons, out var text))
        {
            return [];
        }

        Dictionary<string, string>? described;
        try
        {
            described = JsonSerializer.Deserialize<Dictionary<string, string>>(text);
        }
        catch (JsonException)
        {
            described = null;
        }

        if (described is null)
        {
            return [$"the checkpoint's entry {Neurons} is damaged: its neurons are not known"];
        }

        var found = Of(network);
        return [.. found.Where(entry => described.TryGetValue(entry.Key, out var was) && was != entry.Value).Select(entry => $"{entry.Key} is {entry.Value}, the checkpoint's was {described[entry.Key]}")];
    }

    private static Dictionary<string, string> Of(nn.Module network) => network.named_modules()
        .Where(entry => entry.module is SpikingNeuron)
        .ToDictionary(entry => entry.name, entry => ((SpikingNeuron)entry.module).Description, StringComparer.Ordinal);
}
