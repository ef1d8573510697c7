namespace SnnNotebooks.Memristive;

/// <summary>The memory of one presentation to a network, and its way forward. One thread uses it at a time.</summary>
internal sealed class ForwardPass
{
    private readonly StochasticNetwork network;
    private readonly int[] active;
    private readonly RandomStream[] forward;
    private readonly RandomStream input;
    private readonly RandomStream[] read;
    private readonly float[] noise;
    private readonly float[] variances;

    public ForwardPass(StochasticNetwork network)
    {
        this.network = network;
        var seed = network.Options.Seed;
        var layers = network.Layers;
        input = new RandomStream(seed, SamplingRole.Input);
        forward = [.. layers.Select((_, i) => new RandomStream(seed, SamplingRole.Forward, i))];
        read = [.. layers.Select((_, i) => new RandomStream(seed, SamplingRole.Read, i))];
        Signals = [.. layers.Select(layer => new float[layer.Geometry.InputLength]), []];
        Units = [.. layers.Select(layer => new float[layer.Geometry.UnitLength])];
        Columns = [.. layers.Select(layer => new float[layer.Geometry.UnitLength])];
        Probabilities = [.. layers.Select(layer => new float[layer.Geometry.UnitLength])];
        var longest = layers.Max(layer => layer.Geometry.UnitLength);
        (variances, noise, active) = (new float[longest], new float[longest], new int[layers.Max(layer => layer.Geometry.Rows)]);
    }

    /// <summary>What each layer takes in.</summary>
    public float[][] Signals { get; }

    /// <summary>z of each layer.</summary>
    public float[][] Columns { get; }

    /// <summary>p of each layer.</summary>
    public float[][] Probabilities { get; }

    /// <summary>What the neurons of each layer give, in front of the pool.</summary>
    public float[][] Units { get; }

    /// <summary>Column sums of the outputs.</summary>
    public ReadOnlySpan<float> Outputs => Columns[^1].AsSpan(0, network.Classes);

    /// <summary>One presentation.</summary>
    /// <param name="row">The pixels.</param>
    /// <param name="inputs">How they enter.</param>
    /// <param name="hidden">What hidden neurons pass on.</param>
    /// <param name="precision">Converters, or null.</param>
    /// <param name="presentation">A number no other presentation of the run has: where the random streams stand.</param>
    /// <param name="dropout">Called with each layer's incoming signals, or null.</param>
    public void Run(ReadOnlySpan<float> row, SignalMode inputs, SignalMode hidden, ColumnPrecision? precision, ulong presentation,
        Action<int>? dropout = null)
    {
        var first = Signals[0];
        row.CopyTo(first);
        Pass(first, first, first, inputs, input, presentation, 0.5f);
        precision?.RoundSignals(first);
        dropout?.Invoke(0);
        for (var i = 0; i < Columns.Length; i++)
        {
            var (layer, z) = (network.Layers[i], Columns[i]);
            layer.Columns(Signals[i], z, variances, active);
            AddReadNoise(layer, z, read[i], presentation);
            precision?.RoundColumns(z);
            network.Neuron.Probabilities(z, Probabilities[i]);
            if (i == Columns.Length - 1)
            {
                return;
            }

            Pass(Probabilities[i], z, Units[i], hidden, forward[i], presentation, 0);
            Pool(layer.Geometry, Units[i], Signals[i + 1]);
            precision?.RoundSignals(Signals[i + 1]);
            dropout?.Invoke(i + 1);
        }
    }

    /// <summary>One binary read of the outputs, after a run.</summary>
    public void ReadOutputs(Span<float> bits, ulong presentation) =>
        StochasticNeuron.Sample(Probabilities[^1], forward[^1], presentation * (ulong)bits.Length, bits);

    private static void Pass(ReadOnlySpan<float> probabilities, ReadOnlySpan<float> columns, Span<float> units, SignalMode mode,
        RandomStream stream, ulong presentation, float threshold)
    {
        switch (mode)
        {
            case SignalMode.Stochastic:
                StochasticNeuron.Sample(probabilities, stream, presentation * (ulong)units.Length, units);
                break;
            case SignalMode.Threshold:
                for (var i = 0; i < units.Length; i++)
                {
                    units[i] = columns[i] > threshold ? 1 : 0;
                }

                break;
            default:
                probabilities.CopyTo(units);
                break;
        }
    }

    /// <summary>OR over each window: the largest bit, or for probabilities 1 - prod(1 - p).</summary>
    private static void Pool(LayerGeometry geometry, ReadOnlySpan<float> units, Span<float> signals)
    {
        if (geometry.Pool == 1)
        {
            units.CopyTo(signals);
            return;
        }

        var (pool, stride, across) = (geometry.Pool, geometry.Stride, geometry.Width / geometry.Pool);
        for (var i = 0; i < geometry.OutputLength; i++)
        {
            var (place, channel) = (i / stride, i % stride);
            var none = 1f;
            for (var inWindow = 0; inWindow < pool * pool; inWindow++)
            {
                var (y, x) = ((place / across * pool) + (inWindow / pool), (place % across * pool) + (inWindow % pool));
                none *= 1 - units[(((y * geometry.Width) + x) * stride) + channel];
            }

            signals[i] = 1 - none;
        }
    }

    private void AddReadNoise(StochasticLayer layer, Span<float> columns, RandomStream stream, ulong presentation)
    {
        if (layer.Weights.ReadVariances.Length == 0)
        {
            return;
        }

        // the sum of independent Gaussian read noises of a column is one Gaussian with the sum of their variances
        var normal = noise.AsSpan(0, columns.Length);
        stream.Fill(presentation * (ulong)columns.Length, normal);
        NormalQuantile.Apply(normal);
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] += normal[i] * MathF.Sqrt(variances[i]);
        }
    }
}
