using static TorchSharp.torch;

namespace SnnNotebooks;

/// <summary>A tensor that a stateful module carries from call to call; neither parameter nor buffer.</summary>
/// <param name="owner">The module's name, for messages.</param>
internal sealed class CarriedTensor(string owner)
{
    /// <summary>The tensor, or null before the first call and after a reset. It belongs to the module.</summary>
    public Tensor? Value { get; private set; }

    /// <summary>The tensor, or zeros at the start.</summary>
    /// <exception cref="InvalidOperationException">It is left from an input of another shape.</exception>
    public Tensor OrZeros(long[] shape, Tensor like) =>
        Value is not { } value ? zeros(shape, dtype: like.dtype, device: like.device)
        : value.shape.SequenceEqual(shape) ? value.to(like.dtype).to(like.device)
        : throw new InvalidOperationException(
            $"{owner} holds a state of shape [{string.Join(", ", value.shape)}] from an earlier input, and this one needs [{string.Join(", ", shape)}]: call Functional.Reset(network) between inputs that do not continue each other.");

    /// <summary>Takes the tensor over from the current dispose scope.</summary>
    public void Keep(Tensor tensor)
    {
        var former = Value;
        Value = tensor.DetachFromDisposeScope();
        if (!ReferenceEquals(former, Value))
        {
            former?.Dispose();
        }
    }

    public void Detach()
    {
        if (Value is { } value)
        {
            Keep(value.detach());
        }
    }

    public void Reset()
    {
        Value?.Dispose();
        Value = null;
    }
}
