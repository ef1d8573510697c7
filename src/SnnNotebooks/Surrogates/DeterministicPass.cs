using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>Straight through: derivative 1 everywhere; the primitive is u itself (Y. Bengio, N. Léonard, A. Courville, arXiv:1308.3432).</summary>
public sealed class DeterministicPass() : Surrogate<PassGradient>(default), IPrimitive
{
    /// <inheritdoc/>
    public Tensor Primitive(Tensor u) => u.alias();
}

/// <summary>The derivative of <see cref="DeterministicPass"/> and <see cref="PoissonPass"/>: 1.</summary>
public readonly record struct PassGradient : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane> => TLane.One;
}
