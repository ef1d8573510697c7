using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>Responses in memory.</summary>
internal sealed class TensorResponses : ResponseMatrix
{
    private readonly Tensor flat;

    public TensorResponses(Tensor values, string name)
        : base(name, Checked(values, name).shape[0], values.numel() / values.shape[0])
    {
        using var scope = NewDisposeScope();
        flat = values.detach().flatten(1).DetachFromDisposeScope();
    }

    protected internal override void ReadInto(Tensor target, long start)
    {
        using var columns = flat.narrow(1, start, target.shape[1]);
        target.copy_(columns);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            flat.Dispose();
        }
    }

    private static Tensor Checked(Tensor values, string name)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.dim() >= 2 && values.numel() > 0 && !values.is_complex()
            ? values
            : throw new ArgumentException(
                $"{name} is a tensor [{string.Join(", ", values.shape)}] of {values.dtype}; expected real responses [stimuli, features, "
                + "...], none of the axes empty.", nameof(values));
    }
}
