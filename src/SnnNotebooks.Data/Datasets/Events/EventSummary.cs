namespace SnnNotebooks.Datasets.Events;

/// <summary>What a recording holds, found by reading all of it.</summary>
/// <param name="Format">Its format.</param>
/// <param name="Size">The sensor.</param>
/// <param name="Events">The events.</param>
/// <param name="FirstTime">The earliest time, microseconds, as in the file; null where there is none.</param>
/// <param name="LastTime">The latest time.</param>
/// <param name="On">How many grew brighter.</param>
/// <param name="Remarks">What a user of the recording should know.</param>
public sealed record EventSummary(
    EventFormat Format, SensorSize Size, long Events, long? FirstTime, long? LastTime, long On, IReadOnlyList<string> Remarks)
{
    private const string OutOfOrder = "some of its events come earlier than those before them: times are not in order";

    private const long LeastRecordsOfAPart = 1 << 18; // below that a thread costs more than it saves

    /// <summary>The name people use for the format.</summary>
    public string FormatName { get; init; } = Format == EventFormat.Added ? string.Empty : Format.Name();

    /// <summary>Reads a recording from front to back, in bounded memory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">Threads that may share the work; formats whose events depend on those before them are read by one.</param>
    /// <param name="options">What the file does not say itself; null for nothing.</param>
    /// <returns>Format, size, times and counts of the recording.</returns>
    /// <exception cref="EventFileException">It is none, damaged, or does not say what <paramref name="options"/> could.</exception>
    /// <exception cref="ArgumentException"><paramref name="options"/> make no sense.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static EventSummary Of(string path, int threads = 1, EventFileOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        using var reader = EventReader.Open(path, options);
        var records = reader.Records;
        var parts = (int)Math.Clamp(records / LeastRecordsOfAPart, 1, threads);
        if (parts == 1)
        {
            return Part.Of(reader).Summary(reader);
        }

        var each = (records + parts - 1) / parts;
        var found = new Part[parts];
        var sizes = new SensorSize[parts];
        try
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
            {
                using var own = EventReader.Open(path, options);
                own.Restrict(part * each, Math.Min(each, records - (part * each)));
                found[part] = Part.Of(own);
                sizes[part] = own.Size;
            });
        }
        catch (AggregateException failures) when (failures.InnerExceptions.OfType<EventFileException>()
            .MinBy(failure => failure.Offset) is { } first)
        {
            throw first;
        }

        var whole = found.Aggregate((earlier, later) => earlier.With(later));
        return whole.Summary(
            reader) with { Size = sizes[0] with { Width = sizes.Max(size => size.Width), Height = sizes.Max(size => size.Height) } };
    }

    /// <summary>What a part of a recording holds, its times as if it stood alone.</summary>
    private sealed record Part(long Events, long On, long Carried, long? Begin, long? End, long? First, long? Last, bool Falls)
    {
        public static Part Of(EventReader reader)
        {
            var block = new EventBlock();
            var part = new Part(0, 0, 0, null, null, null, null, false);
            while (reader.Read(block))
            {
                var (first, last, falls) = EventBlock.Bounds(block.Times);
                part = part.With(
                    new Part(block.Count, EventBlock.CountOn(block.On), 0, block.Times[0], block.Times[^1], first, last, falls));
            }

            return part with { Carried = reader.Carried };
        }

        /// <summary>This part and the one that follows it, whose times are later by what this one carried.</summary>
        public Part With(Part next) => new(
            Events + next.Events,
            On + next.On,
            Carried + next.Carried,
            Begin ?? (next.Begin + Carried),
            (next.End + Carried) ?? End,
            Least(First, next.First + Carried),
            -Least(-Last, -(next.Last + Carried)),
            Falls || next.Falls || next.Begin + Carried < End);

        public EventSummary Summary(EventReader reader) =>
            new(reader.Format, reader.Size, Events, First, Last, On, [.. reader.Remarks, .. Falls ? [OutOfOrder] : Array.Empty<string>()])
            {
                FormatName = reader.FormatName,
            };

        private static long? Least(long? a, long? b) => a is { } one && b is { } other ? Math.Min(one, other) : a ?? b;
    }
}
