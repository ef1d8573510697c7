using System.Diagnostics;
using SnnNotebooks.Native;
using SnnNotebooks.Training.Parallel;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>
/// Trains a classifier by a <see cref="TrainingRecipe"/>, which it follows whole or refuses. With a file to keep its state in, a run that
/// was stopped in any way, by SIGKILL too, goes on from there and ends with the same bits as one that was not: all chance follows from the
/// seed and the number of the step. On a GPU that takes a recipe that is <see cref="TrainingRecipe.Deterministic"/> and a GPU of the same
/// kind.
/// </summary>
/// <param name="recipe">How.</param>
/// <param name="seed">Decides the order of the inputs and every draw. The network's initial weights follow from <c>torch.manual_seed</c>
/// before it was built.</param>
public sealed class Trainer(TrainingRecipe recipe, int seed = 1)
{
    /// <summary>
    /// Told of every test: the network as it was tested, averaged weights where the recipe asks for them, and its result. Of several
    /// ranks each is told the result of all.
    /// </summary>
    public Action<nn.Module<Tensor, Tensor>, ConfusionMatrix>? Tested { get; init; }

    /// <summary>
    /// How the work is shared among processes, each of which calls <see cref="Fit"/> with the same arguments; null for one process alone.
    /// Rank 0 reads and writes the state file; all stop when one is told to.
    /// </summary>
    public DataParallel? Parallel { get; init; }

    /// <summary>
    /// How long a run may take, training and tests, with what it took before it was resumed; null for no limit. An epoch is begun only if
    /// it ends in time should it take as long as the longest before it; the first is always begun.
    /// </summary>
    public TimeSpan? Budget { get; init; }

    /// <summary>
    /// What else makes a run this one, by name: <c>the network</c>, <c>the data</c>. A state file keeps it, and the state of a run with
    /// another value is refused.
    /// </summary>
    public IReadOnlyDictionary<string, string> About { get; init; } = new Dictionary<string, string>();

