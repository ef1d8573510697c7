using System.Runtime.CompilerServices;

namespace SnnNotebooks.Neurons;

/// <summary>What follows from <see cref="ILane{TLane}.Select"/>, for equations written over lanes.</summary>
public static class LaneMath
{
    /// <summary>The absolute value; its derivative at 0 is that of the argument.</summary>
    /// <typeparam name="TLane">What is computed with.</typeparam>
    /// <param name="value">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Abs<TLane>(TLane value)
        where TLane : struct, ILane<TLane> => TLane.Select(value, value, -value);

    /// <summary>The argument, or 0 where it is below; derivative 0 at 0.</summary>
    /// <typeparam name="TLane">What is computed with.</typeparam>
    /// <param name="value">The argument; NaN stays.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Relu<TLane>(TLane value)
        where TLane : struct, ILane<TLane> => TLane.Select(-value, TLane.Const(0), value);

    /// <summary>The smaller of the two; the first where they are equal.</summary>
    /// <typeparam name="TLane">What is computed with.</typeparam>
    /// <param name="first">One.</param>
    /// <param name="second">The other; the result where either is NaN.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Min<TLane>(TLane first, TLane second)
        where TLane : struct, ILane<TLane> => TLane.Select(second - first, first, second);

    /// <summary>The logistic function 1 / (1 + exp(-x)).</summary>
    /// <typeparam name="TLane">What is computed with.</typeparam>
    /// <param name="value">The argument.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Sigmoid<TLane>(TLane value)
        where TLane : struct, ILane<TLane> => TLane.One / (TLane.One + TLane.Exp(-value));
}
