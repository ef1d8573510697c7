using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// Rows of float16 and bfloat16 as floats and back, over the processor's vectors: rounded to the nearest, ties to even, as libtorch does.
/// Whole-number arithmetic only where a float could be subnormal, so that it holds also where the process flushes those to zero.
/// </summary>
internal static unsafe class LowRows
{
    private const uint Sign = 0x8000;
    private const uint Rebias = 112 << 23; // what the exponents of float16 and float differ by
    private const uint Infinity = 0x7f800000;

    /// <summary>Floats of a row.</summary>
    /// <param name="type">Float16 or bfloat16.</param>
    /// <param name="from">Its address.</param>
    /// <param name="to">Where the floats go.</param>
    /// <param name="count">How many, a multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen(ScalarType type, nint from, nint to, int count)
    {
        for (var i = 0; i < count; i += Vector256<ushort>.Count)
        {
            var (lower, upper) = Vector256.Widen(Vector256.Load((ushort*)from + i));
            var (first, second) = type == ScalarType.Float16
                ? (FromHalf(lower), FromHalf(upper))
                : (lower << 16, upper << 16);
            first.Store((uint*)to + i);
            second.Store((uint*)to + i + Vector256<uint>.Count);
        }
    }

    /// <summary>A row of floats, rounded.</summary>
    /// <param name="type">To float16 or bfloat16.</param>
    /// <param name="from">The floats' address.</param>
    /// <param name="to">Where the rounded numbers go.</param>
    /// <param name="count">How many, a multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow(ScalarType type, nint from, nint to, int count)
    {
        for (var i = 0; i < count; i += Vector256<ushort>.Count)
        {
            var (lower, upper) = (Vector256.Load((uint*)from + i), Vector256.Load((uint*)from + i + Vector256<uint>.Count));
            var (first, second) = type == ScalarType.Float16 ? (ToHalf(lower), ToHalf(upper)) : (ToBFloat(lower), ToBFloat(upper));
            Vector256.Narrow(first, second).Store((ushort*)to + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> FromHalf(Vector256<uint> bits)
    {
        var magnitude = bits & Vector256.Create(0x7fffu);
        var special = Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(0x7c00u)) & Vector256.Create(Rebias);
        var normal = (magnitude << 13) + Vector256.Create(Rebias) + special;
        var subnormal = (Vector256.ConvertToSingle(magnitude.AsInt32()) * 5.9604644775390625e-8f).AsUInt32(); // 2^-24
        return Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256.Create(0x400u)), subnormal, normal)
            | ((bits & Vector256.Create(Sign)) << 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> ToHalf(Vector256<uint> bits)
    {
        var magnitude = bits & Vector256.Create(0x7fffffffu);
        var normal = (magnitude - Vector256.Create(Rebias) + Vector256.Create(0xfffu) + ((magnitude >> 13) & Vector256<uint>.One)) >> 13;
        var half = Vector256.Create(0.5f); // its last bit is that of a subnormal of float16
        var subnormal = (magnitude.AsSingle() + half).AsUInt32() - half.AsUInt32();
        var result = Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256.Create(0x38800000u)), subnormal, normal);
        var large = Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(0x47800000u)); // 65536
        var special = Vector256.ConditionalSelect(
            Vector256.GreaterThan(magnitude, Vector256.Create(Infinity)), Vector256.Create(0x7e00u), Vector256.Create(0x7c00u));
        return Vector256.ConditionalSelect(large, special, result) | ((bits >> 16) & Vector256.Create(Sign));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> ToBFloat(Vector256<uint> bits)
    {
        var rounded = (bits + Vector256.Create(0x7fffu) + ((bits >> 16) & Vector256<uint>.One)) >> 16;
        var isNumber = Vector256.LessThanOrEqual(bits & Vector256.Create(0x7fffffffu), Vector256.Create(Infinity));
        return Vector256.ConditionalSelect(isNumber, rounded, Vector256.Create(0x7fc0u));
    }
}
