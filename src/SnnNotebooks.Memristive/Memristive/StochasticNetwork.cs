using SnnNotebooks.Memristive.Devices;

namespace SnnNotebooks.Memristive;

/// <summary>
/// A network of crossbars and comparators (spec binary_stochastic.md, section 2): z = W x + b, p = F(z), x ~ Bernoulli(p). It
/// holds weights and biases; <see cref="StochasticTrainer"/> moves them and <see cref="StochasticInference"/> reads them.
/// </summary>
public sealed class StochasticNetwork
{
    private readonly LayerGeometry[] geometries;

    /// <summary>Makes a network with its first weights.</summary>
    /// <param name="options">Layers, neurons and devices.</param>
    /// <param name="height">Rows of pixels of an input.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="channels">Numbers of a pixel.</param>
    /// <exception cref="ArgumentException">A layer does not fit, or a number is out of its range; the message says which.</exception>
    public StochasticNetwork(NetworkOptions options, int height, int width, int channels = 1)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (height < 1 || width < 1 || channels < 1)
        {
            throw new ArgumentException($"An input of {height} x {width} x {channels} has no pixels.", nameof(height));
        }

        if (options.WeightBound is { } bound && !(bound > 0))
        {
            throw new ArgumentException($"The bound of the weights is {bound}; expected a number above 0, or none.", nameof(options));
        }

        if (options.WeightGrid is { } grid && !(grid > 0 && float.IsFinite(grid)))
        {
            throw new ArgumentException($"The grid of the weights is {grid}; expected a number above 0, or none.", nameof(options));
        }

        Options = options;
        Neuron = new StochasticNeuron(options.Noise, options.Theta);
        geometries = LayerGeometry.Of(options.Layers, height, width, channels);
        (Height, Width, Channels) = (height, width, channels);
        var layers = new StochasticLayer[geometries.Length];
        for (var i = 0; i < layers.Length; i++)
        {
            var (rows, columns) = (geometries[i].Rows, geometries[i].Columns);
            WeightArray weights = options.Device is null
                ? new IdealWeights(rows, columns, options, i)
                : new MemristorWeights(rows, columns, options, i);
            layers[i] = new StochasticLayer(geometries[i], weights);
        }

        Layers = layers;
    }

    /// <summary>Its shape, its neurons and what its weights are made of.</summary>
    public NetworkOptions Options { get; }

    /// <summary>The comparators.</summary>
    public StochasticNeuron Neuron { get; }

    /// <summary>From the first to the output layer.</summary>
    public IReadOnlyList<StochasticLayer> Layers { get; }

    /// <summary>Rows of pixels of an input.</summary>
    public int Height { get; }

    /// <summary>Pixels of a row.</summary>
    public int Width { get; }

    /// <summary>Numbers of a pixel.</summary>
    public int Channels { get; }

    /// <summary>Numbers of an input.</summary>
    public int Inputs => Height * Width * Channels;

    /// <summary>Outputs.</summary>
    public int Classes => geometries[^1].Columns;

    /// <summary>Checks that a data set fits.</summary>
    /// <exception cref="ArgumentException">It does not; the message says why.</exception>
    internal void Require(VectorDataset data)
    {
        if ((data.Height, data.Width, data.Channels) != (Height, Width, Channels) || data.Classes > Classes)
        {
            throw new ArgumentException(
                $"The data are {data.Height} x {data.Width} x {data.Channels} in {data.Classes} classes; the network takes {Height} x "
                + $"{Width} x {Channels} and tells {Classes} classes apart.", nameof(data));
        }
    }
}
