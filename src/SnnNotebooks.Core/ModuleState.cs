using static TorchSharp.torch;

namespace SnnNotebooks;

/// <summary>
/// What a module, or all modules of a network, remember between two time steps, as a value: tensors by name (<c>v</c>), in a network
/// after the path of their module (<c>layer.v</c>). It never changes. Its tensors belong to the dispose scope it was made in.
/// </summary>
public sealed class ModuleState
{
    internal ModuleState(IReadOnlyDictionary<string, Tensor> tensors) => Tensors = tensors;

    /// <summary>The tensors by name. What is at rest is not among them.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>One of the tensors.</summary>
    /// <param name="name">Its name, for example <c>v</c>.</param>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those there are.</exception>
    public Tensor this[string name] => Tensors.TryGetValue(name, out var found)
        ? found
        : throw new KeyNotFoundException(
            $"The state has no {name}; it has {(Tensors.Count == 0 ? "nothing" : string.Join(", ", Tensors.Keys))}.");

    /// <summary>The same values without the graph that computed them (truncated back-propagation through time).</summary>
    /// <returns>A new state with tensors of its own; this one stays as it is.</returns>
    public ModuleState Detach() => new(Tensors.ToDictionary(entry => entry.Key, entry => entry.Value.detach(), StringComparer.Ordinal));
}
