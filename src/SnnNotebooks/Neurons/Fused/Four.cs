using System.Runtime.CompilerServices;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// Four lanes side by side. The JIT converts an equation's constants anew in each pass of a loop: four lanes share the work, and
/// the latency of long chains of operations is hidden.
/// </summary>
internal readonly unsafe struct Four<TLane, T> : IVectorLane<Four<TLane, T>, T>
    where TLane : struct, IVectorLane<TLane, T>
    where T : unmanaged
{
    private readonly TLane a;
    private readonly TLane b;
    private readonly TLane c;
    private readonly TLane d;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Four(TLane a, TLane b, TLane c, TLane d)
    {
        this.a = a;
        this.b = b;
        this.c = c;
        this.d = d;
    }

    public static int Width => 4 * TLane.Width;

    public static Four<TLane, T> One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Same(TLane.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLane, T> Const(double value) => Same(TLane.Const(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLane, T> Literal(double value) => Same(TLane.Literal(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLane, T> Load(T* from) =>
        new(TLane.Load(from), TLane.Load(from + TLane.Width), TLane.Load(from + (2 * TLane.Width)), TLane.Load(from + (3 * TLane.Width)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(T* to)
    {
        a.Store(to);
        b.Store(to + TLane.Width);
        c.Store(to + (2 * TLane.Width));
        d.Store(to + (3 * TLane.Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLane, T> Exp(Four<TLane, T> value) => new(TLane.Exp(value.a), TLane.Exp(value.b), TLane.Exp(value.c), TLane.Exp(value.d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLane, T> Log(Four<TLane, T> value) => new(TLane.Log(value.a), TLane.Log(value.b), TLane.Log(value.c), TLane.Log(value.d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLane, T> Sin(Four<TLane, T> value) => new(TLane.Sin(value.a), TLane.Sin(value.b), TLane.Sin(value.c), TLane.Sin(value.d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLane, T> Cos(Four<TLane, T> value) => new(TLane.Cos(value.a), TLane.Cos(value.b), TLane.Cos(value.c), TLane.Cos(value.d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLane, T> Step(Four<TLane, T> value) => new(TLane.Step(value.a), TLane.Step(value.b), TLane.Step(value.c), TLane.Step(value.d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLane, T> Round(Four<TLane, T> value) => new(TLane.Round(value.a), TLane.Round(value.b), TLane.Round(value.c), TLane.Round(value.d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLane, T> PowerOfTwo(Four<TLane, T> value) => new(TLane.PowerOfTwo(value.a), TLane.PowerOfTwo(value.b), TLane.PowerOfTwo(value.c), TLane.PowerOfTwo(value.d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLane, T> Clamp(Four<TLane, T> value, double least, double most) =>
        new(TLane.Clamp(value.a, least, most), TLane.Clamp(value.b, least, most), TLane.Clamp(value.c, least, most), TLane.Clamp(value.d, least, most));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLane, T> Select(Four<TLane, T> test, Four<TLane, T> notNegative, Four<TLane, T> otherwise) => new(
        TLane.Select(test.a, notNegative.a, otherwise.a),
        TLane.Select(test.b, notNegative.b, otherwise.b),
        TLane.Select(test.c, notNegative.c, otherwise.c),
        TLane.Select(test.d, notNegative.d, otherwise.d));

    public static double Sum(Four<TLane, T> value) => TLane.Sum(value.a) + TLane.Sum(value.b) + TLane.Sum(value.c) + TLane.Sum(value.d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLane, T> operator +(Four<TLane, T> left, Four<TLane, T> right) =>
        new(left.a + right.a, left.b + right.b, left.c + right.c, left.d + right.d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLane, T> operator -(Four<TLane, T> left, Four<TLane, T> right) =>
        new(left.a - right.a, left.b - right.b, left.c - right.c, left.d - right.d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLane, T> operator *(Four<TLane, T> left, Four<TLane, T> right) =>
        new(left.a * right.a, left.b * right.b, left.c * right.c, left.d * right.d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLane, T> operator /(Four<TLane, T> left, Four<TLane, T> right) =>
        new(left.a / right.a, left.b / right.b, left.c / right.c, left.d / right.d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four<TLane, T> operator -(Four<TLane, T> value) => new(-value.a, -value.b, -value.c, -value.d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Four<TLane, T> Same(TLane value) => new(value, value, value, value);
}
