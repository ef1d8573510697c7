using SnnNotebooks.Native;

namespace SnnNotebooks.Datasets.Events;

/// <summary>A recording in memory, one array per column.</summary>
public sealed class EventRecording
{
    private readonly long[] times;
    private readonly ushort[] x;
    private readonly ushort[] y;
    private readonly byte[] on;

    /// <summary>Makes a recording of arrays, which it keeps.</summary>
    /// <param name="width">Columns of the sensor, pixels.</param>
    /// <param name="height">Rows of the sensor, pixels.</param>
    /// <param name="times">Times, microseconds.</param>
    /// <param name="x">Columns, from 0.</param>
    /// <param name="y">Rows, from 0.</param>
    /// <param name="on">Polarities: 1 ON, 0 OFF.</param>
    /// <exception cref="ArgumentException">The arrays differ in length, a polarity is neither, or an event lies outside the
    /// sensor.</exception>
    public EventRecording(int width, int height, long[] times, ushort[] x, ushort[] y, byte[] on)
        : this(width, height, times, x, y, on, times?.Length ?? 0)
    {
        ArgumentNullException.ThrowIfNull(times);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(on);
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        ArgumentOutOfRangeException.ThrowIfNegative(height);
        if (x.Length != Count || y.Length != Count || on.Length != Count)
        {
            throw new ArgumentException(
                $"A recording needs columns of one length; there are {times.Length} times, {x.Length} x, {y.Length} y and {on.Length} "
                + "polarities.");
        }

        if (Count > 0 && (EventBlock.Largest(X) >= width || EventBlock.Largest(Y) >= height))
        {
            throw new ArgumentException(
                $"An event lies outside the sensor of {width} x {height}: the largest column is {EventBlock.Largest(X)}, the largest row "
                + $"{EventBlock.Largest(Y)}.");
        }

        if (On.ContainsAnyExceptInRange((byte)0, (byte)1))
        {
            throw new ArgumentException("A polarity is neither 0 nor 1.", nameof(on));
        }
    }

    /// <summary>Keeps the first events of columns that a reader has filled, and so checked.</summary>
    private EventRecording(int width, int height, long[] times, ushort[] x, ushort[] y, byte[] on, int count) =>
        (Width, Height, Count, this.times, this.x, this.y, this.on) = (width, height, count, times, x, y, on);

    /// <summary>Columns of the sensor, pixels.</summary>
    public int Width { get; }

    /// <summary>Rows of the sensor, pixels.</summary>
    public int Height { get; }

    /// <summary>The events.</summary>
    public int Count { get; }

    /// <summary>Times, microseconds.</summary>
    public ReadOnlySpan<long> Times => times.AsSpan(0, Count);

    /// <summary>Columns, from 0.</summary>
    public ReadOnlySpan<ushort> X => x.AsSpan(0, Count);

    /// <summary>Rows, from 0.</summary>
    public ReadOnlySpan<ushort> Y => y.AsSpan(0, Count);

    /// <summary>Polarities: 1 where it grew brighter (ON), 0 where it grew darker.</summary>
    public ReadOnlySpan<byte> On => on.AsSpan(0, Count);

    /// <summary>Whether no event comes earlier than the one before it, as every camera's own file has them.</summary>
    public bool IsAscending => !EventBlock.Bounds(Times).Falls;

    /// <summary>
    /// The recording with its events in the order of their times; those of one time keep their order. This one, if they are in order.
    /// </summary>
    /// <returns>A recording of the same size.</returns>
    public EventRecording Ordered()
    {
        if (IsAscending)
        {
            return this;
        }

        // LINQ's order is stable
        int[] order = [.. Enumerable.Range(0, Count).OrderBy(i => times[i])];
        return new EventRecording(Width, Height, Array.ConvertAll(order, i => times[i]), Array.ConvertAll(order, i => x[i]),
            Array.ConvertAll(order, i => y[i]), Array.ConvertAll(order, i => on[i]));
    }

    /// <summary>Reads a whole recording.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">Threads that may share the work; formats whose events depend on those before them are read by one.</param>
    /// <param name="mostEvents">A recording with more events than this is refused.</param>
    /// <param name="options">What the file does not say itself; null for nothing.</param>
    /// <returns>All its events, in the file's order.</returns>
    /// <exception cref="EventFileException">It is no recording, damaged, too large, or does not say what <paramref name="options"/>
    /// could.</exception>
    /// <exception cref="ArgumentException"><paramref name="options"/> make no sense.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static EventRecording Load(string path, int threads = 1, int mostEvents = 200_000_000, EventFileOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        using var reader = EventReader.Open(path, options);
        if (reader.Records > mostEvents)
        {
            throw TooMany(path, mostEvents);
        }

        if (reader.RecordBytes == 0)
        {
            var columns = Columns.Read(path, reader, mostEvents);
            return columns.ToRecording(reader.Size.Width, reader.Size.Height);
        }

