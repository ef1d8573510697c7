using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>Sixteen floats or eight doubles (AVX-512).</summary>
internal readonly unsafe struct Lane512<T>(Vector512<T> value) : IVectorLane<Lane512<T>, T>
    where T : unmanaged
{
    private readonly Vector512<T> value = value;

    public static int Width => Vector512<T>.Count;

    public static Lane512<T> One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512<T>.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Literal(double value) => typeof(T) == typeof(float)
        ? new(Vector512.Create((float)value).As<float, T>())
        : new(Vector512.Create(value).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Load(T* from) => new(Vector512.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Const(double value) => typeof(T) == typeof(float)
        ? new(Vector512.Create(Rounding.ToSingle(value)).As<float, T>())
        : new(Vector512.Create(value).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Exp(Lane512<T> value) => LaneExp.Of<Lane512<T>, T>(value);

    public static Lane512<T> Log(Lane512<T> value) => typeof(T) == typeof(float)
        ? new(Vector512.Log(value.value.As<T, float>()).As<float, T>())
        : new(Vector512.Log(value.value.As<T, double>()).As<double, T>());

    public static Lane512<T> Sin(Lane512<T> value) => typeof(T) == typeof(float)
        ? new(Vector512.Sin(value.value.As<T, float>()).As<float, T>())
        : new(Vector512.Sin(value.value.As<T, double>()).As<double, T>());

    public static Lane512<T> Cos(Lane512<T> value) => typeof(T) == typeof(float)
        ? new(Vector512.Cos(value.value.As<T, float>()).As<float, T>())
        : new(Vector512.Cos(value.value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Select(Lane512<T> test, Lane512<T> notNegative, Lane512<T> otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThanOrEqual(test.value, Vector512<T>.Zero), notNegative.value, otherwise.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Clamp(Lane512<T> value, double least, double most)
    {
        var (low, high) = (Literal(least).value, Literal(most).value);
        var notAbove = Vector512.ConditionalSelect(Vector512.GreaterThan(value.value, high), high, value.value);
        return new(Vector512.ConditionalSelect(Vector512.LessThan(notAbove, low), low, notAbove));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Round(Lane512<T> value)
    {
        var shift = Literal(typeof(T) == typeof(float) ? 12582912.0 : 6755399441055744.0); // adding it pushes the fraction out
        return value + shift - shift;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> PowerOfTwo(Lane512<T> shifted) => typeof(T) == typeof(float)
        ? new(((Vector512.ShiftLeft(shifted.value.As<T, uint>(), 23)) + Vector512.Create(127u << 23)).As<uint, T>())
        : new(((Vector512.ShiftLeft(shifted.value.As<T, ulong>(), 52)) + Vector512.Create(1023UL << 52)).As<ulong, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> Step(Lane512<T> value) => new(Vector512.GreaterThanOrEqual(value.value, Vector512<T>.Zero) & Vector512<T>.One);

    public static double Sum(Lane512<T> value)
    {
        // element by element in double, so that the sum does not depend on the width of a vector
        var sum = 0.0;
        for (var i = 0; i < Vector512<T>.Count; i++)
        {
            sum += double.CreateTruncating(typeof(T) == typeof(float) ? value.value.As<T, float>()[i] : value.value.As<T, double>()[i]);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(T* to) => Vector512.Store(value, to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> operator +(Lane512<T> left, Lane512<T> right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> operator -(Lane512<T> left, Lane512<T> right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> operator *(Lane512<T> left, Lane512<T> right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> operator /(Lane512<T> left, Lane512<T> right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512<T> operator -(Lane512<T> value) => new(-value.value);
}
