using static TorchSharp.torch;

namespace SnnNotebooks;

/// <summary>The tensors that a module carries from call to call, by name.</summary>
/// <param name="owner">The module's name, for messages.</param>
/// <param name="names">The tensors' names.</param>
internal sealed class CarriedState(string owner, params IReadOnlyList<string> names)
{
    private readonly CarriedTensor[] tensors = [.. names.Select(name => new CarriedTensor(owner, name))];

    /// <summary>The tensors, in the order of their names.</summary>
    public IReadOnlyList<CarriedTensor> Tensors => tensors;

    /// <summary>One of the tensors.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public CarriedTensor this[string name] => Array.Find(tensors, tensor => tensor.Name == name)
        ?? throw new ArgumentException(
            $"{owner} has no variable {name}; it has {string.Join(", ", tensors.Select(tensor => tensor.Name))}.", nameof(name));

    /// <inheritdoc cref="IStateful.Reset"/>
    public void Reset() => Array.ForEach(tensors, tensor => tensor.Reset());

    /// <inheritdoc cref="IStateful.Detach"/>
    public void Detach() => Array.ForEach(tensors, tensor => tensor.Detach());

    /// <inheritdoc cref="IStateValue.TakeState"/>
    public IReadOnlyList<(string Name, Tensor Value)> Take() => [.. tensors.SelectMany(tensor => tensor.Take())];

    /// <inheritdoc cref="IStateValue.PutState"/>
    public void Put(IReadOnlyList<(string Name, Tensor Value)> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var given = state.ToLookup(entry => this[entry.Name]); // throws before anything is changed
        Array.ForEach(tensors, tensor => tensor.Put([.. given[tensor]]));
    }
}
