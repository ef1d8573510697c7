namespace SnnNotebooks.Datasets.Sources;

/// <summary>Orders and draws that depend on a seed alone, not on threads.</summary>
internal static class SampleOrder
{
    /// <summary>The places 0 .. count - 1: as they are, or in the order of a seed.</summary>
    public static int[] Of(int count, int? seed)
    {
        var order = Enumerable.Range(0, count).ToArray();
        if (seed is { } number)
        {
            new Random(number).Shuffle(order);
        }

        return order;
    }

    /// <summary>A seed for one sample of one epoch (the mixer of SplitMix64).</summary>
    public static int Draw(int seed, int sample)
    {
        var z = ((ulong)(uint)seed << 32) ^ ((ulong)(uint)sample * 0xD1B54A32D192ED03);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)(z ^ (z >> 31));
    }
}
