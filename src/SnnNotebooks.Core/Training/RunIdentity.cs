using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SnnNotebooks.Exchange;
using SnnNotebooks.Native;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>
/// What makes a run this run, as a state file keeps it: the fields of its recipe, its seed, its inputs, its network's parameters, the
/// kind of device, whose arithmetic is its own (files that name none are of the CPU), and what the caller says of it besides, which is
/// compared where a file names it.
/// </summary>
internal sealed partial class RunIdentity(
    TrainingRecipe recipe, int seed, int inputs, nn.Module network, Device device, IReadOnlyDictionary<string, string> about)
{
    private const string FormatKey = "snn.training-state";
    private const string Version = "2";
    private const string DeviceKey = "device";
    private const string AboutKey = "about";
    private const string FormerDevice = "cpu";

    private readonly string parameters = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join(' ', network.named_parameters().Select(entry => $"{entry.name}[{string.Join(',', entry.parameter.shape)}]")))));

    private readonly string kind = CudaDevices.Kind(device);

    /// <summary>How many fields files had before they named the device.</summary>
    public const int FormerTexts = 5;

    /// <summary>Named fields for a file's metadata.</summary>
    public IReadOnlyDictionary<string, string> Write()
    {
        var fields = new Dictionary<string, string>
        {
            [FormatKey] = Version,
            ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
            ["inputs"] = inputs.ToString(CultureInfo.InvariantCulture),
            ["parameters"] = parameters,
            ["recipe"] = JsonSerializer.Serialize(RecipeFields.Of(recipe)),
            [DeviceKey] = kind,
        };
        if (about.Count > 0)
        {
            fields[AboutKey] = JsonSerializer.Serialize(about);
        }

        return fields;
    }

    /// <summary>Refuses a file of another run.</summary>
    /// <exception cref="CheckpointException">Something differs, which the message lists, or the file is no training state.</exception>
    public void Check(string path, IReadOnlyDictionary<string, string> metadata)
    {
        var written = metadata.TryGetValue("run", out var text) ? FirstVersion(text) : SecondVersion(path, metadata);
        if (written is null)
        {
            throw new CheckpointException($"{path} is no training state: expected a file that a {nameof(Trainer)} wrote.");
        }

        List<string> differences =
        [
            .. Differing("the seed", seed.ToString(CultureInfo.InvariantCulture), written.Seed),
            .. Differing("the number of inputs", inputs.ToString(CultureInfo.InvariantCulture), written.Inputs),
            .. Differing("the device", kind, metadata.GetValueOrDefault(DeviceKey, FormerDevice)),
            .. about.SelectMany(entry => Differing(entry.Key, entry.Value, written.About.GetValueOrDefault(entry.Key, entry.Value))),
            .. parameters == written.Parameters ? Array.Empty<string>() : ["the network has other parameters"],
            .. RecipeFields.Differences(recipe, written.Recipe).Select(difference => $"the recipe's {difference}"),
        ];
        if (differences.Count > 0)
        {
            throw new CheckpointException(
                $"{path} holds the state of another run: {string.Join("; ", differences)}. Remove it to begin anew, or give another file.");
        }
    }

    private static IEnumerable<string> Differing(string what, string mine, string written) =>
        mine == written ? [] : [$"{what} is {mine} and was {written}"];

    private static Written? SecondVersion(string path, IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(FormatKey, out var version))
        {
            return null;
        }

        if (version != Version)
        {
            throw new CheckpointException($"{path} is a training state of version {version}; this build reads versions 1 and {Version}.");
        }

        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(metadata["recipe"]) is { } fields
                ? new Written(metadata["seed"], metadata["inputs"], metadata["parameters"], fields)
                {
                    About = JsonSerializer.Deserialize<Dictionary<string, string>>(metadata.GetValueOrDefault(AboutKey, "{}")) ?? [],
                }
                : null;
        }
        catch (Exception damaged) when (damaged is JsonException or KeyNotFoundException)
        {
            throw new CheckpointException($"{path} is a damaged training state: {damaged.Message}", damaged);
        }
    }

    /// <summary>
    /// One line, in which the recipe stands as the text of a record; what the published run does besides (Published) was no part of the
    /// run.
    /// </summary>
    private static Written? FirstVersion(string text) =>
        OneLine().Match(text) is { Success: true } line && RecipeFields.OfRecordText(line.Groups["recipe"].Value) is { } fields
        ? new Written(line.Groups["seed"].Value, line.Groups["inputs"].Value, line.Groups["network"].Value, fields)
        : null;

    [GeneratedRegex(
        @"^seed (?<seed>-?\d+), (?<inputs>\d+) inputs, TrainingRecipe \{ (?<recipe>.*), Published = .*, AllEpochs = \d+ \}, "
            + @"network (?<network>[0-9a-f]{64})$",
        RegexOptions.Singleline,
        1000)]
    private static partial Regex OneLine();

    private sealed record Written(string Seed, string Inputs, string Parameters, IReadOnlyDictionary<string, string> Recipe)
    {
        public IReadOnlyDictionary<string, string> About { get; init; } = new Dictionary<string, string>();
    }
}
