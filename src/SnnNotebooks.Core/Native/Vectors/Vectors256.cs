using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SnnNotebooks.Native.Vectors;

/// <summary>256 bits, of AVX2 and FMA.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal readonly unsafe struct Vectors256<T> : IVectors<T, Vector256<T>>
    where T : unmanaged
{
    /// <inheritdoc/>
    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    /// <inheritdoc/>
    public static int Count => Vector256<T>.Count;

    /// <inheritdoc/>
    public static int Registers => 16;

    /// <inheritdoc/>
    public static Vector256<T> Create(T value) => Vector256.Create(value);

    /// <inheritdoc/>
    public static Vector256<T> Load(T* from) => Vector256.Load(from);

    /// <inheritdoc/>
    public static void Store(Vector256<T> vector, T* to) => vector.Store(to);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> left, Vector256<T> right, Vector256<T> sum) => typeof(T) == typeof(float)
        ? Fma.MultiplyAdd(left.AsSingle(), right.AsSingle(), sum.AsSingle()).As<float, T>()
        : Fma.MultiplyAdd(left.AsDouble(), right.AsDouble(), sum.AsDouble()).As<double, T>();

    /// <inheritdoc/>
    public static Vector256<T> Fold(Vector256<T> vector) => vector;
}
