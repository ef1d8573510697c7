using SnnNotebooks.Layers;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange.Nir.Operators;

/// <summary>One node, ready to run.</summary>
/// <param name="name">The node's name, for messages.</param>
/// <param name="parameters">Its parameters, disposed with it; null for one it does not have.</param>
internal abstract class NirOperator(string name, params Tensor?[] parameters) : IDisposable
{
    /// <summary>Its parameters, where they are now.</summary>
    protected Tensor?[] Parameters { get; } = parameters;

    /// <summary>One of its parameters, where it has any.</summary>
    public Tensor? Parameter => Array.Find(Parameters, parameter => parameter is not null);

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

    /// <summary>What it remembers.</summary>
    public virtual IEnumerable<Tensor?> State => [];

    /// <summary>Lets go of the graph of the state.</summary>
    public virtual void Detach()
    {
    }

    /// <summary>Takes parameters and state to another type or device.</summary>
    /// <param name="move">Gives the moved tensor; the former one is disposed.</param>
    public virtual void Move(Func<Tensor, Tensor> move)
    {
        for (var i = 0; i < Parameters.Length; i++)
        {
            Parameters[i] = Moved(Parameters[i], move);
        }
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        Reset();
        foreach (var parameter in Parameters)
        {
            parameter?.Dispose();
        }
    }

    /// <summary>A tensor that was moved, in place of the former one.</summary>
    internal static Tensor? Moved(Tensor? tensor, Func<Tensor, Tensor> move)
    {
        using var former = tensor;
        return former is null ? null : move(former).DetachFromDisposeScope();
    }

    /// <summary>The shape of the input, where one parameter is a single number or has it, too.</summary>
    protected long[] Elementwise(long[] input) =>
        Parameters[0]!.numel() == 1 || input.SequenceEqual(Parameters[0]!.shape)
            ? input
            : throw Misfit(input, $"[{string.Join(", ", Parameters[0]!.shape)}]");

    /// <summary>The exception for an input that does not fit.</summary>
    protected NirException Misfit(long[] input, string expected) =>
        new($"Node {Name} is given [{string.Join(", ", input)}]; expected {expected}.");
}
