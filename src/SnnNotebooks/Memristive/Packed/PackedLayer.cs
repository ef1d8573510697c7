using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Memristive.Packed;

/// <summary>One dense layer in whole steps: its weights both ways round, and the bits a batch has gathered.</summary>
internal sealed class PackedLayer
{
    private readonly int bound;
    private readonly int[] bias;
    private readonly ulong[] deltaMinus;
    private readonly ulong[] deltaPlus;
    private readonly PackedMatrix forward;
    private readonly PackedMatrix? backward;
    private readonly short[] scratch;
    private readonly ulong[] signals;
    private readonly int words;

    /// <summary>Makes a layer.</summary>
    /// <param name="rows">Inputs.</param>
    /// <param name="columns">Outputs.</param>
    /// <param name="bound">Weights stay within plus or minus so many steps.</param>
    /// <param name="batch">Samples of a batch.</param>
    /// <param name="first">Whether errors end here.</param>
    public PackedLayer(int rows, int columns, int bound, int batch, bool first)
    {
        this.bound = bound;
        forward = new PackedMatrix(rows, columns);
        backward = first ? null : new PackedMatrix(columns, rows);
        bias = new int[forward.Stride];
        words = PackedBits.Words(batch);
        SignalWords = PackedBits.Words(rows);
        DeltaWords = PackedBits.Words(columns);
        signals = new ulong[words * 64 * SignalWords];
        (deltaPlus, deltaMinus) = (new ulong[words * 64 * DeltaWords], new ulong[words * 64 * DeltaWords]);
        scratch = new short[Math.Max(forward.Stride, backward?.Stride ?? 0)];
    }

    public int Rows => forward.Rows;

    public int Columns => forward.Columns;

    public int SignalWords { get; }

    public int DeltaWords { get; }

    public Span<short> Weights(int row) => forward.Row(row)[..Columns];

    public ReadOnlySpan<int> Bias => bias.AsSpan(0, Columns);

    public void SetBias(int column, int value) => bias[column] = value;

    /// <summary>Where the incoming bits of one sample of the batch are kept.</summary>
    public Span<ulong> Signals(int sample) => signals.AsSpan(sample * SignalWords, SignalWords);

    /// <summary>Where the errors +1 of one sample are kept.</summary>
    public Span<ulong> Plus(int sample) => deltaPlus.AsSpan(sample * DeltaWords, DeltaWords);

    /// <summary>Where the errors -1 of one sample are kept.</summary>
    public Span<ulong> Minus(int sample) => deltaMinus.AsSpan(sample * DeltaWords, DeltaWords);

    /// <summary>Copies the weights to their transpose.</summary>
    public void Turn()
    {
        if (backward is null)
        {
            return;
        }

        for (var row = 0; row < Rows; row++)
        {
            var from = forward.Row(row);
            for (var column = 0; column < Columns; column++)
            {
                backward.Row(column)[row] = from[column];
            }
        }
    }

