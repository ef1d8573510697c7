using SnnNotebooks.Layers;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange.Nir.Operators;

/// <summary>One node, ready to run.</summary>
/// <param name="name">The node's name, for messages.</param>
/// <param name="owned">Its parameters, disposed with it.</param>
internal abstract class NirOperator(string name, params IDisposable?[] owned) : IDisposable
{
    /// <summary>The node's name.</summary>
    public string Name { get; } = name;

    /// <summary>The output's shape without batch, where it does not depend on the input; else null.</summary>
    public virtual long[]? OwnShape => null;

    /// <summary>The output's shape for an input's shape, both without batch.</summary>
    /// <exception cref="NirException">The input does not fit.</exception>
    public abstract long[] Shape(long[] input);

    /// <summary>One time step: [B, ...] to [B, ...].</summary>
    public abstract Tensor Step(Tensor x);

    /// <summary>All time steps: [T, B, ...] to [T, B, ...]. What has no state takes them at once.</summary>
    public virtual Tensor Sequence(Tensor x) => OverTime.Apply(Step, x);

    /// <summary>Forgets.</summary>
    public virtual void Reset()
    {
    }

    /// <summary>Lets go of the graph of the state.</summary>
    public virtual void Detach()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Reset();
        foreach (var parameter in owned)
        {
            parameter?.Dispose();
        }
    }

    /// <summary>The exception for an input that does not fit.</summary>
    protected NirException Misfit(long[] input, string expected) =>
        new($"Node {Name} is given [{string.Join(", ", input)}]; expected {expected}.");
}
