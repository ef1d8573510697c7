using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// A layer that maps sequences to sequences and carries one tensor from call to call until <see cref="Functional.Reset"/>.
/// </summary>
public abstract class StatefulLayer : nn.Module<Tensor, Tensor>, IStateValue
{
    /// <summary>Creates a layer without a state.</summary>
    /// <param name="name">What it is called in messages.</param>
    protected StatefulLayer(string name)
        : base(name) => Carried = new CarriedTensor(name);

    /// <summary>What it remembers, or null before the first call. It belongs to the layer: do not dispose it.</summary>
    public Tensor? State => Carried.Value;

    /// <summary>The state: read it with <see cref="CarriedTensor.OrZeros"/>, and keep it once a sequence is over.</summary>
    protected CarriedTensor Carried { get; }

    /// <summary>Applies the layer.</summary>
    /// <param name="input">[T, N, ...].</param>
    /// <returns>[T, N, ...'].</returns>
    /// <exception cref="ArgumentException">The input is no such sequence, or not floating-point.</exception>
    /// <exception cref="InvalidOperationException">The state is left from an input of another shape, or is not finite.</exception>
    public sealed override Tensor forward(Tensor input)
    {
        FloatingPoint.Require(input, GetName());
        if (input.dim() < 2 || input.shape[0] < 1)
        {
            throw new ArgumentException(
                $"{GetName()} was given [{string.Join(", ", input.shape)}]; expected a sequence [T, N, ...] with T of at least 1.",
                nameof(input));
        }

        using var scope = NewDisposeScope();
        return Run(input).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public virtual void Reset() => Carried.Reset();

    /// <inheritdoc/>
    public virtual void Detach() => Carried.Detach();

    /// <inheritdoc/>
    public virtual IReadOnlyList<(string Name, Tensor Value)> TakeState() => Carried.Take();

    /// <inheritdoc/>
    public virtual void PutState(IReadOnlyList<(string Name, Tensor Value)> state) => Carried.Put(state);

    /// <summary>Maps a whole sequence, in a dispose scope of its own.</summary>
    /// <param name="input">[T, N, ...], T of at least 1.</param>
    /// <returns>[T, N, ...'].</returns>
    protected abstract Tensor Run(Tensor input);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Carried.Reset();
        }

        base.Dispose(disposing);
    }
}
