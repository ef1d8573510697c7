using System.Runtime.CompilerServices;

namespace SnnNotebooks.Neurons;

/// <summary>The learnable numbers of an equation, the same for all neurons of a layer; at most four.</summary>
/// <typeparam name="TLane">What is computed with.</typeparam>
public readonly struct LearnedNumbers<TLane>
    where TLane : struct, ILane<TLane>
{
    /// <summary>Holds the numbers.</summary>
    /// <param name="p0">The first.</param>
    /// <param name="p1">The second, where there is one.</param>
    /// <param name="p2">The third, where there is one.</param>
    /// <param name="p3">The fourth, where there is one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LearnedNumbers(TLane p0, TLane p1 = default, TLane p2 = default, TLane p3 = default)
    {
        P0 = p0;
        P1 = p1;
        P2 = p2;
        P3 = p3;
    }

    /// <summary>The first number.</summary>
    public TLane P0 { get; }

    /// <summary>The second number.</summary>
    public TLane P1 { get; }

    /// <summary>The third number.</summary>
    public TLane P2 { get; }

    /// <summary>The fourth number.</summary>
    public TLane P3 { get; }
}
