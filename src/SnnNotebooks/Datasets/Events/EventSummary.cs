namespace SnnNotebooks.Datasets.Events;

/// <summary>What a recording holds, found by reading all of it.</summary>
/// <param name="Format">Its format.</param>
/// <param name="Size">The sensor.</param>
/// <param name="Events">The events.</param>
/// <param name="FirstTime">The time of the first one, microseconds, as in the file; null where there is none.</param>
/// <param name="LastTime">The time of the last one.</param>
/// <param name="On">How many grew brighter.</param>
/// <param name="Remarks">What a user of the recording should know.</param>
public sealed record EventSummary(EventFormat Format, SensorSize Size, long Events, long? FirstTime, long? LastTime, long On, IReadOnlyList<string> Remarks)
{
    /// <summary>Reads a recording from front to back, in bounded memory.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="EventFileException">It is none, or damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static EventSummary Of(string path)
    {
        using var reader = EventReader.Open(path);
        var block = new EventBlock();
        var (events, on) = (0L, 0L);
        long? first = null;
        long? last = null;
        while (reader.Read(block))
        {
            first ??= block.Times[0];
            last = block.Times[^1];
            events += block.Count;
            on += EventBlock.CountOn(block.On);
        }

        return new EventSummary(reader.Format, reader.Size, events, first, last, on, reader.Remarks);
    }
}
