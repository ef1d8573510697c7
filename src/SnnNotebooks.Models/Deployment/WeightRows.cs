using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace SnnNotebooks.Deployment;

/// <summary>
/// Weights as rows, one row for each way an input reaches the outputs, one column for each output. float32, or whole numbers with one scale
/// per output: then the sums of a step over spikes are exact, and scaled once at its end.
/// </summary>
internal sealed class WeightRows
{
    /// <summary>Columns whose sums are held in four registers.</summary>
    private static readonly int Strip = 4 * Vector<float>.Count;

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

    /// <summary>sums += amount * rows, of so many neighbouring rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many.</param>
    /// <param name="amount">The input.</param>
    /// <param name="sums">As long as the rows.</param>
    public void AddRows(int first, int count, float amount, Span<float> sums)
    {
        var (start, length) = (first * Columns, count * Columns);
        if (whole is not null)
        {
            AddWhole(whole.AsSpan(start, length), amount, sums);
        }
        else if (amount == 1)
        {
            TensorPrimitives.Add(sums, floats.AsSpan(start, length), sums);
        }
        else
        {
            TensorPrimitives.MultiplyAdd(floats.AsSpan(start, length), amount, sums, sums);
        }
    }

    /// <summary>sums += amounts[0] * rows[0] + amounts[1] * rows[1] ..., each sum in that order.</summary>
    /// <param name="rows">Which rows.</param>
    /// <param name="amounts">The input of each.</param>
    /// <param name="sums"><see cref="Columns"/> long.</param>
    public void AddRows(ReadOnlySpan<int> rows, ReadOnlySpan<float> amounts, Span<float> sums)
    {
        var column = 0;
        if (floats is not null)
        {
            // a strip of columns at a time, whose sums stay in registers while all rows pass
            for (; column + Strip <= Columns; column += Strip)
            {
                AddStrip(floats, column, rows, amounts, sums.Slice(column, Strip));
            }
        }

        for (var i = 0; i < rows.Length && column < Columns; i++)
        {
            var start = (rows[i] * Columns) + column;
            if (whole is not null)
            {
                AddWhole(whole.AsSpan(start, Columns - column), amounts[i], sums[column..]);
            }
            else
            {
                TensorPrimitives.MultiplyAdd(floats.AsSpan(start, Columns - column), amounts[i], sums[column..], sums[column..]);
            }
        }
    }

    private void AddStrip(float[] from, int column, ReadOnlySpan<int> rows, ReadOnlySpan<float> amounts, Span<float> sums)
    {
        var width = Vector<float>.Count;
        ref var first = ref MemoryMarshal.GetReference(sums);
        var (a, b) = (Vector.LoadUnsafe(ref first), Vector.LoadUnsafe(ref first, (nuint)width));
        var (c, d) = (Vector.LoadUnsafe(ref first, (nuint)(2 * width)), Vector.LoadUnsafe(ref first, (nuint)(3 * width)));
        for (var i = 0; i < rows.Length; i++)
        {
            var row = from.AsSpan((rows[i] * Columns) + column, Strip);
            ref var weight = ref MemoryMarshal.GetReference(row);
            var amount = new Vector<float>(amounts[i]);
            a += Vector.LoadUnsafe(ref weight) * amount;
            b += Vector.LoadUnsafe(ref weight, (nuint)width) * amount;
            c += Vector.LoadUnsafe(ref weight, (nuint)(2 * width)) * amount;
            d += Vector.LoadUnsafe(ref weight, (nuint)(3 * width)) * amount;
        }

        a.StoreUnsafe(ref first);
        b.StoreUnsafe(ref first, (nuint)width);
        c.StoreUnsafe(ref first, (nuint)(2 * width));
        d.StoreUnsafe(ref first, (nuint)(3 * width));
    }

    private static void AddWhole(ReadOnlySpan<sbyte> numbers, float amount, Span<float> sums)
    {
        var i = 0;
        for (; i + Vector<sbyte>.Count <= numbers.Length; i += Vector<sbyte>.Count)
        {
            Vector.Widen(new Vector<sbyte>(numbers[i..]), out var low, out var high);
            Add(low, sums[i..], amount);
            Add(high, sums[(i + Vector<short>.Count)..], amount);
        }

        for (; i < numbers.Length; i++)
        {
            sums[i] += amount * numbers[i];
        }

        static void Add(Vector<short> halves, Span<float> sums, float amount)
        {
            Vector.Widen(halves, out var low, out var high);
            (new Vector<float>(sums) + (amount * Vector.ConvertToSingle(low))).CopyTo(sums);
            var rest = sums[Vector<float>.Count..];
            (new Vector<float>(rest) + (amount * Vector.ConvertToSingle(high))).CopyTo(rest);
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
