namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// Turns the bytes of one format into events. Keeps what the format carries from event to event, and nothing else. One of your own is made
/// known by <see cref="EventFormats.Add"/>.
/// </summary>
public abstract class EventDecoder
{
    /// <summary>The bytes of the shortest piece that decides something.</summary>
    public abstract int Wanted { get; }

    /// <summary>The most events that one step may give: a block must have that much room.</summary>
    public virtual int Burst => 1;

    /// <summary>Whether events wait that need no further bytes.</summary>
    public virtual bool HasPending => false;

    /// <summary>Bytes that come next and are to be passed over before anything is decoded.</summary>
    public long Skip { get; set; }

    /// <summary>The microseconds that times after those decoded are later by, where a format's own clock overflows.</summary>
    public virtual long Carried => 0;

    /// <summary>What the file would have to go on with, if it must not end here; else null.</summary>
    public virtual string? Unfinished => null;

    /// <summary>What one piece of the format is called, for messages.</summary>
    public virtual string Piece => $"event of {Wanted} bytes";

    /// <summary>Whether the events have columns, rows and polarities.</summary>
    public virtual bool HasPixels => true;

    /// <summary>What a reader of the recording should know, known once all of it was read.</summary>
    public virtual IEnumerable<string> Remarks => [];

    /// <summary>Decodes whole pieces until the bytes end, the block is full, or some are to be passed over.</summary>
    /// <param name="bytes">The bytes that come next.</param>
    /// <param name="offset">Where in the file they start.</param>
    /// <param name="block">Gets the events.</param>
    /// <returns>The bytes that were used; 0 where more are wanted than are there.</returns>
    public abstract int Decode(ReadOnlySpan<byte> bytes, long offset, EventBlock block);
}
