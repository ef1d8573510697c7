using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>Tests a classifier.</summary>
public static class Evaluator
{
    /// <summary>Inputs of a pass where nothing else is said.</summary>
    internal const int BatchSize = 64;

    /// <summary>Classifies every input in evaluation mode, without gradients; the network's mode is restored.</summary>
    /// <param name="network">Maps inputs to scores [B, classes] or [T, B, classes]; its state is reset before every batch. Batches are
    /// moved to
    /// its device.</param>
    /// <param name="test">The inputs, as a recipe prepares them (<see cref="TrainingSet.ForTest"/>) where there is one.</param>
    /// <param name="batchSize">Inputs of one pass, at least 1.</param>
    /// <returns>True against predicted classes.</returns>
    public static ConfusionMatrix Confusion(nn.Module<Tensor, Tensor> network, TrainingSet test, int batchSize = BatchSize) =>
        Confusion(network, test, batchSize, null);

    /// <summary>The same for some of the batches, by number; null for all.</summary>
    internal static ConfusionMatrix Confusion(
        nn.Module<Tensor, Tensor> network, TrainingSet test, int batchSize, Func<int, bool>? wanted)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        var confusion = new ConfusionMatrix(test.ClassNames);
        var training = network.training;
        network.eval();
        using var noGradient = no_grad();
        using var all = NewDisposeScope();
        using var scope = NewDisposeScope();
        var found = new List<Tensor>(); // read at the end: the host does not wait for a GPU's batches one by one
        var size = Math.Max(1, batchSize / test.Views);
        var batches = wanted is null ? test.Batches(size, null) : test.Batches(size, null, wanted);
        foreach (var (inputs, labels) in batches.On(ComputeDevice.Of(network)))
        {
            Functional.Reset(network);
            var predicted = OfViews(Rates(network.call(inputs)), test.Views).argmax(1);
            found.Add(stack([labels, predicted], dim: 1).MoveToOuterDisposeScope());
            scope.DisposeEverything();
        }

        long[] pairs = found.Count == 0 ? [] : cat(found).Numbers<long>();
        for (var i = 0; i < pairs.Length; i += 2)
        {
            confusion.Add(pairs[i], pairs[i + 1]);
        }

        Functional.Reset(network);
        network.train(training);
        return confusion;
    }

    /// <summary>The sum over the views of each input, [B, classes] of [B views, classes].</summary>
    internal static Tensor OfViews(Tensor rates, int views) => views == 1 ? rates : rates.view(-1, views, rates.shape[1]).sum(1);

    /// <summary>Scores [B, classes] of scores at every time step, [T, B, classes]; others as they are.</summary>
    internal static Tensor Rates(Tensor scores) => scores.dim() == 3 ? scores.mean([0]) : scores;
}
