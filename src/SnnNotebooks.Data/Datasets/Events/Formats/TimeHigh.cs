namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>The upper part of a time that comes in words of its own, and starts again at 0 when it overflows.</summary>
/// <param name="bits">Its bits.</param>
/// <param name="shift">The bits of the lower part.</param>
internal sealed class TimeHigh(int bits, int shift)
{
    private long epoch;
    private long last;

    /// <summary>Whether it was seen yet.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>The time without its lower part, microseconds.</summary>
    public long Base { get; private set; }

    /// <summary>Takes the next word; says whether it differs from the one before.</summary>
    public bool Set(uint value)
    {
        var isNew = !IsKnown || value != last;
        // a fall by half of the range or more is an overflow; a smaller one is a damaged word
        if (IsKnown && last - value >= 1L << (bits - 1))
        {
            epoch += 1L << (bits + shift);
        }

        (IsKnown, last, Base) = (true, value, epoch + ((long)value << shift));
        return isNew;
    }
}
