using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SnnNotebooks.Datasets.Images.Transforms;
using SnnNotebooks.Exchange;
using SnnNotebooks.Neurons.Fused.Cuda;
using SnnNotebooks.Training.Parallel;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>Where a run of a <see cref="Trainer"/> stands: everything the next step depends on, and its file.</summary>
internal sealed class TrainingRun : IDisposable
{
    private const string ChecksumName = "sha256";
    private const int PlaceTexts = 6; // step, updates, loss, correct, seen, results

    private static readonly JsonSerializerOptions Numbers = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly nn.Module<Tensor, Tensor> network;
    private readonly TrainingRecipe recipe;
    private readonly int seed;
    private readonly int inputs;
    private readonly UpdateRule rule;
    private readonly ParallelSteps? ranks;
    private readonly IReadOnlyDictionary<string, string> about;
    private readonly GradientScaler? scaler;
    private readonly PassReadings readings;
    private readonly Dictionary<string, Tensor> average = new(StringComparer.Ordinal);
    private readonly List<EpochResult> results = [];
    private double loss;
    private long correct;
    private long seen;

    public TrainingRun(
        nn.Module<Tensor, Tensor> network, TrainingRecipe recipe, int seed, int inputs, ParallelSteps? ranks = null,
        IReadOnlyDictionary<string, string>? about = null)
    {
        (this.ranks, this.about) = (ranks, about ?? new Dictionary<string, string>());
        (this.network, this.recipe, this.seed, this.inputs) = (network, recipe, seed, inputs);
        Device = ComputeDevice.Of(network);
        readings = new PassReadings(DeviceQueue.Of(Device) is { } queue ? queue.Mark : null);
        rule = new UpdateRule(recipe, network.named_parameters().Select(entry => (entry.name, entry.parameter)));
        scaler = recipe is { MixedPrecision: true, HalfType: HalfType.Float16 } ? new GradientScaler() : null;
        if (recipe.AverageDecay > 0)
        {
            foreach (var (name, parameter) in network.named_parameters())
            {
                average[name] = parameter.detach().clone().DetachFromDisposeScope();
            }
        }
    }

    /// <summary>Where the network computes.</summary>
    public Device Device { get; }

    /// <summary>Finished epochs.</summary>
    public int Epoch => results.Count;

    /// <summary>Steps done in the epoch under way.</summary>
    public int Step { get; private set; }

    /// <summary>Steps of an epoch.</summary>
    public int StepsPerEpoch
    {
        get
        {
            var batches = (inputs + (long)recipe.BatchSize - 1) / recipe.BatchSize;
            return (int)((batches + recipe.Passes - 1) / recipe.Passes);
        }
    }

    /// <summary>Whether this process writes the run's files.</summary>
    public bool Writes => ranks is null or { Rank: 0 };

    /// <summary>How long this process stood still for other ranks so far.</summary>
    public TimeSpan Waited => ranks?.Waited ?? TimeSpan.Zero;

    /// <summary>Inputs learned from since it was made, by all ranks.</summary>
    public long Learned { get; private set; }

    /// <summary>What the finished epochs came to.</summary>
    public IReadOnlyList<EpochResult> Results => [.. results];

    /// <summary>Mean loss of the epoch under way; on a GPU without the last step, unless <see cref="Settle"/> came after it.</summary>
    public double MeanLoss => loss / seen;

    /// <summary>Training accuracy of the epoch under way; a mixed input counts as the class it has most of.</summary>
    public double Accuracy => (double)correct / seen;

    /// <summary>A seed for one purpose at one place of the run, the same on every machine.</summary>
    public int Draw(int epoch, int step) => Mixed(unchecked(((ulong)(uint)seed << 40) + ((ulong)(uint)epoch << 20) + (uint)step));

    /// <summary>Whether a batch of the epoch is learned from here.</summary>
    public bool IsOwn(int batch) => ranks?.Learns(batch) ?? true;

    /// <summary>How many batches are learned from here in the step under way, at most.</summary>
    public int Batches => ranks?.Count(Step) ?? recipe.Passes;

