namespace SnnNotebooks.Memristive.Packed;

/// <summary>
/// The fully binary-stochastic system in bits: signals and errors are packed 64 to a word, weights are whole numbers of steps,
/// column sums are integer additions of the rows whose bit is 1, coincidences are counted by popcount or as bytes. Fed by the same random
/// streams it gives the weights of <see cref="StochasticTrainer"/> and <see cref="FloatReference"/> bit for bit, because sums of
/// whole steps of a power of two are exact in floats as well.
/// </summary>
public sealed class PackedNetwork
{
    private readonly float[] derivatives;
    private readonly RandomStream[] derivativeReads;
    private readonly RandomStream[] forwardReads;
    private readonly RandomStream input;
    private readonly PackedLayer[] layers;
    private readonly int majority;
    private readonly float[] pixels;
    private readonly float[] probabilities;
    private readonly int reach;
    private readonly PackedRule rule;
    private readonly int[] sums;
    private readonly float[] unitDerivatives;
    private readonly float[] unitProbabilities;
    private readonly ulong[] reads;

    private PackedNetwork(StochasticNetwork network, PackedRule rule)
    {
        this.rule = rule;
        Seed = network.Options.Seed;
        (Batch, majority) = (rule.Update.BatchSize, rule.Update.Majority);
        var bound = (int)(network.Options.WeightBound!.Value / rule.Step);
        layers = [.. network.Layers.Select((layer, i) => new PackedLayer(layer.Weights.Rows, layer.Weights.Columns, bound, Batch, i == 0))];
        input = new RandomStream(Seed, SamplingRole.Input);
        forwardReads = [.. layers.Select((_, i) => new RandomStream(Seed, SamplingRole.Forward, i))];
        derivativeReads = [.. layers.Select((_, i) => new RandomStream(Seed, SamplingRole.Derivative, i))];
        (reach, probabilities, derivatives) = rule.Tables(network.Neuron);
        var longest = RowKernels.Padded(layers.Max(layer => Math.Max(layer.Rows, layer.Columns)));
        (sums, unitProbabilities, unitDerivatives, reads) =
            (new int[longest], new float[longest], new float[longest], new ulong[PackedBits.Words(longest)]);
        pixels = new float[RowKernels.Padded(layers[0].Rows)];
        for (var i = 0; i < layers.Length; i++)
        {
            for (var row = 0; row < layers[i].Rows; row++)
            {
                var steps = layers[i].Weights(row);
                for (var column = 0; column < steps.Length; column++)
                {
                    steps[column] = (short)MathF.Round(network.Layers[i].Weights[row, column] / rule.Step);
                }
            }

            for (var column = 0; column < layers[i].Columns; column++)
            {
                layers[i].SetBias(column, (int)MathF.Round(network.Layers[i].Bias[column] / rule.Step));
            }

            layers[i].Turn();
        }
    }

    /// <summary>Samples of a batch.</summary>
    public int Batch { get; }

    private int Seed { get; }

