namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>Gives out events that are in memory already, as the columns of a table.</summary>
internal sealed class TableDecoder(long[] times, ushort[] x, ushort[] y, byte[] on, string? remark) : EventDecoder
{
    private int next;

    public override int Wanted => 0;

    public override bool HasPending => next < times.Length;

    public override IEnumerable<string> Remarks => remark is null ? [] : [remark];

    public override int Decode(ReadOnlySpan<byte> bytes, long offset, EventBlock block)
    {
        var count = Math.Min(block.Room, times.Length - next);
        times.AsSpan(next, count).CopyTo(block.TimeArray.AsSpan(block.End));
        x.AsSpan(next, count).CopyTo(block.XArray.AsSpan(block.End));
        y.AsSpan(next, count).CopyTo(block.YArray.AsSpan(block.End));
        on.AsSpan(next, count).CopyTo(block.OnArray.AsSpan(block.End));
        block.Count += count;
        next += count;
        return 0;
    }
}
