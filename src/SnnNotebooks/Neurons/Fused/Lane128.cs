using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>Four floats or two doubles (SSE, NEON).</summary>
internal readonly unsafe struct Lane128<T>(Vector128<T> value) : IVectorLane<Lane128<T>, T>
    where T : unmanaged
{
    private readonly Vector128<T> value = value;

    public static int Width => Vector128<T>.Count;

    public static Lane128<T> One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector128<T>.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Literal(double value) => typeof(T) == typeof(float)
        ? new(Vector128.Create((float)value).As<float, T>())
        : new(Vector128.Create(value).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Load(T* from) => new(Vector128.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Const(double value) => typeof(T) == typeof(float)
        ? new(Vector128.Create(Rounding.ToSingle(value)).As<float, T>())
        : new(Vector128.Create(value).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Exp(Lane128<T> value) => LaneExp.Of<Lane128<T>, T>(value);

    public static Lane128<T> Log(Lane128<T> value) => typeof(T) == typeof(float)
        ? new(Vector128.Log(value.value.As<T, float>()).As<float, T>())
        : new(Vector128.Log(value.value.As<T, double>()).As<double, T>());

    public static Lane128<T> Sin(Lane128<T> value) => typeof(T) == typeof(float)
        ? new(Vector128.Sin(value.value.As<T, float>()).As<float, T>())
        : new(Vector128.Sin(value.value.As<T, double>()).As<double, T>());

    public static Lane128<T> Cos(Lane128<T> value) => typeof(T) == typeof(float)
        ? new(Vector128.Cos(value.value.As<T, float>()).As<float, T>())
        : new(Vector128.Cos(value.value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Select(Lane128<T> test, Lane128<T> notNegative, Lane128<T> otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThanOrEqual(test.value, Vector128<T>.Zero), notNegative.value, otherwise.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Clamp(Lane128<T> value, double least, double most)
    {
        var (low, high) = (Literal(least).value, Literal(most).value);
        var notAbove = Vector128.ConditionalSelect(Vector128.GreaterThan(value.value, high), high, value.value);
        return new(Vector128.ConditionalSelect(Vector128.LessThan(notAbove, low), low, notAbove));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Round(Lane128<T> value)
    {
        var shift = Literal(typeof(T) == typeof(float) ? 12582912.0 : 6755399441055744.0); // adding it pushes the fraction out
        return value + shift - shift;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> PowerOfTwo(Lane128<T> shifted) => typeof(T) == typeof(float)
        ? new(((Vector128.ShiftLeft(shifted.value.As<T, uint>(), 23)) + Vector128.Create(127u << 23)).As<uint, T>())
        : new(((Vector128.ShiftLeft(shifted.value.As<T, ulong>(), 52)) + Vector128.Create(1023UL << 52)).As<ulong, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> Step(Lane128<T> value) => new(Vector128.GreaterThanOrEqual(value.value, Vector128<T>.Zero) & Vector128<T>.One);

    public static double Sum(Lane128<T> value)
    {
        // element by element in double, so that the sum does not depend on the width of a vector
        var sum = 0.0;
        for (var i = 0; i < Vector128<T>.Count; i++)
        {
            sum += double.CreateTruncating(typeof(T) == typeof(float) ? value.value.As<T, float>()[i] : value.value.As<T, double>()[i]);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(T* to) => Vector128.Store(value, to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> operator +(Lane128<T> left, Lane128<T> right) => new(left.value + right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> operator -(Lane128<T> left, Lane128<T> right) => new(left.value - right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> operator *(Lane128<T> left, Lane128<T> right) => new(left.value * right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> operator /(Lane128<T> left, Lane128<T> right) => new(left.value / right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128<T> operator -(Lane128<T> value) => new(-value.value);
}