    /// <summary>Takes over the weights of a network of dense layers of ideal weights.</summary>
    /// <param name="network">Its weight grid is a power of two, its weight bound a multiple of it, and a column of bounds fits 16
    /// bits.</param>
    /// <param name="rule">Binary stochastic signals, derivative <see cref="DerivativeEstimator.Scaled"/>, hard errors, sigmoid outputs, and
    /// a <see cref="StepUpdate"/>.</param>
    /// <returns>The packed network, with copies of the weights.</returns>
    /// <exception cref="ArgumentException">The network or the rule has what bits cannot do; the message says what.</exception>
    public static PackedNetwork From(StochasticNetwork network, LearningRule rule)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(rule);
        return new PackedNetwork(network, PackedRule.Of(network, rule));
    }

    /// <summary>Learns as <see cref="StochasticTrainer"/> does with a constant step of one weight grid.</summary>
    /// <param name="data">The training samples.</param>
    /// <param name="epochs">Passes over them.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epochs"/> is below 1.</exception>
    public void Train(VectorDataset data, int epochs)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        var shuffled = new SampleOrder(Seed, data.Count);
        ulong presentation = 0;
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var order = shuffled.Next();
            for (var start = 0; start < order.Length; start += Batch)
            {
                var samples = order[start..Math.Min(start + Batch, order.Length)];
                Learn(data, samples, presentation);
                presentation += (ulong)samples.Length;
            }
        }
    }

    /// <summary>Learns one batch.</summary>
    /// <param name="data">Where the samples are.</param>
    /// <param name="samples">At most <see cref="Batch"/> of them.</param>
    /// <param name="presentation">How many presentations there were before.</param>
    /// <returns>How many of them had an error.</returns>
    /// <exception cref="ArgumentException">There are too many, or they have another length.</exception>
    public int Learn(VectorDataset data, ReadOnlySpan<int> samples, ulong presentation)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (samples.Length > Batch || data.Features != layers[0].Rows || data.Classes > layers[^1].Columns)
        {
            throw new ArgumentException(
                $"{samples.Length} samples of {data.Features} values in {data.Classes} classes; expected at most {Batch} of "
                + $"{layers[0].Rows} in {layers[^1].Columns}.", nameof(samples));
        }

        var learned = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            learned += Present(i, data.Row(samples[i]), data.Label(samples[i]), presentation + (ulong)i) ? 1 : 0;
        }

        foreach (var layer in layers)
        {
            layer.Update(majority);
        }

        return learned;
    }

    /// <summary>The weights of a layer as [outputs, inputs].</summary>
    /// <param name="layer">From 0.</param>
    /// <returns>A new matrix [outputs, inputs].</returns>
    public float[,] Weights(int layer)
    {
        var from = layers[layer];
        var matrix = new float[from.Columns, from.Rows];
        for (var row = 0; row < from.Rows; row++)
        {
            for (var column = 0; column < from.Columns; column++)
            {
                matrix[column, row] = from.Weights(row)[column] * rule.Step;
            }
        }

        return matrix;
    }

    /// <summary>The biases of a layer, [outputs].</summary>
    /// <param name="layer">From 0.</param>
    /// <returns>[outputs], a copy.</returns>
    public float[] Bias(int layer) => [.. layers[layer].Bias.ToArray().Select(steps => steps * rule.Step)];

    /// <summary>Copies weights and biases into a network of the same shape, for inference.</summary>
    /// <param name="network">The one this was made from, or one like it.</param>
    public void CopyTo(StochasticNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        for (var i = 0; i < layers.Length; i++)
        {
            for (var row = 0; row < layers[i].Rows; row++)
            {
                for (var column = 0; column < layers[i].Columns; column++)
                {
                    network.Layers[i].Weights.Row(row)[column] = layers[i].Weights(row)[column] * rule.Step;
                }
            }

            Bias(i).CopyTo(network.Layers[i].PaddedBias);
        }
    }

    private bool Present(int sample, ReadOnlySpan<float> row, int label, ulong presentation)
    {
        row.CopyTo(pixels);
        PackedBits.Sample(pixels, input, presentation * (ulong)pixels.Length, layers[0].Signals(sample));
        for (var i = 0; i < layers.Length - 1; i++)
        {
            var (layer, length) = (layers[i], RowKernels.Padded(layers[i].Columns));
            layer.Sums(layer.Signals(sample), sums.AsSpan(0, layer.Columns));
            Look(layer.Columns);
            PackedBits.Sample(unitProbabilities.AsSpan(0, length), forwardReads[i], presentation * (ulong)length,
                layers[i + 1].Signals(sample));

            // the derivative looks at the same column sums; its bits wait where the errors will be
            PackedBits.Sample(unitDerivatives.AsSpan(0, length), derivativeReads[i], presentation * (ulong)length, layer.Plus(sample));
        }

        if (!OutputErrors(sample, label))
        {
            foreach (var layer in layers)
            {
                layer.Plus(sample).Clear();
            }

            return false;
        }

        for (var i = layers.Length - 1; i > 0; i--)
        {
            var below = layers[i - 1];
            var plus = below.Plus(sample);
            var minus = below.Minus(sample);
            var derivative = reads.AsSpan(0, plus.Length);
            plus.CopyTo(derivative);
            layers[i].ErrorSigns(sample, plus, minus);
            for (var word = 0; word < plus.Length; word++)
            {
                plus[word] &= derivative[word];
                minus[word] &= derivative[word];
            }
        }

        return true;
    }

    private bool OutputErrors(int sample, int label)
    {
        var layer = layers[^1];
        layer.Sums(layer.Signals(sample), sums.AsSpan(0, layer.Columns));
        var plus = layer.Plus(sample);
        var minus = layer.Minus(sample);
        var any = false;
        for (var column = 0; column < layer.Columns; column++)
        {
            var error = rule.OutputError(probabilities[Math.Clamp(sums[column], -reach, reach) + reach], column == label);
            plus[column >> 6] |= error > 0 ? 1UL << (column & 63) : 0;
            minus[column >> 6] |= error < 0 ? 1UL << (column & 63) : 0;
            any |= error != 0;
        }

        return any;
    }

    // probability and derivative at each column sum; the padding never fires and there are no rows behind it
    private void Look(int columns)
    {
        for (var i = 0; i < columns; i++)
        {
            var place = Math.Clamp(sums[i], -reach, reach) + reach;
            unitProbabilities[i] = probabilities[place];
            unitDerivatives[i] = derivatives[place];
        }

        var padded = RowKernels.Padded(columns);
        unitProbabilities.AsSpan(columns, padded - columns).Clear();
        unitDerivatives.AsSpan(columns, padded - columns).Clear();
    }
}
