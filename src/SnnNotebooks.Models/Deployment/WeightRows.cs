using System.Numerics.Tensors;

namespace SnnNotebooks.Deployment;

/// <summary>
/// Weights as rows, one row for each way an input reaches the outputs, one column for each output. float32, or whole numbers with one scale
/// per output: then the sums of a step over spikes are exact, and scaled once at its end.
/// </summary>
internal sealed class WeightRows
{
    private readonly float[]? floats;
    private readonly sbyte[]? whole;
    private readonly float[]? scales;

    /// <summary>Takes weights [rows, columns].</summary>
    public WeightRows(float[] weights, int columns, int? bits)
    {
        Columns = columns;
        if (bits is null)
        {
            floats = weights;
            return;
        }

        // symmetric: -(2^(k-1) - 1) .. 2^(k-1) - 1, so that zero is exact
        var largest = (1 << (bits.Value - 1)) - 1;
        (whole, scales) = (new sbyte[weights.Length], new float[columns]);
        for (var column = 0; column < columns; column++)
        {
            var most = 0f;
            for (var at = column; at < weights.Length; at += columns)
            {
                most = Math.Max(most, Math.Abs(weights[at]));
            }

            scales[column] = most == 0 ? 1 : most / largest;
            for (var at = column; at < weights.Length; at += columns)
            {
                whole[at] = (sbyte)Math.Round(weights[at] / scales[column]);
            }
        }
    }

    public int Columns { get; }

    public long Bytes => floats is not null ? floats.LongLength * sizeof(float) : whole!.LongLength + (scales!.LongLength * sizeof(float));

    /// <summary>sum += amount * row.</summary>
    public void AddRow(int row, float amount, Span<float> sum)
    {
        if (floats is not null)
        {
            var weights = floats.AsSpan(row * Columns, Columns);
            if (amount == 1)
            {
                TensorPrimitives.Add(sum, weights, sum);
            }
            else
            {
                TensorPrimitives.MultiplyAdd(weights, amount, sum, sum);
            }

            return;
        }

        var numbers = whole.AsSpan(row * Columns, Columns);
        for (var i = 0; i < numbers.Length; i++)
        {
            sum[i] += amount * numbers[i];
        }
    }

    /// <summary>What the whole numbers stand for, and the bias, for every group of <see cref="Columns"/> sums.</summary>
    public void Finish(Span<float> sums, ReadOnlySpan<float> bias)
    {
        for (var start = 0; start < sums.Length; start += Columns)
        {
            var group = sums.Slice(start, Columns);
            if (scales is not null)
            {
                TensorPrimitives.Multiply(group, scales, group);
            }

            TensorPrimitives.Add(group, bias, group);
        }
    }
}
