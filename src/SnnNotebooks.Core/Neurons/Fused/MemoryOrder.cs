using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// Images whose channels lie last in memory ([T, B, C, H, W] with the strides of [T, B, H, W, C]) are swept in the order in which they lie,
/// without a copy; what comes out lies like them.
/// </summary>
internal static class MemoryOrder
{
    private static readonly long[] LastChannels = [0, 1, 3, 4, 2];
    private static readonly long[] FirstChannels = [0, 1, 4, 2, 3];

    /// <summary>Whether a sequence lies so.</summary>
    public static bool HasChannelsLast(Tensor sequence) =>
        sequence.dim() == 5 && !sequence[0].is_contiguous() && ChannelsLast(sequence)[0].is_contiguous();

    /// <summary>The tensor with its channels behind its pixels; the steps' own axis comes first where there is one.</summary>
    /// <param name="tensor">[T, B, C, H, W] or [B, C, H, W].</param>
    public static Tensor ChannelsLast(Tensor tensor) => Permuted(tensor, LastChannels);

    /// <summary>Where <see cref="ChannelsLast"/> puts an axis of a sequence of five.</summary>
    /// <param name="axis">The axis before.</param>
    public static int AfterChannelsLast(int axis) => Array.IndexOf(LastChannels, axis);

    /// <summary>The tensor with its channels before its pixels again.</summary>
    /// <param name="tensor">[T, B, H, W, C] or [B, H, W, C].</param>
    public static Tensor ChannelsFirst(Tensor tensor) => Permuted(tensor, FirstChannels);

    private static Tensor Permuted(Tensor tensor, long[] axes) =>
        tensor.permute(tensor.dim() == axes.Length ? axes : [.. axes[1..].Select(axis => axis - 1)]);
}
