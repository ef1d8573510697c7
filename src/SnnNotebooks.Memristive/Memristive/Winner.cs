namespace SnnNotebooks.Memristive;

/// <summary>The largest of some numbers.</summary>
internal static class Winner
{
    /// <summary>The first index of the largest.</summary>
    public static int Of(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
            {
                best = i;
            }
        }

        return best;
    }
}
