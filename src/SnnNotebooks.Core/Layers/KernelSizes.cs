namespace SnnNotebooks.Layers;

/// <summary>Strides, paddings and kernels as TorchSharp's modules keep them: nothing for the default, one number for all axes, or one for each.</summary>
public static class KernelSizes
{
    /// <summary>One number for each axis.</summary>
    /// <param name="lengths">What the module keeps.</param>
    /// <param name="fallback">The default.</param>
    /// <param name="axes">How many axes there are.</param>
    public static long[] Each(long[]? lengths, long fallback, int axes) =>
        lengths is { Length: > 0 } ? lengths.Length == axes ? lengths : [.. Enumerable.Repeat(lengths[0], axes)] : [.. Enumerable.Repeat(fallback, axes)];
}
