using System.Numerics;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Memristive;

/// <summary>A crossbar with its biases.</summary>
public sealed class StochasticLayer
{
    private readonly float[] bias;

    internal StochasticLayer(LayerGeometry geometry, WeightArray weights)
    {
        (Geometry, Weights, bias) = (geometry, weights, new float[geometry.Stride]);
    }

    /// <summary>A row for each input, a column for each output.</summary>
    public WeightArray Weights { get; }

    /// <summary>One for each output.</summary>
    public ReadOnlySpan<float> Bias => bias.AsSpan(0, Weights.Columns);

    internal LayerGeometry Geometry { get; }

    internal Span<float> PaddedBias => bias;

    /// <summary>z = W x + b at every position; with read noise the variance of each z as well.</summary>
    /// <param name="signals">x.</param>
    /// <param name="columns">z.</param>
    /// <param name="variances">As long as z; not touched without read noise.</param>
    /// <param name="active">Scratch for as many rows as there are.</param>
    internal void Columns(ReadOnlySpan<float> signals, Span<float> columns, Span<float> variances, Span<int> active)
    {
        var stride = Geometry.Stride;
        var noise = Weights.ReadVariances;
        for (var position = 0; position < Geometry.Positions; position++)
        {
            var z = columns.Slice(position * stride, stride);
            bias.CopyTo(z);
            var rows = active[..ActiveRows(signals, position, active, out var binary)];
            if (binary)
            {
                RowKernels.AddRows(Weights.Values, stride, rows, z);
            }
            else
            {
                foreach (var row in rows)
                {
                    RowKernels.AddScaled(Signal(signals, Sources(position), row), Weights.Row(row), z);
                }
            }

            if (noise.Length > 0)
            {
                var variance = variances.Slice(position * stride, stride);
                variance.Clear();
                foreach (var row in rows)
                {
                    var x = Signal(signals, Sources(position), row);
                    RowKernels.AddScaled(x * x, noise.Slice(row * stride, stride), variance);
                }
            }
        }
    }

    /// <summary>The rows of a position whose signal is not zero, and whether all those signals are 1.</summary>
    internal int ActiveRows(ReadOnlySpan<float> signals, int position, Span<int> active, out bool binary)
    {
        var count = 0;
        binary = true;
        var sources = Sources(position);
        if (!sources.IsEmpty)
        {
            for (var row = 0; row < Geometry.Rows; row++)
            {
                var x = Signal(signals, sources, row);
                if (x != 0)
                {
                    binary &= x == 1;
                    active[count++] = row;
                }
            }

            return count;
        }

        // signals are padded with zeros, or with neurons that have no row here
        for (var start = 0; start < Geometry.Rows; start += Vector256<float>.Count)
        {
            var eight = Vector256.LoadUnsafe(in signals[start]);
            var off = Vector256.Equals(eight, Vector256<float>.Zero);
            binary &= Vector256.EqualsAll((off | Vector256.Equals(eight, Vector256<float>.One)).AsInt32(), Vector256<int>.AllBitsSet);
            for (var left = ~Vector256.ExtractMostSignificantBits(off) & 0xFF; left != 0; left &= left - 1)
            {
                var row = start + BitOperations.TrailingZeroCount(left);
                if (row < Geometry.Rows)
                {
                    active[count++] = row;
                }
            }
        }

        return count;
    }

    /// <summary>The errors that reach the inputs, W^T delta, summed over the positions.</summary>
    internal void Errors(ReadOnlySpan<float> delta, Span<float> errors)
    {
        errors.Clear();
        for (var position = 0; position < Geometry.Positions; position++)
        {
            var here = delta.Slice(position * Geometry.Stride, Geometry.Stride);
            if (RowKernels.IsZero(here))
            {
                continue;
            }

            var sources = Sources(position);
            for (var row = 0; row < Geometry.Rows; row++)
            {
                var source = sources.IsEmpty ? row : sources[row];
                if (source >= 0)
                {
                    errors[source] += RowKernels.Dot(here, Weights.Row(row));
                }
            }
        }
    }

    internal ReadOnlySpan<int> Sources(int position) =>
        Geometry.Sources is { } sources ? sources.AsSpan(position * Geometry.Rows, Geometry.Rows) : default;

    internal static float Signal(ReadOnlySpan<float> signals, ReadOnlySpan<int> sources, int row) =>
        sources.IsEmpty ? signals[row] : sources[row] < 0 ? 0 : signals[sources[row]];
}
