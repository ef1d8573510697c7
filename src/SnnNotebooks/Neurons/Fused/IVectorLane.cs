namespace SnnNotebooks.Neurons.Fused;

/// <summary>A lane that is a run of neighbouring neurons in memory.</summary>
/// <typeparam name="TLane">The implementing type.</typeparam>
/// <typeparam name="T">The element type, <see cref="float"/> or <see cref="double"/>.</typeparam>
internal unsafe interface IVectorLane<TLane, T> : ILane<TLane>
    where TLane : struct, IVectorLane<TLane, T>
    where T : unmanaged
{
    /// <summary>How many neurons it holds.</summary>
    static abstract int Width { get; }

    static abstract TLane Load(T* from);

    /// <summary>1 where the element is at least zero (negative zero included), else 0; NaN gives 0.</summary>
    static abstract TLane Step(TLane value);

    /// <summary>The same as a constant, for a number the JIT knows: it rounds it once and for all.</summary>
    static abstract TLane Literal(double value);

    /// <summary>Each element, or the bound it exceeds; NaN stays.</summary>
    static abstract TLane Clamp(TLane value, double least, double most);

    /// <summary>The nearest whole number, half to even; for elements below 2^22 (float) or 2^51 (double).</summary>
    static abstract TLane Round(TLane value);

    /// <summary>2^n where an element is the whole number n plus 1.5 * 2^23 (float) or 1.5 * 2^52 (double): n is then in its lowest bits.</summary>
    static abstract TLane PowerOfTwo(TLane shifted);

    /// <summary>The sum of its elements.</summary>
    static abstract double Sum(TLane value);

    void Store(T* to);
}
