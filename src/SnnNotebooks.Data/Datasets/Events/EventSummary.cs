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
    private const long LeastRecordsOfAPart = 1 << 18; // below that a thread costs more than it saves

    /// <summary>The name people use for the format.</summary>
    public string FormatName { get; init; } = Format == EventFormat.Added ? string.Empty : Format.Name();

    /// <summary>Reads a recording from front to back, in bounded memory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">Threads that may share the work; formats whose events depend on those before them are read by one.</param>
    /// <exception cref="EventFileException">It is none, or damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static EventSummary Of(string path, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        using var reader = EventReader.Open(path);
        var records = reader.Records;
        var parts = (int)Math.Clamp(records / LeastRecordsOfAPart, 1, threads);
        if (parts == 1)
        {
            return Of(reader);
        }

        var each = (records + parts - 1) / parts;
        var found = new EventSummary[parts];
        try
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
            {
                using var own = EventReader.Open(path);
                own.Restrict(part * each, Math.Min(each, records - (part * each)));
                found[part] = Of(own);
            });
        }
        catch (AggregateException failures) when (failures.InnerExceptions.OfType<EventFileException>().MinBy(failure => failure.Offset) is { } first)
        {
            throw first;
        }

        return new EventSummary(
            reader.Format,
            found[0].Size with { Width = found.Max(part => part.Size.Width), Height = found.Max(part => part.Size.Height) },
            found.Sum(part => part.Events),
            found.FirstOrDefault(part => part.FirstTime is not null)?.FirstTime,
            found.LastOrDefault(part => part.LastTime is not null)?.LastTime,
            found.Sum(part => part.On),
            [])
        {
            FormatName = reader.FormatName,
        };
    }

    private static EventSummary Of(EventReader reader)
    {
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

        return new EventSummary(reader.Format, reader.Size, events, first, last, on, reader.Remarks) { FormatName = reader.FormatName };
    }
}
