namespace SnnNotebooks.Similarity;

/// <summary>
/// The random numbers of NumPy's <c>RandomState(seed)</c>, number by number: splits, clips and shuffles of published analyses are
/// drawn with it (M. Matsumoto, T. Nishimura, "Mersenne Twister", ACM TOMACS 8, 1998).
/// </summary>
public sealed class NumpyRandom
{
    private const int StateLength = 624;
    private const int Shift = 397;

    private readonly uint[] state = new uint[StateLength];
    private int next = StateLength;
    private double? spareNormal;

    /// <summary>Starts a sequence.</summary>
    /// <param name="seed">The seed.</param>
    public NumpyRandom(uint seed)
    {
        state[0] = seed;
        for (uint i = 1; i < StateLength; i++)
        {
            state[i] = (1812433253u * (state[i - 1] ^ (state[i - 1] >> 30))) + i;
        }
    }

    /// <summary>A whole number of 0 to <paramref name="bound"/> - 1: <c>randint(bound)</c>.</summary>
    /// <param name="bound">At least 1.</param>
    /// <returns>At least 0, below <paramref name="bound"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is below 1.</exception>
    public int Integer(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        if (bound == 1)
        {
            return 0;
        }

        // numbers above the bound are drawn again
        var mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount((uint)(bound - 1));
        uint value;
        do
        {
            value = Next() & mask;
        }
        while (value >= (uint)bound);
        return (int)value;
    }

    /// <summary>Shuffles in place: <c>shuffle(items)</c>.</summary>
    /// <typeparam name="T">Anything.</typeparam>
    /// <param name="items">What is shuffled.</param>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Integer(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>The numbers 0 to <paramref name="count"/> - 1 in random order: <c>permutation(count)</c>.</summary>
    /// <param name="count">At least 0.</param>
    /// <returns>Each number once.</returns>
    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        Shuffle(order.AsSpan());
        return order;
    }

    /// <summary>A number in [0, 1): <c>random_sample()</c>.</summary>
    /// <returns>In [0, 1).</returns>
    public double Uniform()
    {
        var (high, low) = (Next() >> 5, Next() >> 6);
        return ((high * 67108864.0) + low) / 9007199254740992.0;
    }

    /// <summary>A number from the standard normal distribution: <c>standard_normal()</c>, by the polar method.</summary>
    /// <returns>A finite number.</returns>
    public double Normal()
    {
        if (spareNormal is { } spare)
        {
            spareNormal = null;
            return spare;
        }

        double x, y, square;
        do
        {
            (x, y) = ((2 * Uniform()) - 1, (2 * Uniform()) - 1);
            square = (x * x) + (y * y);
        }
        while (square is >= 1 or 0);
        var scale = Math.Sqrt(-2 * Math.Log(square) / square);
        spareNormal = scale * x;
        return scale * y;
    }

    private uint Next()
    {
        if (next == StateLength)
        {
            Renew();
        }

        var y = state[next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680u;
        y ^= (y << 15) & 0xefc60000u;
        return y ^ (y >> 18);
    }

    private void Renew()
    {
        for (var i = 0; i < StateLength; i++)
        {
            var y = (state[i] & 0x80000000u) | (state[(i + 1) % StateLength] & 0x7fffffffu);
            state[i] = state[(i + Shift) % StateLength] ^ (y >> 1) ^ ((y & 1) * 0x9908b0dfu);
        }

        next = 0;
    }
}
