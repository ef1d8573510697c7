namespace SnnNotebooks.Memristive;

/// <summary>The order of samples, shuffled anew for each epoch from one seed.</summary>
internal sealed class SampleOrder(int seed, int count)
{
    private readonly Random chance = new(seed);
    private readonly int[] order = [.. Enumerable.Range(0, count)];

    /// <summary>The next epoch's order; the same memory each time.</summary>
    public ReadOnlySpan<int> Next()
    {
        chance.Shuffle(order);
        return order;
    }
}
