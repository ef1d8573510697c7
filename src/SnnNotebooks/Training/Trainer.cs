using System.Diagnostics;
using SnnNotebooks.Datasets.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>Trains a classifier on images by back-propagation through time.</summary>
/// <param name="options">How.</param>
public sealed class Trainer(TrainingOptions options)
{
    /// <summary>Trains and tests, epoch by epoch. The network's state is reset before every step.</summary>
    /// <param name="network">Maps images [B, C, H, W] to firing rates [B, classes].</param>
    /// <param name="train">The images to learn from.</param>
    /// <param name="test">The images to be tested on after every epoch; never learned from.</param>
    /// <param name="progress">Told after every step and after every epoch.</param>
    /// <param name="cancellation">Stops after the step under way; finished epochs are kept in the result.</param>
    /// <returns>The finished epochs.</returns>
    /// <exception cref="ArgumentException">An option is out of range, or the training set is empty.</exception>
    /// <exception cref="InvalidOperationException">The loss became NaN or infinite; the message says when.</exception>
    public TrainingHistory Fit(
        nn.Module<Tensor, Tensor> network,
        ImageDataset train,
        ImageDataset test,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Epochs, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1, nameof(options));
        if (train.Count == 0)
        {
            throw new ArgumentException("The training set is empty.", nameof(train));
        }

        var batches = (train.Count + options.BatchSize - 1) / options.BatchSize;
        using var optimizer = optim.AdamW(network.parameters(), lr: options.LearningRate, weight_decay: options.WeightDecay);
        var results = new List<EpochResult>();
        var clock = Stopwatch.StartNew();
        for (var epoch = 1; epoch <= options.Epochs; epoch++)
        {
            var began = clock.Elapsed;
            var (loss, correct, seen, batch) = (0.0, 0L, 0L, 0);
            network.train();
            using var scope = NewDisposeScope();
            foreach (var (images, labels) in train.Batches(options.BatchSize, EpochSeed(options.Seed, epoch)))
            {
                if (cancellation.IsCancellationRequested)
                {
                    Functional.Reset(network);
                    return new TrainingHistory(results, Cancelled: true);
                }

                SetLearningRate(optimizer, ((epoch - 1) + ((double)batch / batches)) / options.Epochs);
                var (stepLoss, stepCorrect) = Step(network, optimizer, images, labels);
                seen += labels.shape[0];
                batch++;
                if (!double.IsFinite(stepLoss))
                {
                    throw new InvalidOperationException($"The loss became {stepLoss} in epoch {epoch}, step {batch} of {batches}: lower the learning rate (it is {options.LearningRate}).");
                }

                loss += stepLoss * labels.shape[0];
                correct += stepCorrect;
                progress?.Report(new TrainingProgress(epoch, options.Epochs, batch, batches, loss / seen, (double)correct / seen, clock.Elapsed, null));
                scope.DisposeEverything();
            }

            var tested = Evaluator.Confusion(network, test).Accuracy;
            var result = new EpochResult(epoch, loss / seen, (double)correct / seen, tested, (clock.Elapsed - began).TotalSeconds);
            results.Add(result);
            progress?.Report(new TrainingProgress(epoch, options.Epochs, batches, batches, result.TrainLoss, result.TrainAccuracy, clock.Elapsed, result));
        }

        return new TrainingHistory(results, Cancelled: false);
    }

    private (double Loss, long Correct) Step(nn.Module<Tensor, Tensor> network, optim.Optimizer optimizer, Tensor images, Tensor labels)
    {
        Functional.Reset(network);
        optimizer.zero_grad();
        var rates = network.call(images);
        var loss = options.Loss == RateLoss.CrossEntropy
            ? nn.functional.cross_entropy(rates, labels)
            : nn.functional.mse_loss(rates, nn.functional.one_hot(labels, rates.shape[1]).to(rates.dtype));
        loss.backward();
        optimizer.step();
        Functional.Reset(network);
        return (loss.item<float>(), rates.detach().argmax(1).eq(labels).sum().item<long>());
    }

    private void SetLearningRate(optim.Optimizer optimizer, double done)
    {
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = options.LearningRate * 0.5 * (1 + Math.Cos(Math.PI * done));
        }
    }

    // a seed of its own for every epoch, the same on every machine (System.HashCode is not)
    private static int EpochSeed(int seed, int epoch) => unchecked((seed * 1_000_003) + epoch);
}
