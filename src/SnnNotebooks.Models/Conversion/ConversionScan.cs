using static TorchSharp.torch;

namespace SnnNotebooks.Conversion;

/// <summary>What became of one activation in the conversion.</summary>
/// <param name="Name">The ReLU, by its place in the network.</param>
/// <param name="Scale">Largest activation a neuron can stand for (the mean over channels, where there is one for each).</param>
/// <param name="Rate">Mean firing rate, spikes per neuron and step.</param>
/// <param name="Clipped">Share of activations above the scale: they are cut off, however many steps are run.</param>
/// <param name="Missed">Share of active neurons that never fired: too few steps for their activation.</param>
/// <param name="Error">Mean absolute difference between scaled rate and activation, relative to the mean activation.</param>
public sealed record LayerDiagnosis(string Name, double Scale, double Rate, double Clipped, double Missed, double Error);

/// <summary>Accuracy of a converted network against the number of steps, beside that of the original, and where accuracy is lost.</summary>
/// <param name="Accuracy">Accuracy after 1, 2, ... T steps, in [0, 1].</param>
/// <param name="OriginalAccuracy">Accuracy of the original network on the same images, in [0, 1].</param>
/// <param name="Layers">Every spiking layer, in order, after T steps on the first batch.</param>
public sealed record ConversionScan(IReadOnlyList<double> Accuracy, double OriginalAccuracy, IReadOnlyList<LayerDiagnosis> Layers)
{
    /// <summary>Runs both networks.</summary>
    /// <param name="original">The original network, [B, ...] to [B, classes]; it is put into evaluation mode.</param>
    /// <param name="converted">The converted one; it is reset before every batch.</param>
    /// <param name="images">[N, ...].</param>
    /// <param name="labels">[N], int64.</param>
    /// <param name="steps">T, at least 1.</param>
    /// <param name="batch">Images at a time, at least 1.</param>
    /// <returns>Accuracy after each time step beside the original's, and where activations are lost.</returns>
    /// <exception cref="ArgumentException">There is no image, or not one label for each.</exception>
    public static ConversionScan Run(
        nn.Module<Tensor, Tensor> original, ConvertedNetwork converted, Tensor images, Tensor labels, int steps, int batch = 100)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(converted);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        if (images.shape[0] == 0 || labels.dim() != 1 || labels.shape[0] != images.shape[0])
        {
            throw new ArgumentException(
                $"{images.shape[0]} images and labels [{string.Join(", ", labels.shape)}]; expected at least one image and a label for "
                + "each.", nameof(labels));
        }

        original.eval();
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (right, rightOriginal) = (new long[steps], 0L);
        for (long at = 0; at < images.shape[0]; at += batch)
        {
            using var inner = NewDisposeScope();
            var count = Math.Min(batch, images.shape[0] - at);
            var (some, truth) = (images.narrow(0, at, count), labels.narrow(0, at, count));
            rightOriginal += original.call(some).argmax(1).eq(truth).sum().item<long>();
            converted.Reset();
            var hits = converted.Run(some, steps).cumsum(0).argmax(2).eq(truth).sum([1]).Numbers<long>();
            for (var t = 0; t < steps; t++)
            {
                right[t] += hits[t];
            }
        }

        var layers = Diagnose(converted, images.narrow(0, 0, Math.Min(batch, images.shape[0])), steps);
        converted.Reset();
        return new ConversionScan(
            [.. right.Select(count => (double)count / images.shape[0])], (double)rightOriginal / images.shape[0], layers);
    }

    private static List<LayerDiagnosis> Diagnose(ConvertedNetwork converted, Tensor images, int steps)
    {
        converted.Reset();
        var spiking = converted.RunLayers(images, steps);
        var original = converted.RunOriginal(images);
        return [.. converted.Activations.Select((layer, at) =>
        {
            var (found, wanted) = (spiking[at].mean([0]), original[at]);
            long[] channels = layer.Activation.Scale.Count > 1 ? [-1, .. Enumerable.Repeat(1L, (int)wanted.dim() - 2)] : [1];
            var scale = tensor(layer.Activation.Scale.ToArray(), device: wanted.device).to(wanted.dtype).reshape(channels);
            return new LayerDiagnosis(
                layer.Name,
                layer.Activation.Scale.Average(),
                Share(spiking[at].gt(0)),
                Share(wanted.gt(scale)),
                Number(wanted.gt(0).logical_and(found.eq(0)).sum()) / Math.Max(1, Number(wanted.gt(0).sum())),
                Number((found - wanted).abs().mean()) / Math.Max(double.Epsilon, Number(wanted.mean())));
        })];
    }

    private static double Share(Tensor truths) => Number(truths.to(ScalarType.Float64).mean());

    private static double Number(Tensor value) => value.to(ScalarType.Float64).item<double>();
}