    /// <summary>Whether the run is to stop before the next step; on several ranks, as all have agreed after the last one.</summary>
    public bool Stops(CancellationToken cancellation) => ranks?.Stops ?? cancellation.IsCancellationRequested;

    /// <summary>Whether another epoch would end after a budget is spent, for all ranks alike.</summary>
    public bool IsOutOf(TimeSpan? budget)
    {
        if (budget is not { } limit || results.Count == 0)
        {
            return false;
        }

        var late = results.Sum(result => result.Seconds) + results.Max(result => result.Seconds) > limit.TotalSeconds;
        return ranks?.Any(late) ?? late;
    }

    /// <summary>Begins on all ranks where rank 0 stands.</summary>
    /// <exception cref="InvalidOperationException">A rank was started for another run.</exception>
    public void Begin()
    {
        if (ranks is null)
        {
            return;
        }

        var own = Identity.Write();
        var sent = JsonSerializer.Deserialize<Dictionary<string, string>>(
            ranks.Agree(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>(own.Concat(Place())))))!;
        var others = own.Where(entry => sent.GetValueOrDefault(entry.Key) != entry.Value).Select(entry => entry.Key).ToList();
        if (ranks.Any(others.Count > 0))
        {
            var which = others.Count > 0 ? $"Rank {ranks.Rank} has other values than rank 0 of: {string.Join(", ", others)}"
                : "Another rank was started for another run";
            throw new InvalidOperationException($"{which}. All ranks take the same command line and the same data.");
        }

