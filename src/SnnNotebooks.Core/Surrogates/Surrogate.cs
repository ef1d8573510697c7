using System.Collections.ObjectModel;
using System.Globalization;
using SnnNotebooks.Neurons;
using SnnNotebooks.Neurons.Fused;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>
/// A spike with a surrogate gradient: Theta(u) = 1 where u is at least 0, with another function's derivative in its place.
/// One of your own is that derivative:
/// <code>
/// sealed class Box(double w) : Surrogate(("w", w))
/// {
///     public override Lane Gradient(Lane u) => Lane.Select(w - Lane.Abs(u), 1 / (2 * w), 0);
/// }
/// </code>
/// </summary>
public abstract class Surrogate
{
    /// <summary>Names the constants.</summary>
    /// <param name="constants">Its constants by name, for messages and for storing.</param>
    protected Surrogate(params (string Name, double Value)[] constants) =>
        Constants = new ReadOnlyDictionary<string, double>(
            constants.ToDictionary(constant => constant.Name, constant => constant.Value, StringComparer.Ordinal));

    /// <summary>The name of the class, as SpikingJelly has it.</summary>
    public string Name => GetType().Name;

    /// <summary>
    /// The constants under SpikingJelly's names; with <see cref="Name"/> they make the same surrogate again (<see
    /// cref="SurrogateCatalog"/>).
    /// </summary>
    public IReadOnlyDictionary<string, double> Constants { get; }

    /// <summary>The most spikes of one step where it counts them, S = round(clamp(u, 0, levels)); 0 for the step function.</summary>
    internal virtual int Levels => 0;

    /// <summary>Whether it gives whole numbers of spikes, which point neurons fire with.</summary>
    internal virtual bool IsStep => true;

    /// <summary>The derivative at u, once for reference and kernels.</summary>
    /// <param name="u">Distance of the charged membrane potential from the threshold.</param>
    /// <returns>What stands in for the derivative of the step function.</returns>
    public abstract Lane Gradient(Lane u);

    /// <summary>
    /// The smooth function whose derivative it uses, differentiable by autograd: with it in place of the step, a network is an ordinary
    /// one.
    /// </summary>
    /// <param name="u">H - threshold, any shape, floating point.</param>
    /// <returns>Its values, in the shape and type of <paramref name="u"/>; null where the surrogate has none.</returns>
    public Tensor? Primitive(Tensor u)
    {
        ArgumentNullException.ThrowIfNull(u);
        using var scope = NewDisposeScope();
        return Smooth(u)?.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The values of <see cref="Primitive"/>, a tensor of their own; null unless overridden. What is made on the way is disposed of.
    /// </summary>
    /// <param name="u">H - threshold, any shape, floating point.</param>
    /// <returns>A new tensor in the shape of <paramref name="u"/>, or null.</returns>
    protected virtual Tensor? Smooth(Tensor u) => null;

    /// <summary>Spikes with this surrogate's gradient.</summary>
    /// <param name="u">H - threshold, any shape.</param>
    /// <returns>0 or 1, in the shape and type of <paramref name="u"/>; NaN gives 0.</returns>
    public Tensor Spike(Tensor u) => SpikeNode.Run(this, u);

    /// <summary>The surrogate derivative itself, for drawing and checking.</summary>
    /// <param name="u">H - threshold, any shape.</param>
    /// <returns>The derivative, in the shape of <paramref name="u"/>.</returns>
    public Tensor Gradient(Tensor u)
    {
        ArgumentNullException.ThrowIfNull(u);
        using var scope = NewDisposeScope();
        var distance = Term.Leaf(0);
        return new TermTensors(u) { [distance] = u }.Of(Gradient(new Lane(distance))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Name + "("
        + string.Join(", ", Constants.Select(constant => $"{constant.Key}={constant.Value.ToString(CultureInfo.InvariantCulture)}"))
        + ")";

    /// <summary>The distance from the threshold, |u|; its derivative at 0 is 1, where that of abs would be 0.</summary>
    private protected static Tensor Distance(Tensor u) => where(u.ge(0), u, -u);

    /// <summary>The forward pass: the step function.</summary>
    internal virtual Tensor Fire(Tensor u)
    {
        using var fires = u.ge(0);
        return fires.to(u.dtype);
    }
}
