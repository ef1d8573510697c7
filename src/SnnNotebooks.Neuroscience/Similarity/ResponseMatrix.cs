using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>
/// Responses of a layer or of a population: rows are stimuli, columns are features or neurons. It is read in blocks of columns as
/// float64, so that it need not fit into memory.
/// </summary>
public abstract class ResponseMatrix : IDisposable
{
    private const long BlockElements = 1 << 17; // 1 MB of float64, which stay in the second-level cache
    private const long LineElements = 16; // of float32 in a cache line: rows then begin with one
    private const long FewestColumns = 1 << 10; // of a block: an [S, S] sum over blocks is written anew with each

    /// <summary>Names the responses and says how many there are.</summary>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="rows">Stimuli.</param>
    /// <param name="columns">Features or neurons.</param>
    protected ResponseMatrix(string name, long rows, long columns) => (Name, Rows, Columns) = (name, rows, columns);

    /// <summary>What to call it in messages.</summary>
    public string Name { get; }

    /// <summary>Number of stimuli, S.</summary>
    public long Rows { get; }

    /// <summary>Number of features or neurons.</summary>
    public long Columns { get; }

    /// <summary>Responses in memory. The tensor stays the caller's and must outlive the matrix.</summary>
    /// <param name="values">[S, ...]; what follows the first axis is flattened. Any real type.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <returns>Rows of stimuli, columns of responses.</returns>
    /// <exception cref="ArgumentException">The tensor has fewer than two axes, or is empty or complex.</exception>
    public static ResponseMatrix FromTensor(Tensor values, string name = "responses") => new TensorResponses(values, name);

    /// <summary>Responses in a <c>.npy</c> file [S, ...], which are read from disk as they are needed.</summary>
    /// <param name="path">The file; real numbers of any size and byte order.</param>
    /// <returns>Rows of stimuli, columns of responses; the caller disposes it.</returns>
    /// <exception cref="InvalidDataException">The file is no such array.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static ResponseMatrix Open(string path) => new NumpyResponses(path);

    /// <summary>Columns of a block, the last of which may have fewer.</summary>
    private protected long BlockWidth =>
        Math.Min(Columns, Math.Max(FewestColumns, BlockElements / Rows / LineElements * LineElements));

    /// <summary>Reads some columns.</summary>
    /// <param name="start">The first, from 0.</param>
    /// <param name="count">How many.</param>
    /// <returns>A new tensor [S, count], float64; the caller disposes it.</returns>
    public Tensor ReadColumns(long start, long count)
    {
        var target = FreshMatrix.Of(Rows, count);
        ReadInto(target, start);
        return target;
    }

    /// <summary>Reads some columns into a tensor.</summary>
    /// <param name="target">Contiguous, float64 [S, count]; it is overwritten.</param>
    /// <param name="start">The first column.</param>
    protected internal abstract void ReadInto(Tensor target, long start);

    /// <summary>Reads some columns, each row less a number, and rounds the difference where the target is float32.</summary>
    /// <param name="target">Contiguous, float64 or float32 [S, count]; it is overwritten.</param>
    /// <param name="start">The first column.</param>
    /// <param name="less">What is taken from each row, float64 [S, 1].</param>
    internal virtual void ReadLess(Tensor target, long start, Tensor less)
    {
        if (target.dtype == ScalarType.Float64)
        {
            ReadInto(target, start);
            target.sub_(less);
            return;
        }

        using var wide = ReadColumns(start, target.shape[1]);
        target.copy_(wide.sub_(less));
    }

    /// <summary>Adds to the sum of every row its columns from some column on.</summary>
    /// <param name="sums">Float64, a number for each row.</param>
    /// <param name="start">The first column.</param>
    internal virtual unsafe void AddRowSums(double[] sums, long start) => ForEachBlock(
        block =>
        {
            using var first = block[0, 0];
            var (values, count) = ((nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes)), block.shape[1]);
            for (var row = 0; row < sums.Length; row++)
            {
                sums[row] += RowSum.Of((double*)values + (row * count), count);
            }

            return true;
        },
        start);

    /// <summary>Everything as one tensor [S, columns], float64; the caller disposes it.</summary>
    /// <returns>[S, columns], float64.</returns>
    public Tensor ToTensor() => ReadColumns(0, Columns);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of what the matrix holds.</summary>
    /// <param name="disposing">False where the collector calls.</param>
    protected abstract void Dispose(bool disposing);

    /// <summary>
    /// Hands over block after block; what the action leaves behind is disposed. A block may be changed, and is overwritten by the next:
    /// fresh memory for each would cost more time than most actions.
    /// </summary>
    /// <param name="action">Takes each block.</param>
    internal void ForEachBlock(Action<Tensor> action) => ForEachBlock(
        block =>
        {
            action(block);
            return true;
        },
        0);

    /// <summary>The same of rows that are read without their mean or another number.</summary>
    /// <param name="action">Takes each block.</param>
    /// <param name="less">What each row is read without, float64 [S, 1].</param>
    /// <param name="type">Of the blocks, float64 or float32.</param>
    internal void ForEachBlock(Action<Tensor> action, Tensor less, ScalarType type = ScalarType.Float64) => ForEachBlock(
        block =>
        {
            action(block);
            return true;
        },
        (block, start) => ReadLess(block, start, less), 0, type);

    /// <summary>The same from some column on, until the action says false.</summary>
    /// <param name="action">Takes each block; false ends it.</param>
    /// <param name="start">The first column.</param>
    /// <returns>The first column that was not read.</returns>
    internal long ForEachBlock(Func<Tensor, bool> action, long start) => ForEachBlock(action, ReadInto, start, ScalarType.Float64);

    private long ForEachBlock(Func<Tensor, bool> action, Action<Tensor, long> read, long start, ScalarType type)
    {
        var width = BlockWidth;
        using var buffer = FreshMatrix.Of(Rows, width, type);
        while (start < Columns)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(width, Columns - start);
            var block = count == width ? buffer.alias() : buffer.flatten().narrow(0, 0, Rows * count).view(Rows, count);
            read(block, start);
            start += count;
            if (!action(block))
            {
                break;
            }
        }

        return start;
    }
}
