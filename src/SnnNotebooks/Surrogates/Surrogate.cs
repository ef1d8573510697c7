using SnnNotebooks.Neurons;
using SnnNotebooks.Neurons.Fused;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>The derivative that stands in for that of the step function, written once over lanes.</summary>
public interface ISurrogateGradient
{
    /// <summary>The derivative at u = H - threshold.</summary>
    /// <typeparam name="TLane">What is computed with.</typeparam>
    /// <param name="u">Distance of the charged membrane potential from the threshold.</param>
    TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane>;
}

/// <summary>A spike with a surrogate gradient: Theta(u) = 1 where u is at least 0, with another function's derivative in its place.</summary>
public abstract class Surrogate
{
    private protected Surrogate()
    {
    }

    /// <summary>Spikes with this surrogate's gradient.</summary>
    /// <param name="u">H - threshold, any shape.</param>
    /// <returns>0 or 1, in the shape and type of <paramref name="u"/>; NaN gives 0.</returns>
    public Tensor Spike(Tensor u) => SpikeFunction.apply(u, this);

    /// <summary>The surrogate derivative itself, for drawing and checking.</summary>
    /// <param name="u">H - threshold, any shape.</param>
    /// <returns>The derivative, in the shape of <paramref name="u"/>.</returns>
    public abstract Tensor Gradient(Tensor u);

    /// <summary>Binds this surrogate to a charge equation.</summary>
    internal abstract FusedKernel Fuse<TDynamics>(TDynamics dynamics, SpikeRule rule)
        where TDynamics : struct, IParametricDynamics;
}

/// <summary>A surrogate whose derivative is given as a struct; derive from it to add one of your own.</summary>
/// <typeparam name="TGradient">The derivative.</typeparam>
/// <param name="gradient">The derivative.</param>
public abstract class Surrogate<TGradient>(TGradient gradient) : Surrogate
    where TGradient : struct, ISurrogateGradient
{
    /// <inheritdoc/>
    public sealed override Tensor Gradient(Tensor u)
    {
        using var scope = NewDisposeScope();
        return gradient.Gradient(new TensorLane(u)).Tensor.MoveToOuterDisposeScope();
    }

    internal sealed override FusedKernel Fuse<TDynamics>(TDynamics dynamics, SpikeRule rule) =>
        new FusedKernel<TDynamics, TGradient>(dynamics, gradient, rule);
}
