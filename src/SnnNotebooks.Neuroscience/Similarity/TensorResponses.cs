using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
            Widen(target, start, new double[Rows]);
            return;
        }

        using var columns = flat.narrow(1, start, target.shape[1]);
        target.copy_(columns);
    }

    internal override void ReadLess(Tensor target, long start, Tensor less)
    {
        if (isPlain)
        {
            Widen(target, start, less.Numbers<double>());
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
        for (; start < Columns; start += BlockWidth)
        {
            var (from, count) = (start, Math.Min(BlockWidth, Columns - start));
            ForEachRow(row => sums[row] += RowSum.Of(source + (row * Columns) + from, count));
        }

        GC.KeepAlive(flat);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            flat.Dispose();
        }
    }

    /// <summary>Columns as float64, each row less a number.</summary>
    private unsafe void Widen(Tensor target, long start, double[] less)
    {
        var source = (float*)First(flat) + start;
        var values = (double*)First(target);
        var count = target.shape[1];
        ForEachRow(row => WidenRow(source + (row * Columns), values + (row * count), count, less[row]));
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // at full speed from the first call on
    private static unsafe void WidenRow(float* source, double* values, long count, double less)
    {
        var every = new Vector<double>(less);
        long i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(source + i), out var low, out var high);
            (low - every).Store(values + i);
            (high - every).Store(values + i + Vector<double>.Count);
        }

        for (; i < count; i++)
        {
            values[i] = source[i] - less;
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
