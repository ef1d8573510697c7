using static TorchSharp.torch;

namespace SnnNotebooks.Memory;

/// <summary>
/// In which order the axes of a tensor lie in memory: what is packed and unpacked again then lies as before, so that the same loops compute
/// the same bits of it.
/// </summary>
internal sealed class AxisOrder
{
    private readonly long[] axes; // outermost first
    private readonly long[] back;

    /// <summary>Takes the order from a tensor.</summary>
    /// <param name="tensor">Any strides.</param>
    public AxisOrder(Tensor tensor)
    {
        var strides = tensor.stride();
        axes = [.. Enumerable.Range(0, strides.Length).OrderByDescending(axis => strides[axis]).Select(axis => (long)axis)];
        back = [.. Enumerable.Range(0, axes.Length).Select(axis => (long)Array.IndexOf(axes, axis))];
        Shape = [.. axes.Select(axis => tensor.shape[axis])];
    }

    /// <summary>The lengths of the axes, outermost first.</summary>
    public long[] Shape { get; }

    /// <summary>The tensor with its axes in this order; a copy only where there are gaps between its elements.</summary>
    public Tensor Ordered(Tensor tensor)
    {
        using var ordered = axes.Length < 2 ? tensor.alias() : tensor.permute(axes);
        return ordered.contiguous();
    }

    /// <summary>A view of what is in this order, with the axes as they were.</summary>
    public Tensor Restored(Tensor ordered) => axes.Length < 2 ? ordered.alias() : ordered.permute(back);
}
