using static TorchSharp.torch;

namespace SnnNotebooks;

/// <summary>A tensor that a stateful module carries from call to call; neither parameter nor buffer.</summary>
/// <param name="owner">The module's name, for messages.</param>
/// <param name="name">The tensor's name in the state that is taken out.</param>
public sealed class CarriedTensor(string owner, string name = "state")
{
    /// <summary>The tensor's name in the state that is taken out.</summary>
    public string Name { get; } = name;

    /// <summary>The tensor, or null before the first call and after a reset. It belongs to the module.</summary>
    public Tensor? Value { get; private set; }

    /// <summary>The tensor, or zeros at the start.</summary>
    /// <param name="shape">The shape it must have.</param>
    /// <param name="like">What has the type and the device it must have.</param>
    /// <returns>A tensor of that shape; it belongs to the layer, or to the current dispose scope where it was made here.</returns>
    /// <exception cref="InvalidOperationException">It is left from an input of another shape, or is not finite.</exception>
    public Tensor OrZeros(long[] shape, Tensor like) => Fitting(shape, like) ?? zeros(shape, dtype: like.dtype, device: like.device);

    /// <summary>The tensor, or null at the start.</summary>
    /// <param name="shape">The shape it must have.</param>
    /// <param name="like">What has the type and the device it must have.</param>
    /// <returns>A tensor of that shape, the state itself where it has that type and device; or null.</returns>
    /// <exception cref="InvalidOperationException">It is left from an input of another shape, or is not finite.</exception>
    public Tensor? Fitting(long[] shape, Tensor like)
    {
        if (Value is not { } value)
        {
            return null;
        }

        if (!value.shape.SequenceEqual(shape))
        {
            throw new InvalidOperationException(
                $"{owner} holds a state of shape [{string.Join(", ", value.shape)}] from an earlier input, and this one needs "
                + $"[{string.Join(", ", shape)}]: call Functional.Reset(network) between inputs that do not continue each other.");
        }

        FiniteState.Require(value, owner);
        return value.to(like.dtype).to(like.device);
    }

    /// <summary>Takes a tensor over from the current dispose scope, in place of the one there is.</summary>
    /// <param name="tensor">The state from now on.</param>
    public void Keep(Tensor tensor)
    {
        var former = Value;
        Value = tensor.DetachFromDisposeScope();
        if (!ReferenceEquals(former, Value))
        {
            former?.Dispose();
        }
    }

    /// <summary>Takes the tensor out, as <see cref="IStateValue.TakeState"/> does.</summary>
    /// <returns>It, under its name; nothing where there is none.</returns>
    public IReadOnlyList<(string Name, Tensor Value)> Take()
    {
        var taken = Value;
        Value = null;
        return taken is null ? [] : [(Name, taken)];
    }

    /// <summary>Puts a tensor in, as <see cref="IStateValue.PutState"/> does.</summary>
    /// <param name="state">From <see cref="Take"/>; the tensor is taken over.</param>
    /// <exception cref="ArgumentException">There is another tensor in it.</exception>
    public void Put(IReadOnlyList<(string Name, Tensor Value)> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Count > 1 || state.Any(entry => entry.Name != Name))
        {
            throw new ArgumentException(
                $"{owner} has one tensor of state, called {Name}; it was given "
                + $"{string.Join(", ", state.Select(entry => entry.Name))}.",
                nameof(state));
        }

        Reset();
        Value = state.Count > 0 ? state[0].Value : null;
    }

    /// <summary>Keeps the values and lets go of their graph.</summary>
    public void Detach()
    {
        if (Value is { } value)
        {
            Keep(value.detach());
        }
    }

    /// <summary>Forgets the tensor.</summary>
    public void Reset()
    {
        Value?.Dispose();
        Value = null;
    }
}
