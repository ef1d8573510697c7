using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>Eight floats or four doubles (AVX2).</summary>
internal readonly unsafe struct Lane256<T>(Vector256<T> value) : IVectorLane<Lane256<T>, T>
    where T : unmanaged
{
    private readonly Vector256<T> value = value;

    public static int Width => Vector256<T>.Count;

    public static Lane256<T> One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256<T>.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Literal(double value) => typeof(T) == typeof(float)
        ? new(Vector256.Create((float)value).As<float, T>())
        : new(Vector256.Create(value).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Load(T* from) => new(Vector256.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Const(double value) => typeof(T) == typeof(float)
        ? new(Vector256.Create(Rounding.ToSingle(value)).As<float, T>())
        : new(Vector256.Create(value).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Exp(Lane256<T> value) => LaneExp.Of<Lane256<T>, T>(value);

    public static Lane256<T> Log(Lane256<T> value) => typeof(T) == typeof(float)
        ? new(Vector256.Log(value.value.As<T, float>()).As<float, T>())
        : new(Vector256.Log(value.value.As<T, double>()).As<double, T>());

    public static Lane256<T> Sin(Lane256<T> value) => typeof(T) == typeof(float)
        ? new(Vector256.Sin(value.value.As<T, float>()).As<float, T>())
        : new(Vector256.Sin(value.value.As<T, double>()).As<double, T>());

    public static Lane256<T> Cos(Lane256<T> value) => typeof(T) == typeof(float)
        ? new(Vector256.Cos(value.value.As<T, float>()).As<float, T>())
        : new(Vector256.Cos(value.value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Select(Lane256<T> test, Lane256<T> notNegative, Lane256<T> otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(test.value, Vector256<T>.Zero), notNegative.value, otherwise.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Clamp(Lane256<T> value, double least, double most)
    {
        var (low, high) = (Literal(least).value, Literal(most).value);
        var notAbove = Vector256.ConditionalSelect(Vector256.GreaterThan(value.value, high), high, value.value);
        return new(Vector256.ConditionalSelect(Vector256.LessThan(notAbove, low), low, notAbove));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Round(Lane256<T> value)
    {
        var shift = Literal(typeof(T) == typeof(float) ? 12582912.0 : 6755399441055744.0); // adding it pushes the fraction out
        return value + shift - shift;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> PowerOfTwo(Lane256<T> shifted) => typeof(T) == typeof(float)
        ? new(((Vector256.ShiftLeft(shifted.value.As<T, uint>(), 23)) + Vector256.Create(127u << 23)).As<uint, T>())
        : new(((Vector256.ShiftLeft(shifted.value.As<T, ulong>(), 52)) + Vector256.Create(1023UL << 52)).As<ulong, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> Step(Lane256<T> value) => new(Vector256.GreaterThanOrEqual(value.value, Vector256<T>.Zero) & Vector256<T>.One);

    public static double Sum(Lane256<T> value)
    {
        // element by element in double, so that the sum does not depend on the width of a vector
        var sum = 0.0;
        for (var i = 0; i < Vector256<T>.Count; i++)
        {
            sum += double.CreateTruncating(typeof(T) == typeof(float) ? value.value.As<T, float>()[i] : value.value.As<T, double>()[i]);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(T* to) => Vector256.Store(value, to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> operator +(Lane256<T> left, Lane256<T> right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> operator -(Lane256<T> left, Lane256<T> right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> operator *(Lane256<T> left, Lane256<T> right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> operator /(Lane256<T> left, Lane256<T> right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256<T> operator -(Lane256<T> value) => new(-value.value);
}
