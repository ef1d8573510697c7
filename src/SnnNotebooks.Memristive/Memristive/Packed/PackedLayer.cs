using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Memristive.Packed;

/// <summary>One dense layer in whole steps: its weights both ways round, and the bits a batch has gathered.</summary>
internal sealed class PackedLayer
{
    private const int Narrow = 16;
    private readonly int bound;
    private readonly int[] bias;
    private readonly ulong[] deltaMinus;
    private readonly ulong[] deltaPlus;
    private readonly sbyte[] errors;
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
        errors = columns <= Narrow ? [] : new sbyte[words * 64 * forward.Stride];
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
    /// Ends a batch: counts the coincidences of each weight and each bias over it, sum u = |delta+ and x| - |delta- and x|, and makes
    /// a step of each majority. What is counted is one word for a signal, or for an error, of up to 64 samples.
    /// </summary>
    public void Update(int majority)
    {
        var x = Gather(signals, SignalWords);
        var narrow = Columns <= Narrow;
        var (plus, minus) = narrow ? (Gather(deltaPlus, DeltaWords), Gather(deltaMinus, DeltaWords)) : ([], []);
        if (!narrow)
        {
            Expand();
        }

        var counts = scratch.AsSpan(0, forward.Stride);
        for (var row = 0; row < Rows; row++)
        {
            var bits = x.AsSpan(row * words, words);
            if (bits.IndexOfAnyExcept(0UL) >= 0)
            {
                Count(bits, plus, minus, counts);
                Step(forward.Row(row), counts, majority);
            }
        }

        // the bias has a signal of 1 for every sample
        Span<ulong> all = new ulong[words];
        all.Fill(ulong.MaxValue);
        Count(all, plus, minus, counts);
        for (var column = 0; column < Columns; column++)
        {
            bias[column] += counts[column] > majority ? 1 : counts[column] < -majority ? -1 : 0;
        }

        Turn();
        Array.Clear(signals);
        Array.Clear(deltaPlus);
        Array.Clear(deltaMinus);
    }

    // few columns: popcounts of one word for each error. Many: the errors of the samples whose signal is 1, added as bytes, are
    // counted 32 columns at a time, in about an eighth of the time of popcounts
    private void Count(ReadOnlySpan<ulong> bits, ReadOnlySpan<ulong> plus, ReadOnlySpan<ulong> minus, Span<short> counts)
    {
        counts.Clear();
        for (var word = 0; word < words; word++)
        {
            if (plus.IsEmpty)
            {
                AddErrors(bits[word], word * 64, counts);
                continue;
            }

            for (var column = 0; column < Columns; column++)
            {
                counts[column] += (short)(BitOperations.PopCount(plus[(column * words) + word] & bits[word])
                    - BitOperations.PopCount(minus[(column * words) + word] & bits[word]));
            }
        }
    }

    private void AddErrors(ulong bits, int firstSample, Span<short> counts)
    {
        ref var first = ref MemoryMarshal.GetArrayDataReference(errors);
        for (var column = 0; column < counts.Length; column += 2 * Vector256<sbyte>.Count)
        {
            // 64 errors of -1, 0 or 1 fit a byte
            var (low, high) = (Vector256<sbyte>.Zero, Vector256<sbyte>.Zero);
            for (var left = bits; left != 0; left &= left - 1)
            {
                var place = (nuint)(((firstSample + BitOperations.TrailingZeroCount(left)) * counts.Length) + column);
                low += Vector256.LoadUnsafe(ref first, place);
                high += Vector256.LoadUnsafe(ref first, place + (nuint)Vector256<sbyte>.Count);
            }

            Widen(low, counts[column..]);
            Widen(high, counts[(column + Vector256<sbyte>.Count)..]);
        }

        static void Widen(Vector256<sbyte> sums, Span<short> counts)
        {
            var (lower, upper) = Vector256.Widen(sums);
            (Vector256.LoadUnsafe(ref counts[0]) + lower).StoreUnsafe(ref counts[0]);
            (Vector256.LoadUnsafe(ref counts[16]) + upper).StoreUnsafe(ref counts[16]);
        }
    }

    // the errors of all samples as signed bytes
    private void Expand()
    {
        for (var sample = 0; sample < words * 64; sample++)
        {
            var to = errors.AsSpan(sample * forward.Stride, forward.Stride);
            for (var column = 0; column < Columns; column += Vector256<sbyte>.Count)
            {
                var (word, shift) = ((sample * DeltaWords) + (column >> 6), column & 63);

                // a mask that holds is -1
                (Mask((uint)(deltaMinus[word] >> shift)) - Mask((uint)(deltaPlus[word] >> shift))).StoreUnsafe(ref to[column]);
            }
        }
    }

    // -1 in byte i where bit i is 1; the constant stays within its half of the register
    private static Vector256<sbyte> Mask(uint bits)
    {
        var bytes = Vector256.Shuffle(
            Vector256.Create(bits).AsByte(), Vector256.Create(
                (byte)0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 18, 18, 18, 18, 18, 18, 18, 18, 19, 19, 19, 19, 19, 19, 19, 19));
        var single = Vector256.Create(0x8040201008040201UL).AsByte();
        return Vector256.Equals(bytes & single, single).AsSByte();
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
