using System.Runtime.InteropServices;
using SnnNotebooks.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>
/// What a metric keeps of one side: made once for a layer or a region, then compared with many others. Either components
/// [S, k] or, where the metric works on pairs of stimuli, a matrix [S, S].
/// </summary>
public sealed class Representation : IDisposable
{
    private readonly int[] stimuli;
    private object? kept;

    /// <summary>Keeps numbers.</summary>
    /// <param name="name">What they were made of.</param>
    /// <param name="values">Float64 [S, k] or, pairwise, [S, S]; the representation takes them over.</param>
    /// <param name="pairwise">Whether rows and columns both are stimuli.</param>
    public Representation(string name, Tensor values, bool pairwise)
        : this(name, values, pairwise, null)
    {
    }

    /// <summary>Says why there are no numbers.</summary>
    /// <param name="name">What they would have been made of.</param>
    /// <param name="undefined">The reason.</param>
    public Representation(string name, string undefined)
    {
        (Name, Undefined, Values, stimuli) = (name, undefined, zeros(0, 0, ScalarType.Float64).DetachFromDisposeScope(), []);
    }

    private Representation(string name, Tensor values, bool pairwise, int[]? stimuli)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.dtype != ScalarType.Float64 || values.dim() != 2 || (pairwise && values.shape[0] != values.shape[1]))
        {
            throw new ArgumentException(
                $"A representation of {name} was given {values.dtype} [{string.Join(", ", values.shape)}]; expected Float64 "
                + $"{(pairwise ? "[S, S]" : "[S, k]")}.", nameof(values));
        }

        (Name, Values, Pairwise) = (name, values.DetachFromDisposeScope(), pairwise);
        this.stimuli = stimuli ?? [.. Enumerable.Range(0, (int)values.shape[0])];
    }

    /// <summary>What it was made of.</summary>
    public string Name { get; }

    /// <summary>The numbers, float64: [S, k] or, where <see cref="Pairwise"/>, [S, S]. They belong to the representation.</summary>
    public Tensor Values { get; }

    /// <summary>Whether rows and columns both are stimuli.</summary>
    public bool Pairwise { get; }

    /// <summary>Why nothing can be compared with it (silent, constant, not finite), or null where it can.</summary>
    public string? Undefined { get; }

    /// <summary>Number of stimuli.</summary>
    public int Rows => stimuli.Length;

    /// <summary>Which stimulus each row is: its row in the responses.</summary>
    internal IReadOnlyList<int> Stimuli => stimuli;

    /// <summary>Number of different stimuli: fewer than <see cref="Rows"/> where some were drawn more than once.</summary>
    public int Distinct => stimuli.Distinct().Count();

    /// <summary>The same for other stimuli: reordered, left out, or drawn more than once.</summary>
    /// <param name="rows">Indices of rows, from 0.</param>
    /// <returns>A new representation; where it is undefined, so is this.</returns>
    public Representation Select(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (Undefined is not null)
        {
            return new Representation(Name, Undefined);
        }

        using var scope = NewDisposeScope();
        var index = tensor(rows.Select(row => (long)row).ToArray());
        var values = Values.index_select(0, index);
        return new Representation(Name, Pairwise ? values.index_select(1, index) : values, Pairwise, [.. rows.Select(row => stimuli[row])]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Values.Dispose();
        (kept as IDisposable)?.Dispose();
    }

    /// <summary>The numbers above the diagonal, row by row; pairs of a stimulus drawn twice are left out on request.</summary>
    internal double[] UpperTriangle(bool withoutTwins = true)
    {
        var n = Rows;
        var values = MemoryMarshal.Cast<byte, double>(Values.bytes);
        var twins = withoutTwins && Distinct < n;
        var pairs = LargePages.Array<double>(checked((int)((long)n * (n - 1) / 2)));
        var count = 0;
        for (var i = 0; i < n - 1; i++)
        {
            var row = values.Slice(i * n, n);
            if (!twins)
            {
                row[(i + 1)..].CopyTo(pairs.AsSpan(count));
                count += n - i - 1;
                continue;
            }

            for (var j = i + 1; j < n; j++)
            {
                if (stimuli[i] != stimuli[j])
                {
                    pairs[count++] = row[j];
                }
            }
        }

        GC.KeepAlive(this); // a span of a tensor's memory does not keep the tensor
        return count == pairs.Length ? pairs : pairs[..count];
    }

    /// <summary>The largest of the numbers above the diagonal less the smallest.</summary>
    internal double Spread()
    {
        var n = Rows;
        var values = MemoryMarshal.Cast<byte, double>(Values.bytes);
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var i = 0; i < n - 1; i++)
        {
            foreach (var value in values[((i * n) + i + 1)..((i + 1) * n)])
            {
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
            }
        }

        GC.KeepAlive(this);
        return high - low;
    }

    /// <summary>What a metric derives from this and needs for every comparison: made once, disposed with this.</summary>
    internal T Kept<T>(Func<T> make)
        where T : class => (T)(kept ??= make());
}
