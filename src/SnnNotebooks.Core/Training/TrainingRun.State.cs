using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SnnNotebooks.Exchange;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <content>Its file.</content>
internal sealed partial class TrainingRun
{
    private const int PlaceTexts = 6; // step, updates, loss, correct, seen, results

    private static readonly JsonSerializerOptions Numbers = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Writes everything to a file, whole or not at all; all ranks call it, and rank 0 writes.</summary>
    public void Save(string path)
    {
        Settle();
        if (!Writes)
        {
            return;
        }

        using var off = no_grad();
        var metadata = new Dictionary<string, string>(Identity.Write().Concat(Place()));
        var tensors = Tensors().ToArray();
        metadata[StateChecksum.Name] = StateChecksum.Of(tensors, metadata);
        Safetensors.Write(path, tensors, metadata);
    }

    /// <summary>Takes everything from a file, or nothing.</summary>
    /// <exception cref="CheckpointException">It is damaged or of another run.</exception>
    public void Load(string path)
    {
        using var file = Checkpoint.Read(path);
        var checksum = file.Metadata.GetValueOrDefault(StateChecksum.Name);
        if (checksum is not null && checksum != StateChecksum.Of(file.Tensors, file.Metadata))
        {
            throw Damaged();
        }

        Identity.Check(path, file.Metadata);

        // files of before there was a checksum have none, and nothing in its place
        if (checksum is null && file.Metadata.Count != (file.Metadata.ContainsKey("run") ? 1 : RunIdentity.FormerTexts) + PlaceTexts)
        {
            throw Damaged();
        }

        var wanted = Tensors().ToArray();
        var given = file.Tensors.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        foreach (var (key, value) in wanted)
        {
            if (!given.TryGetValue(key, out var saved) || !saved.shape.SequenceEqual(value.shape) || saved.dtype != value.dtype)
            {
                throw new CheckpointException(
                    $"{path} lacks {key} of shape [{string.Join(", ", value.shape)}] and type {value.dtype} (damaged).");
            }
        }

        TakeNumbers(path, file.Metadata);
        using var off = no_grad();
        foreach (var (key, value) in wanted)
        {
            value.copy_(given[key]);
        }

        CheckpointException Damaged() =>
            new($"{path} is a damaged training state: its content does not fit its checksum. Remove it to begin anew.");
    }

    private RunIdentity Identity => new(recipe, seed, inputs, network, Device, about);

    /// <summary>Where it stands, apart from tensors.</summary>
    private Dictionary<string, string> Place()
    {
        var place = new Dictionary<string, string>
        {
            ["step"] = Step.ToString(CultureInfo.InvariantCulture),
            ["updates"] = rule.Steps.ToString(CultureInfo.InvariantCulture),
            ["loss"] = loss.ToString("R", CultureInfo.InvariantCulture),
            ["correct"] = correct.ToString(CultureInfo.InvariantCulture),
            ["seen"] = seen.ToString(CultureInfo.InvariantCulture),
            ["results"] = JsonSerializer.Serialize(results, Numbers),
        };
        if (scaler is not null)
        {
            place["scale"] = scaler.Scale.ToString("R", CultureInfo.InvariantCulture);
            place["good-steps"] = scaler.GoodSteps.ToString(CultureInfo.InvariantCulture);
            place["skipped"] = scaler.Skipped.ToString(CultureInfo.InvariantCulture);
        }

        return place;
    }

    private void TakeNumbers(string path, IReadOnlyDictionary<string, string> metadata)
    {
        try
        {
            var (step, updates, right, all) = (Number("step"), Number("updates"), Number("correct"), Number("seen"));
            var sum = double.Parse(metadata["loss"], CultureInfo.InvariantCulture);
            var epochs = JsonSerializer.Deserialize<List<EpochResult>>(metadata["results"], Numbers)
                ?? throw new FormatException("it has no results");
            var skipped = scaler is null ? 0 : Number("skipped");
            if (step < 0 || step > StepsPerEpoch || updates < 0 || updates + skipped < step || right < 0 || right > all
                || !double.IsFinite(sum)
                || epochs.Count > recipe.AllEpochs
                || !epochs.Select(result => result?.Epoch).SequenceEqual(Enumerable.Range(1, epochs.Count).Select(epoch => (int?)epoch)))
            {
                throw new FormatException(
                    $"step {step} of {StepsPerEpoch}, {updates} updates, {right} of {all} right, loss {sum}, {epochs.Count} of "
                    + $"{recipe.AllEpochs} epochs are no place in this run");
            }

            scaler?.Resume(float.Parse(metadata["scale"], CultureInfo.InvariantCulture), checked((int)Number("good-steps")), skipped);
            (Step, rule.Steps, loss, correct, seen) = ((int)step, updates, sum, right, all);
            results.Clear();
            results.AddRange(epochs);
        }
        catch (Exception damaged) when (damaged is KeyNotFoundException or FormatException or OverflowException or JsonException)
        {
            throw new CheckpointException($"{path} is a damaged training state: {damaged.Message}", damaged);
        }

        long Number(string name) => long.Parse(metadata[name], CultureInfo.InvariantCulture);
    }

    private IEnumerable<(string Key, Tensor Value)> Tensors() =>
        StateDictionary.Of(network).Select(entry => ("network." + entry.Key, entry.Value))
            .Concat(rule.State.Select(entry => ("rule." + entry.Key, entry.Value)))
            .Concat(average.Values.Select(entry => ("average." + entry.Key, entry.Value)));
}
