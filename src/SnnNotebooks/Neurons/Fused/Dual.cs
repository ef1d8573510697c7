namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// A lane with its exact derivatives with respect to v, x and the learnable number: evaluating an equation over it is
/// forward-mode differentiation (the chain rule, operation by operation).
/// </summary>
internal readonly struct Dual<TLane>(TLane value, TLane dv, TLane dx, TLane dp) : ILane<Dual<TLane>>
    where TLane : struct, ILane<TLane>
{
    public readonly TLane Value = value;
    public readonly TLane Dv = dv;
    public readonly TLane Dx = dx;
    public readonly TLane Dp = dp;

    public static Dual<TLane> Const(double value) => new(TLane.Const(value), TLane.Const(0), TLane.Const(0), TLane.Const(0));

    public static Dual<TLane> Exp(Dual<TLane> value)
    {
        var e = TLane.Exp(value.Value);
        return new(e, e * value.Dv, e * value.Dx, e * value.Dp);
    }

    public static Dual<TLane> operator +(Dual<TLane> left, Dual<TLane> right) =>
        new(left.Value + right.Value, left.Dv + right.Dv, left.Dx + right.Dx, left.Dp + right.Dp);

    public static Dual<TLane> operator -(Dual<TLane> left, Dual<TLane> right) =>
        new(left.Value - right.Value, left.Dv - right.Dv, left.Dx - right.Dx, left.Dp - right.Dp);

    public static Dual<TLane> operator *(Dual<TLane> left, Dual<TLane> right) => new(
        left.Value * right.Value,
        (left.Dv * right.Value) + (left.Value * right.Dv),
        (left.Dx * right.Value) + (left.Value * right.Dx),
        (left.Dp * right.Value) + (left.Value * right.Dp));

    public static Dual<TLane> operator /(Dual<TLane> left, Dual<TLane> right)
    {
        var quotient = left.Value / right.Value;
        var inverse = TLane.Const(1) / right.Value;
        return new(
            quotient,
            (left.Dv - (quotient * right.Dv)) * inverse,
            (left.Dx - (quotient * right.Dx)) * inverse,
            (left.Dp - (quotient * right.Dp)) * inverse);
    }

    public static Dual<TLane> operator -(Dual<TLane> value) => new(-value.Value, -value.Dv, -value.Dx, -value.Dp);
}
