using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>Responses in memory.</summary>
internal sealed class TensorResponses : ResponseMatrix
{
    private readonly Tensor flat;
    private readonly bool isPlain; // float32, row after row, on the CPU: read in one pass, which a copy and a subtraction are not

    public TensorResponses(Tensor values, string name)
        : base(name, Checked(values, name).shape[0], values.numel() / values.shape[0])
    {
        using var scope = NewDisposeScope();
        flat = values.detach().flatten(1).DetachFromDisposeScope();
        isPlain = flat.dtype == ScalarType.Float32 && flat.device_type == TorchSharp.DeviceType.CPU && flat.is_contiguous();
    }

    protected internal override void ReadInto(Tensor target, long start)
    {
        if (isPlain)
        {
            ReadPlain(target, start, new double[Rows]);
            return;
        }

        using var columns = flat.narrow(1, start, target.shape[1]);
        target.copy_(columns);
    }

    internal override void ReadLess(Tensor target, long start, Tensor less)
    {
        if (isPlain)
        {
            ReadPlain(target, start, less.Numbers<double>());
            return;
        }

        base.ReadLess(target, start, less);
    }

    internal override unsafe void AddRowSums(double[] sums, long start)
    {
        if (!isPlain)
        {
            base.AddRowSums(sums, start);
            return;
        }

        var source = (float*)First(flat);
        var width = BlockWidth; // sums of as many columns as of a matrix that is read in blocks
        ForEachRow(row =>
        {
            for (var column = start; column < Columns; column += width)
            {
                sums[row] += RowSum.Of(source + (row * Columns) + column, Math.Min(width, Columns - column));
            }
        });
        GC.KeepAlive(flat);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            flat.Dispose();
        }
    }

    /// <summary>Columns as float64 or float32, each row less a number.</summary>
    private unsafe void ReadPlain(Tensor target, long start, double[] less)
    {
        var source = (float*)First(flat) + start;
        var (values, count) = ((nint)First(target), target.shape[1]);
        if (target.dtype == ScalarType.Float32)
        {
            ForEachRow(row => ReadRow(source + (row * Columns), (float*)values + (row * count), count, less[row], Columns));
        }
        else
        {
            ForEachRow(row => ReadRow(source + (row * Columns), (double*)values + (row * count), count, less[row], Columns));
        }

        GC.KeepAlive(flat);
        GC.KeepAlive(target);
    }

    private void ForEachRow(Action<long> work)
    {
        if (get_num_threads() is var threads and > 1)
        {
            Parallel.For(0, Rows, new ParallelOptions { MaxDegreeOfParallelism = threads }, work);
            return;
        }

        for (long row = 0; row < Rows; row++)
        {
            work(row);
        }
    }

    /// <summary>Reads a part of a row; that of the next, <paramref name="next"/> further on, is on its way meanwhile.</summary>
    /// <typeparam name="T">double or float: it is centred in float64, and rounded after that.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // at full speed from the first call on
    private static unsafe void ReadRow<T>(float* source, T* values, long count, double less, long next)
        where T : unmanaged, INumberBase<T>
    {
        var (every, size) = (new Vector<double>(less), Vector<float>.Count);
        long i = 0;
        for (; i <= count - (2 * size); i += 2 * size)
        {
            Prefetch(source + i + next);
            Vector.Widen(Vector.Load(source + i), out var first, out var second);
            Vector.Widen(Vector.Load(source + i + size), out var third, out var fourth);
            Store(first - every, second - every, values + i);
            Store(third - every, fourth - every, values + i + size);
        }

        for (; i < count; i++)
        {
            values[i] = T.CreateTruncating(source[i] - less);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Store<T>(Vector<double> first, Vector<double> second, T* to)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            Vector.Narrow(first, second).Store((float*)to);
        }
        else
        {
            first.Store((double*)to);
            second.Store((double*)to + Vector<double>.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Prefetch(void* place)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(place); // a cache line; fails nowhere, not past the end either
        }
    }

    private static unsafe void* First(Tensor matrix)
    {
        using var element = matrix[0, 0]; // all bytes together may be too many for a span
        return Unsafe.AsPointer(ref MemoryMarshal.GetReference(element.bytes));
    }

    private static Tensor Checked(Tensor values, string name)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.dim() >= 2 && values.numel() > 0 && !values.is_complex()
            ? values
            : throw new ArgumentException(
                $"{name} is a tensor [{string.Join(", ", values.shape)}] of {values.dtype}; expected real responses [stimuli, features, "
                + "...], none of the axes empty.", nameof(values));
    }
}
