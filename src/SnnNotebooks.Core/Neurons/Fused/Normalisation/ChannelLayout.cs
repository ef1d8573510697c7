using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Neurons.Fused.Normalisation;

/// <summary>Which channel the elements of a step belong to, in the order in which they lie.</summary>
/// <param name="Channels">C.</param>
/// <param name="Inner">How many neighbours share a channel: 1 where channels lie innermost, else the pixels of a map.</param>
internal readonly unsafe record struct ChannelLayout(int Channels, long Inner)
{
    /// <summary>What C is a multiple of.</summary>
    public const int Multiple = 8;

    /// <summary>Gives each element of a row the number of its channel.</summary>
    /// <param name="numbers">One for each channel.</param>
    /// <param name="start">The first element's place in its step.</param>
    /// <param name="count">How many.</param>
    /// <param name="row">Takes the numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Spread(float* numbers, long start, int count, float* row)
    {
        var (channel, place) = At(start);
        for (int i = 0, run; i < count; i += run)
        {
            run = Run(channel, place, count - i);
            if (Inner == 1)
            {
                new ReadOnlySpan<float>(numbers + channel, run).CopyTo(new Span<float>(row + i, run));
                channel = 0;
            }
            else
            {
                new Span<float>(row + i, run).Fill(numbers[channel]);
                (channel, place) = ((channel + 1) % Channels, 0);
            }
        }
    }

    /// <summary>Adds the elements of a row to the sums of their channels.</summary>
    /// <param name="row">The elements.</param>
    /// <param name="start">The first one's place in its step.</param>
    /// <param name="count">How many.</param>
    /// <param name="sums">One for each channel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gather(float* row, long start, int count, double* sums)
    {
        var (channel, place) = At(start);
        for (int i = 0, run; i < count; i += run)
        {
            run = Run(channel, place, count - i);
            if (Inner == 1)
            {
                Add(row + i, run, sums + channel);
                channel = 0;
            }
            else
            {
                sums[channel] += Sum(row + i, run);
                (channel, place) = ((channel + 1) % Channels, 0);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (int Channel, long Place) At(long start)
    {
        var (plane, place) = Math.DivRem(start, Inner);
        return ((int)(plane % Channels), place);
    }

    /// <summary>How many elements from here on have channels one after the other, or the same channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Run(int channel, long place, int most) => (int)Math.Min(Inner == 1 ? Channels - channel : Inner - place, most);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* values, int count, double* sums)
    {
        var i = 0;
        for (; i <= count - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var (lower, upper) = Vector256.Widen(Vector256.Load(values + i));
            (Vector256.Load(sums + i) + lower).Store(sums + i);
            (Vector256.Load(sums + i + 4) + upper).Store(sums + i + 4);
        }

        for (; i < count; i++)
        {
            sums[i] += values[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Sum(float* values, int count)
    {
        var (first, second, i) = (Vector256<double>.Zero, Vector256<double>.Zero, 0);
        for (; i <= count - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var (lower, upper) = Vector256.Widen(Vector256.Load(values + i));
            first += lower;
            second += upper;
        }

        var sum = Vector256.Sum(first + second);
        for (; i < count; i++)
        {
            sum += values[i];
        }

        return sum;
    }
}
