using SnnNotebooks.Datasets.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>Tests a classifier.</summary>
public static class Evaluator
{
    /// <summary>Classifies every image in evaluation mode, without gradients; the network's mode is restored.</summary>
    /// <param name="network">Maps images [B, C, H, W] to scores [B, classes]; its state is reset before every batch.</param>
    /// <param name="dataset">The images.</param>
    /// <param name="batchSize">Images per call, at least 1.</param>
    /// <returns>True against predicted classes.</returns>
    public static ConfusionMatrix Confusion(nn.Module<Tensor, Tensor> network, ImageDataset dataset, int batchSize = 256)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(dataset);
        var confusion = new ConfusionMatrix(dataset.ClassNames);
        var training = network.training;
        network.eval();
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (images, labels) in dataset.Batches(batchSize))
        {
            Functional.Reset(network);
            var predicted = network.call(images).argmax(1).data<long>().ToArray();
            var actual = labels.data<long>().ToArray();
            for (var i = 0; i < actual.Length; i++)
            {
                confusion.Add(actual[i], predicted[i]);
            }

            scope.DisposeEverything();
        }

        Functional.Reset(network);
        network.train(training);
        return confusion;
    }
}
