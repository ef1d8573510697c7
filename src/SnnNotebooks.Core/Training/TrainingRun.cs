using System.Text.Json;
using SnnNotebooks.Datasets.Images.Transforms;
using SnnNotebooks.Neurons.Fused.Cuda;
using SnnNotebooks.Training.Parallel;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>Where a run of a <see cref="Trainer"/> stands: everything the next step depends on, and its file.</summary>
internal sealed partial class TrainingRun : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> network;
    private readonly TrainingRecipe recipe;
    private readonly int seed;
    private readonly int inputs;
    private readonly UpdateRule rule;
    private readonly ParallelSteps? ranks;
    private readonly IReadOnlyDictionary<string, string> about;
    private readonly GradientScaler? scaler;
    private readonly PassReadings readings;
    private readonly WeightAverage average;
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
        average = new WeightAverage(network, recipe.AverageDecay);
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
            average.Follow();
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
        using var averaged = average.Given();
        using var precision = Precision();
        var confusion = ranks?.Test(network, test) ?? Evaluator.Confusion(network, test);
        told?.Invoke(network, confusion);
        return confusion;
    }

    /// <summary>Leaves the network with the average of its weights, where the recipe asks for one.</summary>
    public void KeepAverage() => average.Keep();

    /// <summary>Waits until every rank has come here.</summary>
    public void Meet() => ranks?.Meet();

    /// <summary>Ends the epoch.</summary>
    public void Finish(EpochResult result)
    {
        results.Add(result);
        (Step, loss, correct, seen) = (0, 0, 0, 0);
    }

    public void Dispose()
    {
        readings.Dispose();
        rule.Dispose();
        average.Dispose();
    }

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
        var batchLoss = RecipeLoss.Of(recipe, scores, targets);
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
}
