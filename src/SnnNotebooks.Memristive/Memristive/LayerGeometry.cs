namespace SnnNotebooks.Memristive;

/// <summary>
/// Which signals meet which rows of a layer's crossbar. Signals lie in memory height, width, channel; the channels of a neuron
/// layer are padded to a multiple of 8.
/// </summary>
internal sealed class LayerGeometry
{
    private LayerGeometry(int inputLength, int[]? sources, int rows, int height, int width, int columns, int pool)
    {
        (InputLength, Sources, Rows, Height, Width, Columns, Pool) = (inputLength, sources, rows, height, width, columns, pool);
        Stride = RowKernels.Padded(columns);
    }

    /// <summary>Signals that come in, padding included.</summary>
    public int InputLength { get; }

    /// <summary>For each position and row the signal it takes, -1 for zero padding; null where row r takes signal r.</summary>
    public int[]? Sources { get; }

    /// <summary>Rows of the crossbar, without the bias.</summary>
    public int Rows { get; }

    /// <summary>Positions downwards.</summary>
    public int Height { get; }

    /// <summary>Positions to the right.</summary>
    public int Width { get; }

    /// <summary>Columns of the crossbar.</summary>
    public int Columns { get; }

    /// <summary>Columns rounded up to a multiple of 8.</summary>
    public int Stride { get; }

    /// <summary>Height and width of the pooling window.</summary>
    public int Pool { get; }

    public int Positions => Height * Width;

    /// <summary>Column sums of all positions.</summary>
    public int UnitLength => Positions * Stride;

    /// <summary>Signals behind the pool.</summary>
    public int OutputLength => Height / Pool * (Width / Pool) * Stride;

    /// <summary>Builds the layers one after the other.</summary>
    /// <exception cref="ArgumentException">A layer does not fit; the message says which and why.</exception>
    public static LayerGeometry[] Of(IReadOnlyList<LayerOptions> layers, int height, int width, int channels)
    {
        if (layers.Count == 0 || layers[^1] is not DenseOptions)
        {
            throw new ArgumentException("The last layer must be dense: its columns are the classes.", nameof(layers));
        }

        var geometries = new LayerGeometry[layers.Count];
        var (h, w, c) = (height, width, channels);
        var stride = c; // the image itself is not padded between pixels
        var length = RowKernels.Padded(h * w * c);
        for (var i = 0; i < layers.Count; i++)
        {
            var geometry = geometries[i] = layers[i] switch
            {
                DenseOptions dense => Dense(dense, i, length, h * w, c, stride),
                ConvolutionOptions convolution => Convolution(convolution, i, length, h, w, c, stride),
                var other => throw new ArgumentException(
                    $"Layer {i + 1} is a {other.GetType().Name}; expected DenseOptions or ConvolutionOptions.", nameof(layers)),
            };
            (h, w, c, stride, length) = (geometry.Height / geometry.Pool, geometry.Width / geometry.Pool, geometry.Columns, geometry.Stride,
                geometry.OutputLength);
        }

        return geometries;
    }

    private static LayerGeometry Dense(DenseOptions options, int layer, int length, int positions, int channels, int stride)
    {
        AtLeast(options.Outputs, 1, "outputs", layer);
        int[]? sources = null;
        if (stride != channels && positions * channels > 0)
        {
            sources = [.. Enumerable.Range(0, positions * channels).Select(row => (row / channels * stride) + (row % channels))];
        }

        // a single position needs no map: its channels lie side by side
        return new LayerGeometry(length, positions == 1 ? null : sources, positions * channels, 1, 1, options.Outputs, 1);
    }

    private static LayerGeometry Convolution(
        ConvolutionOptions options, int layer, int length, int height, int width, int channels, int stride)
    {
        AtLeast(options.Channels, 1, "channels", layer);
        AtLeast(options.Kernel, 1, "kernel", layer);
        AtLeast(options.Stride, 1, "stride", layer);
        AtLeast(options.Padding, 0, "padding", layer);
        AtLeast(options.Pool, 1, "pool", layer);
        var (down, across) = (Places(height), Places(width));
        if (down < options.Pool || across < options.Pool)
        {
            throw new ArgumentException(
                $"Layer {layer + 1}: a kernel of {options.Kernel} with a pool of {options.Pool} does not fit an image of {height} x "
                + $"{width}, padding {options.Padding}.");
        }

        var rows = options.Kernel * options.Kernel * channels;
        var sources = new int[down * across * rows];
        var next = 0;
        for (var y = 0; y < down; y++)
        {
            for (var x = 0; x < across; x++)
            {
                for (var row = 0; row < rows; row++)
                {
                    var (place, channel) = (row / channels, row % channels);
                    var (fromY, fromX) = ((y * options.Stride) - options.Padding + (place / options.Kernel),
                        (x * options.Stride) - options.Padding + (place % options.Kernel));
                    sources[next++] = fromY < 0 || fromY >= height || fromX < 0 || fromX >= width
                        ? -1
                        : (((fromY * width) + fromX) * stride) + channel;
                }
            }
        }

        return new LayerGeometry(length, sources, rows, down, across, options.Channels, options.Pool);

        int Places(int size) => size + (2 * options.Padding) < options.Kernel
            ? 0
            : ((size + (2 * options.Padding) - options.Kernel) / options.Stride) + 1;
    }

    private static void AtLeast(int value, int least, string name, int layer)
    {
        if (value < least)
        {
            throw new ArgumentException($"Layer {layer + 1} has {name} {value}; expected at least {least}.");
        }
    }
}
