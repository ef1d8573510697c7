namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>A file that is nothing but pairs of words: AEDAT 2.0 and DAT.</summary>
internal sealed class PairDecoder(PairLayout layout) : EventDecoder
{
    public override int Wanted => PairLayout.Bytes;

    public override int Decode(ReadOnlySpan<byte> bytes, long offset, EventBlock block) => layout.Decode(bytes, 0, block);
}