        TakeNumbers("what rank 0 sent", sent);
        ranks.Begin(Tensors().Select(entry => entry.Value));
    }

    /// <summary>One step on as many batches as are accumulated, those of this process.</summary>
    public void Learn(IReadOnlyList<(Tensor Inputs, Tensor Labels)> batches, CancellationToken cancellation = default)
    {
        rule.Clear();
        if (ranks is not null)
        {
            foreach (var result in ranks.Learn(Step, batches, cancellation.IsCancellationRequested, MicroBatch))
            {
                Count(Step, result);
            }
        }
        else
        {
            Alone(batches);
            Read(seen == 0 ? Step : Step - 1); // the first one at once, so that there is something to tell
        }

        var finite = scaler?.Unscale(network.parameters().Select(parameter => parameter.grad)) ?? true;
        if (finite)
        {
            if (recipe.ClipNorm > 0)
            {
                GradientClip.Clip(network.parameters().Select(parameter => parameter.grad), recipe.ClipNorm);
            }

            rule.Step(recipe.Schedule.At(Epoch + ((double)Step / StepsPerEpoch), recipe.Epochs));
            FollowWeights();
        }

        scaler?.Update(finite);
        Step++;
    }

    /// <summary>Reads what the steps done so far came to, the last one too.</summary>
    /// <exception cref="InvalidOperationException">The loss became NaN or infinite.</exception>
    public void Settle() => Read(int.MaxValue);

    /// <summary>The recipe's precision on the network's device, until disposed; null for that of the tensors themselves.</summary>
    public Autocast? Precision() => !recipe.MixedPrecision ? null : new Autocast(
        Device.type,
        recipe.HalfType == HalfType.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float16);

    /// <summary>True against predicted classes of a test set, by all ranks.</summary>
    /// <param name="test">The set.</param>
    /// <param name="told">Told of it while the network has the weights that were tested.</param>
    public ConfusionMatrix Test(TrainingSet test, Action<nn.Module<Tensor, Tensor>, ConfusionMatrix>? told)
    {
        Settle();
        using var averaged = Averaged();
        using var precision = Precision();
        var confusion = ranks?.Test(network, test) ?? Evaluator.Confusion(network, test);
        told?.Invoke(network, confusion);
        return confusion;
    }

    /// <summary>Waits until every rank has come here.</summary>
    public void Meet() => ranks?.Meet();

    /// <summary>Ends the epoch.</summary>
    public void Finish(EpochResult result)
    {
        results.Add(result);
        (Step, loss, correct, seen) = (0, 0, 0, 0);
    }

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
        metadata[ChecksumName] = Checksum(tensors, metadata);
        Safetensors.Write(path, tensors, metadata);
    }

    /// <summary>Takes everything from a file, or nothing.</summary>
    /// <exception cref="CheckpointException">It is damaged or of another run.</exception>
    public void Load(string path)
    {
        using var file = Checkpoint.Read(path);
        var checksum = file.Metadata.GetValueOrDefault(ChecksumName);
        if (checksum is not null && checksum != Checksum(file.Tensors, file.Metadata))
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

    public void Dispose()
    {
        readings.Dispose();
        rule.Dispose();
        foreach (var tensor in average.Values)
        {
            tensor.Dispose();
        }
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

    /// <summary>SHA-256 of all tensors and texts but itself, whatever their order in the file.</summary>
    private static string Checksum(IEnumerable<(string Key, Tensor Value)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (key, value) in tensors.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{key}\0{value.dtype}\0{string.Join(',', value.shape)}\0"));
            RawTensor.Bytes(value, hash.AppendData);
        }

        foreach (var (name, text) in metadata.Where(entry => entry.Key != ChecksumName).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{text}\0"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private IEnumerable<(string Key, Tensor Value)> Tensors() =>
        StateDictionary.Of(network).Select(entry => ("network." + entry.Key, entry.Value))
            .Concat(rule.State.Select(entry => ("rule." + entry.Key, entry.Value)))
            .Concat(average.Select(entry => ("average." + entry.Key, entry.Value)));

    private static int Mixed(ulong number)
    {
        unchecked
        {
            var z = number + 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return (int)((z ^ (z >> 31)) & 0x7FFFFFFF);
        }
    }

    private void Read(int step)
    {
        foreach (var (of, result) in readings.UpTo(step))
        {
            Count(of, result);
        }
    }

    /// <summary>Counts what a pass of a step of this epoch came to.</summary>
    private void Count(int step, PassResult result)
    {
        if (!double.IsFinite(result.Loss))
        {
            throw new InvalidOperationException(
                $"The loss became {result.Loss} in epoch {Epoch + 1}, step {step + 1} of {StepsPerEpoch}: lower the learning rate (its "
                + $"peak is {recipe.Schedule.Peak}).");
        }

        loss += result.Loss * result.Seen;
        correct += result.Correct;
        seen += result.Seen;
        Learned += result.Seen;
    }

    /// <summary>A step's passes in this process alone, which draw one after the other.</summary>
    private void Alone(IReadOnlyList<(Tensor Inputs, Tensor Labels)> batches)
    {
        var chance = Draw(Epoch, Step + 1);
        GlobalChance.Seed(chance); // dropout and the like draw from this
        var random = new Random(chance);
        foreach (var (inputs, labels) in batches)
        {
            readings.Add(Step, Pass(inputs, labels, random, batches.Count));
        }
    }

    /// <summary>A pass whose draws are those of its micro-batch, on whatever rank.</summary>
    private PassResult MicroBatch(Tensor inputs, Tensor labels, int microBatch, double divisor)
    {
        var chance = Mixed(((ulong)(uint)Draw(Epoch, Step + 1) << 32) + (uint)microBatch);
        GlobalChance.Seed(chance);
        var pass = Pass(inputs, labels, new Random(chance), divisor);
        using (pass.Numbers)
        {
            return pass.Read();
        }
    }

    /// <summary>Adds the gradients of the mean loss of a batch, divided.</summary>
    private UnreadPass Pass(Tensor given, Tensor labels, Random random, double divisor)
    {
        using var scope = NewDisposeScope();
        var (mixed, share) = Prepare(given, random);
        Functional.Reset(network);
        var scores = Scores(mixed);
        var rates = Evaluator.Rates(scores);
        var classes = nn.functional.one_hot(labels, rates.shape[1]).to(rates.dtype);
        var targets = share < 1 ? (classes * share) + (classes.flip(0) * (1 - share)) : classes;
        var batchLoss = Loss(scores, targets);
        var mean = batchLoss / divisor;
        Functional.Backward(network, scaler?.Scaled(mean) ?? mean);
        Functional.Reset(network);
        var right = rates.detach().argmax(1).eq(targets.argmax(1)).sum();

        var numbers = stack([batchLoss.detach().to(ScalarType.Float64), right.to(ScalarType.Float64)]);
        return new UnreadPass(numbers.DetachFromDisposeScope(), labels.shape[0]);
    }

    /// <summary>Mirrors and mixes; the share is that of an input itself in its mixture with another of the batch.</summary>
    private (Tensor Inputs, double Share) Prepare(Tensor given, Random random)
    {
        var inputs = given;
        if (recipe.Flip)
        {
            var mirrored = tensor(
                Enumerable.Range(0, (int)given.shape[0]).Select(_ => random.Next(2) == 1).ToArray(), device: CPU).Sent(given.device)
                .view([given.shape[0], .. Enumerable.Repeat(1L, (int)given.dim() - 1)]);
            inputs = where(mirrored, given.flip(-1), given);
        }

        if (Epoch >= recipe.MixupOffEpoch)
        {
            return (inputs, 1);
        }

        return new BatchMixing { MixupAlpha = recipe.Mixup, CutMixAlpha = recipe.CutMix, Probability = recipe.MixupProbability }.Mix(
            inputs, random);
    }

    /// <summary>The network's scores in the recipe's precision; the loss is computed of them in float32, as autocast would.</summary>
    private Tensor Scores(Tensor inputs)
    {
        using var precision = Precision();
        var scores = network.call(inputs);
        return precision is not null && scores.IsLow() ? scores.to(ScalarType.Float32) : scores;
    }

    private Tensor Loss(Tensor scores, Tensor targets)
    {
        if (recipe.Loss == RateLoss.MeanSquaredError)
        {
            return nn.functional.mse_loss(Evaluator.Rates(scores), targets);
        }

        var smooth = (targets * (1 - recipe.LabelSmoothing)) + (recipe.LabelSmoothing / targets.shape[1]);
        if (recipe.Loss == RateLoss.CrossEntropy)
        {
            return CrossEntropy(Evaluator.Rates(scores));
        }

        if (scores.dim() != 3)
        {
            throw new ArgumentException(
                $"The recipe's loss is {recipe.Loss}, of scores at every time step [T, B, classes]; the network gave "
                + $"[{string.Join(", ", scores.shape)}]. Let it give all steps, "
                + $"or take {nameof(RateLoss)}.{nameof(RateLoss.CrossEntropy)}.");
        }

        // every step has the same inputs: the mean over steps is the mean over all
        return (CrossEntropy(scores) * (1 - recipe.TemporalPull)) + ((scores - 1).square().mean() * recipe.TemporalPull);

        Tensor CrossEntropy(Tensor logits) => -(smooth * nn.functional.log_softmax(logits, -1)).sum(-1).mean();
    }

    /// <summary>Gives the network the average of its weights, where one is kept, until disposed.</summary>
    public IDisposable Averaged()
    {
        using var off = no_grad();
        var own = network.named_parameters().Where(entry => average.ContainsKey(entry.name))
            .Select(entry => (entry.parameter, Value: entry.parameter.detach().clone().DetachFromDisposeScope())).ToList();
        Average(network);
        return new Restoring(own);
    }

    /// <summary>Copies the average of the weights, where one is kept.</summary>
    public void Average(nn.Module into)
    {
        using var off = no_grad();
        foreach (var (name, parameter) in into.named_parameters())
        {
            if (average.TryGetValue(name, out var value))
            {
                parameter.copy_(value);
            }
        }
    }

    private void FollowWeights()
    {
        using var off = no_grad();
        foreach (var (name, parameter) in network.named_parameters().Where(entry => average.ContainsKey(entry.name)))
        {
            average[name].mul_(recipe.AverageDecay).add_(parameter, alpha: 1 - recipe.AverageDecay);
        }
    }

    private sealed class Restoring(List<(Parameter Parameter, Tensor Value)> own) : IDisposable
    {
        public void Dispose()
        {
            using var off = no_grad();
            foreach (var (parameter, value) in own)
            {
                parameter.copy_(value);
                value.Dispose();
            }
        }
    }
}
