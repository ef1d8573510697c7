using System.Numerics;

namespace SnnNotebooks.Neurons;

/// <summary>
/// What an equation is written over: it stands for a tensor, or for a term that is written down to be differentiated and compiled. An
/// equation written once over lanes is thereby a plain reference, a SIMD kernel and its own exact derivative. Decisions that depend on a
/// number of the equation (an <c>if</c>) are taken once, when it is traced; those that depend on the neuron are <see cref="Select"/>.
/// </summary>
/// <typeparam name="TLane">The implementing type.</typeparam>
public interface ILane<TLane> :
    IAdditionOperators<TLane, TLane, TLane>,
    ISubtractionOperators<TLane, TLane, TLane>,
    IMultiplyOperators<TLane, TLane, TLane>,
    IDivisionOperators<TLane, TLane, TLane>,
    IUnaryNegationOperators<TLane, TLane>
    where TLane : ILane<TLane>
{
    /// <summary>The number 1.</summary>
    static abstract TLane One { get; }

    /// <summary>A constant, rounded to the lane's precision.</summary>
    /// <param name="value">The number.</param>
    static abstract TLane Const(double value);

    /// <summary>The exponential function, element by element.</summary>
    /// <param name="value">The argument.</param>
    static abstract TLane Exp(TLane value);

    /// <summary>The natural logarithm, element by element; NaN below 0.</summary>
    /// <param name="value">The argument.</param>
    static abstract TLane Log(TLane value);

    /// <summary>The sine, element by element.</summary>
    /// <param name="value">The argument, in radians.</param>
    static abstract TLane Sin(TLane value);

    /// <summary>The cosine, element by element.</summary>
    /// <param name="value">The argument, in radians.</param>
    static abstract TLane Cos(TLane value);

    /// <summary>Chooses, element by element; both alternatives are computed. The test itself has no derivative.</summary>
    /// <param name="test">What is compared with 0; negative zero counts as 0.</param>
    /// <param name="notNegative">The result where <paramref name="test"/> is at least 0.</param>
    /// <param name="otherwise">The result elsewhere, also where <paramref name="test"/> is NaN.</param>
    static abstract TLane Select(TLane test, TLane notNegative, TLane otherwise);
}
