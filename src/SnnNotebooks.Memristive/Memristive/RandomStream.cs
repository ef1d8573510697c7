using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Memristive;

/// <summary>
/// Random numbers by place instead of by turn: the number at a position depends on seed, role, layer and position alone, so any
/// thread may draw any of them, in any order, with the same result. The generator is SplitMix64 (G. Steele, D. Lea, C. Flood,
/// "Fast splittable pseudorandom number generators", OOPSLA 2014); each of its 64-bit words gives two numbers.
/// </summary>
public readonly struct RandomStream
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const float Unit = 1f / (1 << 24);
    private readonly ulong key;

    /// <summary>Makes the stream of one role of one layer.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="role">What the numbers are for.</param>
    /// <param name="layer">The layer, from 0.</param>
    public RandomStream(int seed, SamplingRole role, int layer = 0) =>
        key = Mix(Mix((ulong)(uint)seed + Golden) ^ ((ulong)role << 32) ^ (uint)layer);

    /// <summary>The uniform number in [0, 1) at a position, a multiple of 2^-24.</summary>
    /// <param name="position">Any.</param>
    /// <returns>In [0, 1).</returns>
    public float Uniform(ulong position)
    {
        var word = Mix(key + (Golden * (position >> 1)));
        return ((uint)(word >> (int)((position & 1) * 32)) >> 8) * Unit;
    }

    /// <summary>A standard normal number: the quantile of the uniform number at a position.</summary>
    /// <param name="position">Any.</param>
    /// <returns>A finite number.</returns>
    public float Normal(ulong position)
    {
        Span<float> eight = stackalloc float[Vector256<float>.Count];
        eight.Fill(Uniform(position));
        NormalQuantile.Apply(eight);
        return eight[0];
    }

    /// <summary>Writes the uniform numbers from an even position on.</summary>
    /// <param name="position">The first position, even.</param>
    /// <param name="uniforms">Where they go; its length is a multiple of 8.</param>
    internal void Fill(ulong position, Span<float> uniforms)
    {
        ref var first = ref MemoryMarshal.GetReference(uniforms);
        var state = Words(position);
        for (var i = 0; i < uniforms.Length; i += Vector256<float>.Count)
        {
            Next(ref state).StoreUnsafe(ref first, (nuint)i);
        }
    }

    /// <summary>The state from which <see cref="Next"/> draws eight numbers at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector256<ulong> Words(ulong position) =>
        Vector256.Create(key + (Golden * (position >> 1))) + Vector256.Create(0UL, Golden, unchecked(2 * Golden), unchecked(3 * Golden));

    /// <summary>Eight uniform numbers in the order of their positions; moves the state behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Next(ref Vector256<ulong> state)
    {
        var word = state;
        state += Vector256.Create(unchecked(4 * Golden));
        word = (word ^ (word >>> 30)) * Vector256.Create(0xBF58476D1CE4E5B9UL);
        word = (word ^ (word >>> 27)) * Vector256.Create(0x94D049BB133111EBUL);
        word ^= word >>> 31;
        return Vector256.ConvertToSingle((word.AsUInt32() >>> 8).AsInt32()) * Vector256.Create(Unit);
    }

    private static ulong Mix(ulong word)
    {
        word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9;
        word = (word ^ (word >> 27)) * 0x94D049BB133111EB;
        return word ^ (word >> 31);
    }
}
