using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>One neuron: what is left when the others have been taken in vectors.</summary>
internal readonly unsafe struct ScalarLane<T>(T value) : IVectorLane<ScalarLane<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T value = value;

    public static int Width => 1;

    public static ScalarLane<T> One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(T.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Literal(double value) => Const(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Load(T* from) => new(*from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Const(double value) => new(T.CreateTruncating(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Exp(ScalarLane<T> value) => LaneExp.Of<ScalarLane<T>, T>(value);

    // by way of a vector: the same bits as for the neurons taken in vectors
    public static ScalarLane<T> Log(ScalarLane<T> value) => typeof(T) == typeof(float)
        ? new(Unsafe.BitCast<float, T>(Vector128.Log(Vector128.CreateScalar(Unsafe.BitCast<T, float>(value.value))).ToScalar()))
        : new(Unsafe.BitCast<double, T>(Vector128.Log(Vector128.CreateScalar(Unsafe.BitCast<T, double>(value.value))).ToScalar()));

    public static ScalarLane<T> Sin(ScalarLane<T> value) => typeof(T) == typeof(float)
        ? new(Unsafe.BitCast<float, T>(Vector128.Sin(Vector128.CreateScalar(Unsafe.BitCast<T, float>(value.value))).ToScalar()))
        : new(Unsafe.BitCast<double, T>(Vector128.Sin(Vector128.CreateScalar(Unsafe.BitCast<T, double>(value.value))).ToScalar()));

    public static ScalarLane<T> Cos(ScalarLane<T> value) => typeof(T) == typeof(float)
        ? new(Unsafe.BitCast<float, T>(Vector128.Cos(Vector128.CreateScalar(Unsafe.BitCast<T, float>(value.value))).ToScalar()))
        : new(Unsafe.BitCast<double, T>(Vector128.Cos(Vector128.CreateScalar(Unsafe.BitCast<T, double>(value.value))).ToScalar()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Select(ScalarLane<T> test, ScalarLane<T> notNegative, ScalarLane<T> otherwise) =>
        test.value >= T.Zero ? notNegative : otherwise;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Clamp(ScalarLane<T> value, double least, double most) =>
        value.value > Const(most).value ? Const(most) : value.value < Const(least).value ? Const(least) : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Round(ScalarLane<T> value)
    {
        var shift = Literal(typeof(T) == typeof(float) ? 12582912.0 : 6755399441055744.0); // adding it pushes the fraction out
        return value + shift - shift;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> PowerOfTwo(ScalarLane<T> shifted) => typeof(T) == typeof(float)
        ? new(Unsafe.BitCast<uint, T>((Unsafe.BitCast<T, uint>(shifted.value) << 23) + (127u << 23)))
        : new(Unsafe.BitCast<ulong, T>((Unsafe.BitCast<T, ulong>(shifted.value) << 52) + (1023UL << 52)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> Step(ScalarLane<T> value) => new(value.value >= T.Zero ? T.One : T.Zero);

    public static double Sum(ScalarLane<T> value) => double.CreateTruncating(value.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(T* to) => *to = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator +(ScalarLane<T> left, ScalarLane<T> right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator -(ScalarLane<T> left, ScalarLane<T> right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator *(ScalarLane<T> left, ScalarLane<T> right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator /(ScalarLane<T> left, ScalarLane<T> right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane<T> operator -(ScalarLane<T> value) => new(-value.value);
}
