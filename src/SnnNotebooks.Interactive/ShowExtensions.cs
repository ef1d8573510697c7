using SnnNotebooks.Interactive.Views;
using SnnNotebooks.Neurons;
using SnnNotebooks.Training;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive;

/// <summary>One call from an object of the kit to its picture; end a cell with it.</summary>
public static class ShowExtensions
{
    /// <summary>A tensor at one glance.</summary>
    /// <param name="tensor">Any shape, any real type.</param>
    /// <param name="axes">Names of its axes, or none.</param>
    /// <exception cref="ArgumentException">There are names, but not one for each axis; or the numbers are complex.</exception>
    public static TensorView Show(this Tensor tensor, params string[] axes) => new(tensor, axes);

    /// <summary>Spikes as a raster.</summary>
    /// <param name="spikes">[T, N] or [T, ...].</param>
    /// <param name="title">A line above it.</param>
    /// <exception cref="ArgumentException">The tensor has no axes, or no element.</exception>
    public static RasterView ShowRaster(this Tensor spikes, string title = "Spikes") => new(spikes, title);

    /// <summary>Images side by side.</summary>
    /// <param name="images">[N, C, H, W] with C of 1 or 3, or [N, H, W].</param>
    /// <param name="captions">A caption for each, or none.</param>
    /// <exception cref="ArgumentException">The shape is another.</exception>
    public static ImageGridView ShowImages(this Tensor images, IReadOnlyList<string>? captions = null) => new(images, captions);

    /// <summary>One neuron over time.</summary>
    /// <param name="trace">What happened.</param>
    /// <param name="title">A line above the figure.</param>
    public static TraceView Show(this NeuronTrace trace, string title = "One neuron") => new(trace, title);

    /// <summary>Training curves.</summary>
    /// <param name="history">The finished epochs.</param>
    public static TrainingCurveView Show(this TrainingHistory history) => new(history);

    /// <summary>A confusion matrix.</summary>
    /// <param name="confusion">The counts.</param>
    public static ConfusionMatrixView Show(this ConfusionMatrix confusion) => new(confusion);
}