    /// <summary>Trains and tests, epoch by epoch. The network's state is reset before every pass.</summary>
    /// <param name="network">Maps inputs to scores [B, classes] or [T, B, classes]. It is trained on the device that it is on.</param>
    /// <param name="train">What to learn from.</param>
    /// <param name="test">What to be tested on after every epoch; never learned from.</param>
    /// <param name="progress">Told after every step and after every epoch.</param>
    /// <param name="stateFile">Where the state is kept; read first where it exists. Null keeps none.</param>
    /// <param name="saveEvery">Steps between two savings; the end of an epoch is always saved.</param>
    /// <param name="cancellation">Stops after the step under way; finished epochs are kept in the result.</param>
    /// <returns>The finished epochs; fewer than the recipe's where <see cref="Budget"/> ended.</returns>
    /// <exception cref="ArgumentException">The recipe is out of range or asks for what cannot be done here, or the training set is
    /// empty.</exception>
    /// <exception cref="InvalidOperationException">The loss became NaN or infinite, which the message dates; or the device's memory is
    /// full, whose sizes it gives.</exception>
    /// <exception cref="Exchange.CheckpointException">The state file is damaged or of another run.</exception>
    /// <exception cref="IOException">The state file cannot be written: tried before the first step.</exception>
    public TrainingHistory Fit(
        nn.Module<Tensor, Tensor> network,
        TrainingSet train,
        TrainingSet test,
        IProgress<TrainingProgress>? progress = null,
        string? stateFile = null,
        int saveEvery = 100,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentOutOfRangeException.ThrowIfLessThan(saveEvery, 1);
        recipe.Check();
        RefuseWhatCannotBeDone(train, test);
        if (train.Count == 0)
        {
            throw new ArgumentException("The training set is empty.", nameof(train));
        }

        var (learned, tested) = (train.ForLearning(recipe), test.ForTest(recipe));
        using var deterministic = recipe.Deterministic ? new DeterministicAlgorithms() : null;
        using var ranks = Parallel is null ? null : new ParallelSteps(Parallel, network, recipe, learned);
        using var run = new TrainingRun(network, recipe, seed, learned.Count, ranks, About);
        if (stateFile is not null && run.Writes)
        {
            AtomicFile.RemoveAbandoned(stateFile); // a run that was killed while it saved left one
            AtomicFile.EnsureWritable(stateFile);
            if (File.Exists(stateFile))
            {
                run.Load(stateFile);
            }
        }

        run.Begin();
        var (clock, waitedToBegin) = (Stopwatch.StartNew(), run.Waited); // until the others were there: no part of the training's time
        while (run.Epoch < recipe.AllEpochs && !run.IsOutOf(Budget))
        {
            var began = clock.Elapsed;
            network.train();
            using var scope = NewDisposeScope();
            foreach (var batches in Steps(learned, run))
            {
                if (run.Stops(cancellation))
                {
                    Functional.Reset(network);
                    Save();
                    run.Meet();
                    return new TrainingHistory(run.Results, Cancelled: true);
                }

                try
                {
                    run.Learn(batches, cancellation);
                }
                catch (Exception failed) when (DeviceMemory.Explained(failed, recipe, run, stateFile) is { } full)
                {
                    throw full;
                }

                Report(run.Step, null);
                scope.DisposeEverything();
                if (run.Step % saveEvery == 0)
                {
                    Save();
                }
            }

            var accuracy = run.Test(tested, Tested).Accuracy;
            var result = new EpochResult(run.Epoch + 1, run.MeanLoss, run.Accuracy, accuracy, (clock.Elapsed - began).TotalSeconds);
            var steps = run.Step;
            run.Finish(result);
            Save();
            Report(steps, result);
        }

        run.KeepAverage();
        run.Meet();
        return new TrainingHistory(run.Results, Cancelled: false);

        void Report(int step, EpochResult? result) => progress?.Report(
            new TrainingProgress(
                result?.Epoch ?? run.Epoch + 1, recipe.AllEpochs, step, result is null ? run.StepsPerEpoch : step,
                result?.TrainLoss ?? run.MeanLoss, result?.TrainAccuracy ?? run.Accuracy, clock.Elapsed, result)
            {
                InputsPerSecond = run.Learned / clock.Elapsed.TotalSeconds, Waiting = (run.Waited - waitedToBegin) / clock.Elapsed,
            });

        void Save()
        {
            if (stateFile is not null)
            {
                run.Save(stateFile);
            }
        }
    }

    private void RefuseWhatCannotBeDone(TrainingSet train, TrainingSet test)
    {
        RecipePart[] refused = [.. recipe.NotFollowed(train, test)];
        if (refused.Length > 0)
        {
            var names = string.Join(", ", refused.Select(part => $"{nameof(RecipePart)}.{part}"));
            throw new ArgumentException(
                $"The recipe asks for {names}, which cannot be done with this data set and build: recipe.Without({names}), for snn "
                + $"--without {string.Join(" ", refused)}, leaves it out.");
        }
    }

    /// <summary>The batches of each step of the epoch under way that is not done yet.</summary>
    private IEnumerable<IReadOnlyList<(Tensor Inputs, Tensor Labels)>> Steps(TrainingSet train, TrainingRun run)
    {
        var done = (long)run.Step * recipe.Passes;
        using var batches = train.Batches(recipe.BatchSize, run.Draw(run.Epoch, 0), batch => batch >= done && run.IsOwn(batch))
            .On(run.Device).GetEnumerator();
        while (run.Step < run.StepsPerEpoch)
        {
            var step = new List<(Tensor Inputs, Tensor Labels)>();
            while (step.Count < run.Batches && batches.MoveNext())
            {
                step.Add(batches.Current);
            }

            if (step.Count == 0 && run.Batches > 0)
            {
                yield break; // a set with fewer inputs than it said
            }

            yield return step;
        }
    }
}
