using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SnnNotebooks.Native.Vectors;

/// <summary>512 bits, of AVX-512.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal readonly unsafe struct Vectors512<T> : IVectors<T, Vector512<T>>
    where T : unmanaged
{
    /// <inheritdoc/>
    public static bool IsSupported => Avx512F.IsSupported;

    /// <inheritdoc/>
    public static int Count => Vector512<T>.Count;

    /// <inheritdoc/>
    public static int Registers => 32;

    /// <inheritdoc/>
    public static Vector512<T> Create(T value) => Vector512.Create(value);

    /// <inheritdoc/>
    public static Vector512<T> Load(T* from) => Vector512.Load(from);

    /// <inheritdoc/>
    public static void Store(Vector512<T> vector, T* to) => vector.Store(to);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> left, Vector512<T> right, Vector512<T> sum) => typeof(T) == typeof(float)
        ? Avx512F.FusedMultiplyAdd(left.AsSingle(), right.AsSingle(), sum.AsSingle()).As<float, T>()
        : Avx512F.FusedMultiplyAdd(left.AsDouble(), right.AsDouble(), sum.AsDouble()).As<double, T>();

    /// <inheritdoc/>
    public static Vector256<T> Fold(Vector512<T> vector) => vector.GetLower() + vector.GetUpper();
}
