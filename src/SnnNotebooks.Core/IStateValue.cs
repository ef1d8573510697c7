using static TorchSharp.torch;

namespace SnnNotebooks;

/// <summary>
/// A stateful module whose state can be taken out and put in as named tensors: what <see cref="Stepwise"/> needs, which hands the state
/// beside the module. What other modules within it remember is theirs.
/// </summary>
public interface IStateValue : IStateful
{
    /// <summary>Takes the state out; the module is as after <see cref="IStateful.Reset"/>.</summary>
    /// <returns>Named tensors, which are the caller's now; nothing at rest.</returns>
    IReadOnlyList<(string Name, Tensor Value)> TakeState();

    /// <summary>Puts a state in, in place of the one there is.</summary>
    /// <param name="state">From <see cref="TakeState"/> of a module built the same way; the module takes the tensors over.</param>
    /// <exception cref="ArgumentException">There is a tensor that the module does not know.</exception>
    void PutState(IReadOnlyList<(string Name, Tensor Value)> state);
}
