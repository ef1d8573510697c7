using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>How one of several networks did.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Histories">One run for each seed.</param>
public sealed record VariantResult(string Name, IReadOnlyList<TrainingHistory> Histories)
{
    /// <summary>Test accuracy after the last epoch, one for each seed, in [0, 1].</summary>
    public IReadOnlyList<double> Accuracies => [.. Histories.Select(history => history.Epochs[^1].TestAccuracy)];

    /// <summary>Their mean.</summary>
    public double Mean => SampleSpread.Of(Accuracies).Mean;

    /// <summary>Their standard deviation (n - 1); NaN for a single seed.</summary>
    public double Deviation => SampleSpread.Of(Accuracies).Deviation;

    /// <summary>The mean of the test accuracy after each epoch.</summary>
    public IReadOnlyList<double> Course =>
        [.. Enumerable.Range(0, Histories[0].Epochs.Count)
            .Select(epoch => Histories.Average(history => history.Epochs[epoch].TestAccuracy))];
}

/// <summary>Trains several networks by one recipe on the same data with the same seeds: an idea against another on equal terms.</summary>
public static class VariantComparison
{
    /// <summary>Trains every network with every seed; <see cref="RunFigures"/> gets the mean course of each network.</summary>
    /// <param name="recipe">How.</param>
    /// <param name="variants">Names, and what makes each with fresh weights.</param>
    /// <param name="seeds">At least one; a seed decides initial weights, order and every draw.</param>
    /// <param name="train">What to learn from.</param>
    /// <param name="test">What to be tested on.</param>
    /// <param name="progress">Told after every step.</param>
    /// <returns>One result for each network, and the network of its last seed, trained; the caller disposes the networks.</returns>
    /// <exception cref="ArgumentException">There is no seed, or the recipe cannot be followed (<see cref="Trainer.Fit"/>).</exception>
    /// <exception cref="InvalidOperationException">A loss became NaN or infinite.</exception>
    public static IReadOnlyList<(VariantResult Result, nn.Module<Tensor, Tensor> Network)> Run(
        TrainingRecipe recipe,
        IReadOnlyList<(string Name, Func<nn.Module<Tensor, Tensor>> Create)> variants,
        IReadOnlyList<int> seeds,
        TrainingSet train,
        TrainingSet test,
        IProgress<TrainingProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(variants);
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentOutOfRangeException.ThrowIfLessThan(seeds.Count, 1);
        var results = new List<(VariantResult, nn.Module<Tensor, Tensor>)>();
        foreach (var (name, create) in variants)
        {
            var histories = new List<TrainingHistory>();
            nn.Module<Tensor, Tensor>? network = null;
            foreach (var seed in seeds)
            {
                network?.Dispose();
                GlobalChance.Seed(seed);
                network = create();
                histories.Add(new Trainer(recipe, seed).Fit(network, train, test, progress));
            }

            var result = new VariantResult(name, histories);
            RunFigures.Record(name, result.Course);
            results.Add((result, network!));
        }

        return results;
    }
}
