namespace SnnNotebooks.Training.Scaling;

/// <summary>How the gradients of a network are put together for sending.</summary>
public static class GradientBuckets
{
    /// <summary>Buckets in the order in which the backward pass fills them: last parameters first.</summary>
    /// <param name="parameterBytes">The gradients' sizes in bytes, in the order of the network's parameters.</param>
    /// <param name="limit">A bucket is sent when one more gradient would make it larger than this, bytes; above 0.</param>
    /// <returns>Sizes in bytes; a gradient larger than the limit has a bucket of its own.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not above 0, or a size is negative.</exception>
    public static IReadOnlyList<double> Of(IReadOnlyList<double> parameterBytes, double limit = 25 << 20)
    {
        ArgumentNullException.ThrowIfNull(parameterBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var buckets = new List<double>();
        var open = 0.0;
        foreach (var bytes in parameterBytes.Reverse())
        {
            ArgumentOutOfRangeException.ThrowIfNegative(bytes, nameof(parameterBytes));
            if (open > 0 && open + bytes > limit)
            {
                buckets.Add(open);
                open = 0;
            }

            open += bytes;
        }

        return open > 0 ? [.. buckets, open] : buckets;
    }
}
