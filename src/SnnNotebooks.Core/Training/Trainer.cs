using System.Diagnostics;
using SnnNotebooks.Native;
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
    /// Told of every test: the network as it was tested, averaged weights where the recipe asks for them, and its result.
    /// </summary>
    public Action<nn.Module<Tensor, Tensor>, ConfusionMatrix>? Tested { get; init; }

    /// <summary>Trains and tests, epoch by epoch. The network's state is reset before every pass.</summary>
    /// <param name="network">Maps inputs to scores [B, classes] or [T, B, classes]. It is trained on the device that it is on.</param>
    /// <param name="train">What to learn from.</param>
    /// <param name="test">What to be tested on after every epoch; never learned from.</param>
    /// <param name="progress">Told after every step and after every epoch.</param>
    /// <param name="stateFile">Where the state is kept; read first where it exists. Null keeps none.</param>
    /// <param name="saveEvery">Steps between two savings; the end of an epoch is always saved.</param>
    /// <param name="cancellation">Stops after the step under way; finished epochs are kept in the result.</param>
    /// <returns>The finished epochs.</returns>
    /// <exception cref="ArgumentException">The recipe is out of range or asks for what cannot be done here, or the training set is
    /// empty.</exception>
    /// <exception cref="InvalidOperationException">The loss became NaN or infinite; the message says when.</exception>
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
        using var run = new TrainingRun(network, recipe, seed, learned.Count);
        if (stateFile is not null)
        {
            AtomicFile.RemoveAbandoned(stateFile); // a run that was killed while it saved left one
            AtomicFile.EnsureWritable(stateFile);
            if (File.Exists(stateFile))
            {
                run.Load(stateFile);
            }
        }

        var clock = Stopwatch.StartNew();
        while (run.Epoch < recipe.AllEpochs)
        {
            var began = clock.Elapsed;
            network.train();
            using var scope = NewDisposeScope();
            foreach (var batches in Remaining(learned, run).On(run.Device).Chunk(recipe.Passes))
            {
                if (cancellation.IsCancellationRequested)
                {
                    Functional.Reset(network);
                    Save();
                    return new TrainingHistory(run.Results, Cancelled: true);
                }

                run.Learn(batches);
                progress?.Report(new TrainingProgress(
                    run.Epoch + 1, recipe.AllEpochs, run.Step, run.StepsPerEpoch, run.MeanLoss, run.Accuracy, clock.Elapsed, null));
                scope.DisposeEverything();
                if (run.Step % saveEvery == 0)
                {
                    Save();
                }
            }

            double accuracy;
            using (run.Averaged())
            using (run.Precision())
            {
                var confusion = Evaluator.Confusion(network, tested);
                accuracy = confusion.Accuracy;
                Tested?.Invoke(network, confusion);
            }

            var result = new EpochResult(run.Epoch + 1, run.MeanLoss, run.Accuracy, accuracy, (clock.Elapsed - began).TotalSeconds);
            var steps = run.Step;
            run.Finish(result);
            Save();
            progress?.Report(new TrainingProgress(
                result.Epoch, recipe.AllEpochs, steps, steps, result.TrainLoss, result.TrainAccuracy, clock.Elapsed, result));
        }

        run.Average(into: network);
        return new TrainingHistory(run.Results, Cancelled: false);

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
        var refused = recipe.Parts
            .Where(part => part == RecipePart.MixedPrecision
                ? !Autocast.IsAvailable
                : !(part is RecipePart.TestCrop or RecipePart.TestViews ? test : train).Follows.Contains(part)
                || (part == RecipePart.Normalisation && !test.Follows.Contains(part)))
            .Select(part => $"{nameof(RecipePart)}.{part}")
            .ToList();
        if (refused.Count > 0)
        {
            var names = string.Join(", ", refused);
            throw new ArgumentException(
                $"The recipe asks for {names}, which cannot be done with this data set and build: recipe.Without({names}) leaves it out.");
        }
    }

    /// <summary>The batches of the epoch under way that are not learned from yet.</summary>
    private IEnumerable<(Tensor Inputs, Tensor Labels)> Remaining(TrainingSet train, TrainingRun run)
    {
        var done = run.Step * recipe.Passes;
        foreach (var batch in train.Batches(recipe.BatchSize, run.Draw(run.Epoch, 0)))
        {
            if (done-- > 0)
            {
                batch.Inputs.Dispose();
                batch.Labels.Dispose();
            }
            else
            {
                yield return batch;
            }
        }
    }
}