    /// <summary>Column sums in steps, bias included.</summary>
    public void Sums(ReadOnlySpan<ulong> bits, Span<int> columns)
    {
        var narrow = scratch.AsSpan(0, forward.Stride);
        narrow.Clear();
        forward.AddRows(bits, narrow);
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = narrow[i] + bias[i];
        }
    }

    /// <summary>The signs of W^T delta as two bit rows.</summary>
    public void ErrorSigns(int sample, Span<ulong> plus, Span<ulong> minus)
    {
        var sums = scratch.AsSpan(0, backward!.Stride);
        sums.Clear();
        backward.AddRows(Minus(sample), sums);
        for (var i = 0; i < sums.Length; i += Vector256<short>.Count)
        {
            (-Vector256.LoadUnsafe(ref sums[i])).StoreUnsafe(ref sums[i]);
        }

        backward.AddRows(Plus(sample), sums);
        plus.Clear();
        minus.Clear();
        for (var i = 0; i < Rows; i += Vector256<short>.Count)
        {
            var sum = Vector256.LoadUnsafe(ref sums[i]);
            plus[i >> 6] |= (ulong)Vector256.ExtractMostSignificantBits(Vector256.GreaterThan(sum, Vector256<short>.Zero)) << (i & 63);
            minus[i >> 6] |= (ulong)Vector256.ExtractMostSignificantBits(Vector256.LessThan(sum, Vector256<short>.Zero)) << (i & 63);
        }
    }

    /// <summary>
    /// Ends a batch. Of each signal and each error the bits of all samples are brought into one word (or a few), so that the
    /// coincidences of a weight are counted by popcount: sum u = |delta+ and x| - |delta- and x|. Each majority is one step.
    /// </summary>
    public void Update(int majority)
    {
        var x = Gather(signals, SignalWords);
        var plus = Gather(deltaPlus, DeltaWords);
        var minus = Gather(deltaMinus, DeltaWords);
        var counts = scratch.AsSpan(0, forward.Stride);
        counts.Clear();
        for (var row = 0; row < Rows; row++)
        {
            var bits = x.AsSpan(row * words, words);
            if (bits.IndexOfAnyExcept(0UL) < 0)
            {
                continue;
            }

            if (words == 1)
            {
                CountWord(bits[0], plus, minus, counts);
            }
            else
            {
                Count(bits, plus, minus, counts);
            }

            Step(forward.Row(row), counts, majority);
        }

        for (var column = 0; column < Columns; column++)
        {
            var sum = Ones(plus.AsSpan(column * words, words)) - Ones(minus.AsSpan(column * words, words));
            bias[column] += sum > majority ? 1 : sum < -majority ? -1 : 0;
        }

        Turn();
        Array.Clear(signals);
        Array.Clear(deltaPlus);
        Array.Clear(deltaMinus);
    }

    private static int Ones(ReadOnlySpan<ulong> bits)
    {
        var sum = 0;
        foreach (var word in bits)
        {
            sum += BitOperations.PopCount(word);
        }

        return sum;
    }

    private void CountWord(ulong bits, ReadOnlySpan<ulong> plus, ReadOnlySpan<ulong> minus, Span<short> counts)
    {
        ref var up = ref MemoryMarshal.GetReference(plus);
        ref var down = ref MemoryMarshal.GetReference(minus);
        ref var count = ref MemoryMarshal.GetReference(counts);
        for (nuint i = 0; i < (nuint)Columns; i++)
        {
            System.Runtime.CompilerServices.Unsafe.Add(ref count, i) = (short)(BitOperations.PopCount(System.Runtime.CompilerServices.Unsafe.Add(ref up, i) & bits) - BitOperations.PopCount(System.Runtime.CompilerServices.Unsafe.Add(ref down, i) & bits));
        }
    }

    private void Count(ReadOnlySpan<ulong> bits, ReadOnlySpan<ulong> plus, ReadOnlySpan<ulong> minus, Span<short> counts)
    {
        for (var column = 0; column < Columns; column++)
        {
            var sum = 0;
            for (var word = 0; word < words; word++)
            {
                sum += BitOperations.PopCount(plus[(column * words) + word] & bits[word]) - BitOperations.PopCount(minus[(column * words) + word] & bits[word]);
            }

            counts[column] = (short)sum;
        }
    }

    private void Step(Span<short> weights, ReadOnlySpan<short> counts, int majority)
    {
        var (threshold, limit) = (Vector256.Create((short)majority), Vector256.Create((short)bound));
        for (var i = 0; i < counts.Length; i += Vector256<short>.Count)
        {
            var sum = Vector256.LoadUnsafe(in counts[i]);
            // a comparison that holds is -1
            var direction = Vector256.LessThan(sum, -threshold) - Vector256.GreaterThan(sum, threshold);
            var moved = Vector256.LoadUnsafe(ref weights[i]) + direction;
            Vector256.Min(Vector256.Max(moved, -limit), limit).StoreUnsafe(ref weights[i]);
        }
    }

    // from a row of bits for each sample to a row of samples for each bit
    private ulong[] Gather(ulong[] samples, int rowWords)
    {
        var turned = new ulong[rowWords * 64 * words];
        Span<ulong> square = stackalloc ulong[64];
        for (var word = 0; word < rowWords; word++)
        {
            for (var group = 0; group < words; group++)
            {
                for (var sample = 0; sample < 64; sample++)
                {
                    square[sample] = samples[(((group * 64) + sample) * rowWords) + word];
                }

                PackedBits.Transpose(square);
                for (var bit = 0; bit < 64; bit++)
                {
                    turned[(((word * 64) + bit) * words) + group] = square[bit];
                }
            }
        }

        return turned;
    }
}
