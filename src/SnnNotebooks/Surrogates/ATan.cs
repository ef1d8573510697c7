using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;

namespace SnnNotebooks.Surrogates;

/// <summary>Arc tangent: derivative (alpha/2) / (1 + (pi/2 alpha u)^2) (W. Fang et al., ICCV 2021, arXiv:2007.05785).</summary>
/// <param name="alpha">Sharpness, above 0.</param>
public sealed class ATan(double alpha = 2.0) : Surrogate<ATanGradient>(new ATanGradient(alpha))
{
    /// <summary>Sharpness.</summary>
    public double Alpha { get; } = alpha;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"ATan(alpha={Alpha})");
}

/// <summary>The derivative of <see cref="ATan"/>.</summary>
/// <param name="Alpha">Sharpness.</param>
public readonly record struct ATanGradient(double Alpha) : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane>
    {
        var scaled = u * TLane.Const(Math.PI / 2 * Alpha);
        return TLane.Const(Alpha / 2) / (TLane.One + (scaled * scaled));
    }
}
