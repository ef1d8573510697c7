using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;

namespace SnnNotebooks.Surrogates;

/// <summary>Logistic function: derivative alpha s (1 - s) with s = 1 / (1 + exp(-alpha u)).</summary>
/// <param name="alpha">Sharpness, above 0.</param>
public sealed class Sigmoid(double alpha = 4.0) : Surrogate<SigmoidGradient>(new SigmoidGradient(alpha))
{
    /// <summary>Sharpness.</summary>
    public double Alpha { get; } = alpha;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"Sigmoid(alpha={Alpha})");
}

/// <summary>The derivative of <see cref="Sigmoid"/>.</summary>
/// <param name="Alpha">Sharpness.</param>
public readonly record struct SigmoidGradient(double Alpha) : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane>
    {
        var s = TLane.One / (TLane.One + TLane.Exp(u * TLane.Const(-Alpha)));
        return TLane.Const(Alpha) * s * (TLane.One - s);
    }
}
