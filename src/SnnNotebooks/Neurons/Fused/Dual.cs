using System.Runtime.CompilerServices;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// A lane with its exact derivative with respect to one variable: evaluating an equation over it is forward-mode
/// differentiation (the chain rule, operation by operation). What does not depend on the variable is marked constant; the
/// marks are known when the JIT compiles an equation, so that terms which are zero cost nothing.
/// </summary>
internal readonly struct Dual<TLane> : ILane<Dual<TLane>>
    where TLane : struct, ILane<TLane>
{
    private readonly TLane value;
    private readonly TLane derivative;
    private readonly bool constant;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Dual(TLane value, TLane derivative, bool constant)
    {
        this.value = value;
        this.derivative = derivative;
        this.constant = constant;
    }

    /// <summary>The derivative; zero for a constant.</summary>
    public TLane Derivative
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => constant ? TLane.Const(0) : derivative;
    }

    /// <summary>The sum and what this adds to it: its derivative, weighted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane AddWeighted(TLane sum, TLane weight) => constant ? sum : sum + (weight * derivative);

    public static Dual<TLane> One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Independent(TLane.One);
    }

    /// <summary>The variable itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<TLane> Variable(TLane value) => new(value, TLane.One, false);

    /// <summary>Something that changes with the variable as given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<TLane> Along(TLane value, TLane derivative) => new(value, derivative, false);

    /// <summary>Something that does not depend on the variable.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<TLane> Independent(TLane value) => new(value, default, true);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<TLane> Const(double value) => Independent(TLane.Const(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<TLane> Exp(Dual<TLane> value)
    {
        var e = TLane.Exp(value.value);
        return value.constant ? Independent(e) : new(e, e * value.derivative, false);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<TLane> Log(Dual<TLane> value)
    {
        var logarithm = TLane.Log(value.value);
        return value.constant ? Independent(logarithm) : new(logarithm, value.derivative / value.value, false);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<TLane> Sin(Dual<TLane> value)
    {
        var sine = TLane.Sin(value.value);
        return value.constant ? Independent(sine) : new(sine, TLane.Cos(value.value) * value.derivative, false);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<TLane> Cos(Dual<TLane> value)
    {
        var cosine = TLane.Cos(value.value);
        return value.constant ? Independent(cosine) : new(cosine, -(TLane.Sin(value.value) * value.derivative), false);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<TLane> Select(Dual<TLane> test, Dual<TLane> notNegative, Dual<TLane> otherwise)
    {
        var chosen = TLane.Select(test.value, notNegative.value, otherwise.value);
        return notNegative.constant && otherwise.constant
            ? Independent(chosen)
            : new(chosen, TLane.Select(test.value, notNegative.Derivative, otherwise.Derivative), false);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<TLane> operator +(Dual<TLane> left, Dual<TLane> right)
    {
        var sum = left.value + right.value;
        return left.constant
            ? new(sum, right.derivative, right.constant)
            : new(sum, right.constant ? left.derivative : left.derivative + right.derivative, false);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<TLane> operator -(Dual<TLane> left, Dual<TLane> right)
    {
        var difference = left.value - right.value;
        if (right.constant)
        {
            return new(difference, left.derivative, left.constant);
        }

        return new(difference, left.constant ? -right.derivative : left.derivative - right.derivative, false);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<TLane> operator *(Dual<TLane> left, Dual<TLane> right)
    {
        var product = left.value * right.value;
        if (left.constant)
        {
            return right.constant ? Independent(product) : new(product, left.value * right.derivative, false);
        }

        return right.constant
            ? new(product, left.derivative * right.value, false)
            : new(product, (left.derivative * right.value) + (left.value * right.derivative), false);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<TLane> operator /(Dual<TLane> left, Dual<TLane> right)
    {
        var quotient = left.value / right.value;
        var inverse = TLane.One / right.value;
        if (right.constant)
        {
            return left.constant ? Independent(quotient) : new(quotient, left.derivative * inverse, false);
        }

        return left.constant
            ? new(quotient, -(quotient * right.derivative * inverse), false)
            : new(quotient, (left.derivative - (quotient * right.derivative)) * inverse, false);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Dual<TLane> operator -(Dual<TLane> value) => new(-value.value, value.constant ? default : -value.derivative, value.constant);
}
