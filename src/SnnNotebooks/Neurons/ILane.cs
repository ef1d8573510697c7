using System.Numerics;

namespace SnnNotebooks.Neurons;

/// <summary>
/// What an equation is written over: it stands for one number, for a vector of them, for a number with its derivatives, or for a tensor.
/// An equation written once over lanes is thereby a plain reference, a SIMD kernel and its own exact derivative.
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
}
