using System.Collections.ObjectModel;
using System.Globalization;
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
    private protected Surrogate(params (string Name, double Value)[] constants) =>
        Constants = new ReadOnlyDictionary<string, double>(constants.ToDictionary(constant => constant.Name, constant => constant.Value, StringComparer.Ordinal));

    /// <summary>The name of the class, as SpikingJelly has it.</summary>
    public string Name => GetType().Name;

    /// <summary>The constants under SpikingJelly's names; with <see cref="Name"/> they make the same surrogate again (<see cref="SurrogateCatalog"/>).</summary>
    public IReadOnlyDictionary<string, double> Constants { get; }

    /// <summary>Spikes with this surrogate's gradient.</summary>
    /// <param name="u">H - threshold, any shape.</param>
    /// <returns>0 or 1, in the shape and type of <paramref name="u"/>; NaN gives 0.</returns>
    public Tensor Spike(Tensor u) => SpikeFunction.apply(u, this);

    /// <summary>The surrogate derivative itself, for drawing and checking.</summary>
    /// <param name="u">H - threshold, any shape.</param>
    /// <returns>The derivative, in the shape of <paramref name="u"/>.</returns>
    public abstract Tensor Gradient(Tensor u);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}({string.Join(", ", Constants.Select(constant => $"{constant.Key}={constant.Value.ToString(CultureInfo.InvariantCulture)}"))})";

    /// <summary>The forward pass: the step function.</summary>
    internal virtual Tensor Fire(Tensor u)
    {
        using var fires = u.ge(0);
        return fires.to(u.dtype);
    }

    /// <summary>What to throw where this surrogate does not give 0 or 1 and so cannot be the spike of a point neuron.</summary>
    private protected ArgumentException NotBinary() =>
        new($"{Name} does not give spikes of 0 or 1, which point neurons fire with; choose another surrogate, such as ATan.");

    /// <summary>Binds this surrogate to a neuron's equation.</summary>
    internal abstract FusedKernel Fuse<TEquation>(TEquation equation, SpikeRule rule)
        where TEquation : struct, INeuronEquation;
}

/// <summary>A surrogate whose derivative is given as a struct; derive from it to add one of your own.</summary>
/// <typeparam name="TGradient">The derivative.</typeparam>
/// <param name="gradient">The derivative.</param>
/// <param name="constants">Its constants by name, for messages and for storing.</param>
public abstract class Surrogate<TGradient>(TGradient gradient, params (string Name, double Value)[] constants) : Surrogate(constants)
    where TGradient : struct, ISurrogateGradient
{
    /// <inheritdoc/>
    public sealed override Tensor Gradient(Tensor u)
    {
        using var scope = NewDisposeScope();
        return gradient.Gradient(new TensorLane(u)).Like(u).MoveToOuterDisposeScope();
    }

    internal override FusedKernel Fuse<TEquation>(TEquation equation, SpikeRule rule) =>
        FusedKernel.Of(equation, gradient, rule);
}