        return LoadRecords(path, (int)reader.Records, threads, options);
    }

    /// <summary>A part of the recording, as a copy.</summary>
    /// <param name="start">The first event.</param>
    /// <param name="count">How many.</param>
    /// <returns>A recording of the same size with <paramref name="count"/> events.</returns>
    public EventRecording Slice(int start, int count) => new(
        Width,
        Height,
        Times.Slice(start, count).ToArray(),
        X.Slice(start, count).ToArray(),
        Y.Slice(start, count).ToArray(),
        On.Slice(start, count).ToArray());

    /// <summary>The events from a time up to, not including, another, in their order.</summary>
    /// <param name="start">Microseconds.</param>
    /// <param name="end">Microseconds.</param>
    /// <returns>A recording of the same size; times stay as they are.</returns>
    public EventRecording Between(long start, long end) => Where(i => Times[i] >= start && Times[i] < end);

    /// <summary>The events that a condition keeps, in their order.</summary>
    internal EventRecording Where(Func<int, bool> keep)
    {
        var kept = Enumerable.Range(0, Count).Where(keep).ToArray();
        return new EventRecording(
            Width,
            Height,
            Array.ConvertAll(kept, i => times[i]),
            Array.ConvertAll(kept, i => x[i]),
            Array.ConvertAll(kept, i => y[i]),
            Array.ConvertAll(kept, i => on[i]));
    }

    /// <summary>
    /// Events of one size are decoded to where they stay, each thread its own part; words that were no events leave gaps, which are closed.
    /// </summary>
    private static EventRecording LoadRecords(string path, int total, int threads, EventFileOptions? options)
    {
        var times = LargePages.Array<long>(total);
        var x = LargePages.Array<ushort>(total);
        var y = LargePages.Array<ushort>(total);
        var on = LargePages.Array<byte>(total);
        var parts = Math.Clamp(total / EventBlock.DefaultCapacity, 1, threads);
        var each = (total + parts - 1) / parts;
        var read = new (int Count, SensorSize Size, long Carried)[parts];
        void Part(int part)
        {
            using var reader = EventReader.Open(path, options);
            var (start, count) = (part * each, Math.Min(each, total - (part * each)));
            reader.Restrict(start, count);
            var kept = 0;
            while (kept < count)
            {
                // a piece that is still in cache when the reader checks it
                var block = new EventBlock(times, x, y, on, start + kept, Math.Min(EventBlock.DefaultCapacity, count - kept));
                if (!reader.Read(block))
                {
                    break;
                }

                kept += block.Count;
            }

            reader.CheckEnd();
            read[part] = (kept, reader.Size, reader.Carried);
        }

        try
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, Part);
        }
        catch (AggregateException failures) when (failures.InnerExceptions.OfType<EventFileException>()
            .MinBy(failure => failure.Offset) is { } first)
        {
            throw first;
        }

        var (kept, carried) = (read[0].Count, read[0].Carried);
        for (var part = 1; part < parts; part++)
        {
            var (from, count) = (part * each, read[part].Count);
            Later(times.AsSpan(from, count), carried);
            carried += read[part].Carried;
            if (kept < from)
            {
                Array.Copy(times, from, times, kept, count);
                Array.Copy(x, from, x, kept, count);
                Array.Copy(y, from, y, kept, count);
                Array.Copy(on, from, on, kept, count);
            }

            kept += count;
        }

        return new EventRecording(read.Max(part => part.Size.Width), read.Max(part => part.Size.Height), times, x, y, on, kept);
    }

    private static void Later(Span<long> times, long microseconds)
    {
        if (microseconds != 0)
        {
            foreach (ref var time in times)
            {
                time += microseconds;
            }
        }
    }

    private static EventFileException TooMany(string path, int mostEvents) =>
        new(path, 0, $"it holds more than {mostEvents} events; read it in pieces with EventReader, or allow more");

    /// <summary>Columns that grow.</summary>
    private sealed class Columns
    {
        private long[] times = [];
        private ushort[] x = [];
        private ushort[] y = [];
        private byte[] on = [];
        private int count;

        public static Columns Read(string path, EventReader reader, int mostEvents)
        {
            var block = new EventBlock((int)Math.Clamp(reader.BytesLeft, 64, EventBlock.DefaultCapacity));
            var columns = new Columns();
            while (reader.Read(block))
            {
                if (block.Count > mostEvents - columns.count)
                {
                    throw TooMany(path, mostEvents);
                }

                columns.Append(block.Times, block.X, block.Y, block.On);
            }

            return columns;
        }

        public EventRecording ToRecording(int width, int height) => new(width, height, times, x, y, on, count);

        private void Append(ReadOnlySpan<long> moreTimes, ReadOnlySpan<ushort> moreX, ReadOnlySpan<ushort> moreY, ReadOnlySpan<byte> moreOn)
        {
            if (times.Length - count < moreTimes.Length)
            {
                var capacity = (int)Math.Min(Math.Max(2L * times.Length, count + (long)moreTimes.Length), Array.MaxLength);
                Grow(ref times, capacity);
                Grow(ref x, capacity);
                Grow(ref y, capacity);
                Grow(ref on, capacity);
            }

            moreTimes.CopyTo(times.AsSpan(count));
            moreX.CopyTo(x.AsSpan(count));
            moreY.CopyTo(y.AsSpan(count));
            moreOn.CopyTo(on.AsSpan(count));
            count += moreTimes.Length;
        }

        private void Grow<T>(ref T[] column, int capacity)
            where T : unmanaged
        {
            var larger = LargePages.Array<T>(capacity);
            column.AsSpan(0, count).CopyTo(larger);
            column = larger;
        }
    }
}
