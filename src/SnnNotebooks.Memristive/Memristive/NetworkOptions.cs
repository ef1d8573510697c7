using SnnNotebooks.Memristive.Devices;

namespace SnnNotebooks.Memristive;

/// <summary>The shape of a network, its neurons and what its weights are made of.</summary>
/// <param name="Layers">From the first to the output layer, which is dense.</param>
public sealed record NetworkOptions(IReadOnlyList<LayerOptions> Layers)
{
    /// <summary>The noise of the comparators.</summary>
    public NeuronNoise Noise { get; init; } = NeuronNoise.Logistic;

    /// <summary>Its scale theta.</summary>
    public float Theta { get; init; } = 1;

    /// <summary>Weights are kept within plus or minus this; null for no bound. Not for devices, which have bounds of their own.</summary>
    public float? WeightBound { get; init; }

    /// <summary>
    /// First weights are rounded to multiples of this; with a step that is a multiple of it, all weights stay on the grid. Null for none.
    /// </summary>
    public float? WeightGrid { get; init; }

    /// <summary>The memristors that hold the weights, or null for ideal weights. Biases are digital in either case.</summary>
    public DeviceOptions? Device { get; init; }

    /// <summary>Decides the first weights, the devices and all noise.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Dense layers, for example 256, 10 on an image of 784 pixels.</summary>
    /// <param name="outputs">Outputs of each layer; the last are the classes.</param>
    /// <returns>Options that differ from the defaults in the layers.</returns>
    public static NetworkOptions Dense(params int[] outputs) => new([.. outputs.Select(count => new DenseOptions(count))]);

    /// <summary>
    /// LeNet-5's layers (Y. LeCun et al., Proceedings of the IEEE 86, 1998) with an OR where it averages: 6 and 16 kernels of 5 x 5, then
    /// 120, 84 and the classes.
    /// </summary>
    /// <param name="classes">At least 1.</param>
    /// <returns>Options that differ from the defaults in the layers.</returns>
    public static NetworkOptions LeNet(int classes) =>
        new([new ConvolutionOptions(6, 5, Padding: 2, Pool: 2), new ConvolutionOptions(16, 5, Pool: 2), new DenseOptions(120),
            new DenseOptions(84), new DenseOptions(classes)]);
}
