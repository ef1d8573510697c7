namespace SnnNotebooks.Memristive;

/// <summary>First weights: uniform with standard deviation 1 / sqrt(inputs).</summary>
internal static class InitialWeights
{
    public static void Fill(WeightArray weights, NetworkOptions options, int layer, Action<int, ReadOnlySpan<float>> store)
    {
        var stream = new RandomStream(options.Seed, SamplingRole.Initial, layer);
        var scale = MathF.Sqrt(3f / weights.Rows);
        var row = new float[weights.Stride];
        for (var r = 0; r < weights.Rows; r++)
        {
            for (var c = 0; c < weights.Columns; c++)
            {
                var weight = ((2 * stream.Uniform(((ulong)r * (ulong)weights.Stride) + (ulong)c)) - 1) * scale;
                weight = options.WeightGrid is { } grid ? MathF.Round(weight / grid) * grid : weight;
                row[c] = options.WeightBound is { } bound ? Math.Clamp(weight, -bound, bound) : weight;
            }

            store(r, row);
        }
    }
}
