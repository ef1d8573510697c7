namespace SnnNotebooks.Datasets.Events;

/// <summary>
/// Ways to cut a recording into segments of events, by the rules of SpikingJelly and of Tonic. Every rule gives half-open ranges of event
/// indices;
/// a segment without events is an empty range, where SpikingJelly fails. Rules that cut by time refuse a recording whose times are not in
/// order (<see cref="EventRecording.Ordered"/> puts them into it): an event that comes too late would fall out of every range.
/// </summary>
public static class EventSegments
{
    private const int Most = 1 << 20;

    /// <summary>SpikingJelly's <c>split_by='number'</c>: equal numbers of events, rounded down; the last segment takes the rest.</summary>
    /// <param name="events">The recording.</param>
    /// <param name="segments">How many, 1 or more.</param>
    /// <returns>Ranges of events, as many as segments were asked for.</returns>
    public static IReadOnlyList<Range> ByNumber(EventRecording events, int segments)
    {
        ArgumentNullException.ThrowIfNull(events);
        Check(segments);
        var each = events.Count / segments;
        return [.. Enumerable.Range(0, segments).Select(i => (i * each)..(i == segments - 1 ? events.Count : (i + 1) * each))];
    }

    /// <summary>
    /// SpikingJelly's <c>split_by='time'</c>: equal times, rounded down to a microsecond; the last segment goes to the last event.
    /// </summary>
    /// <param name="events">The recording.</param>
    /// <param name="segments">How many, 1 or more.</param>
    /// <returns>Ranges of events, as many as segments were asked for.</returns>
    /// <exception cref="ArgumentException">The times are not in order.</exception>
    public static IReadOnlyList<Range> ByTime(EventRecording events, int segments)
    {
        ArgumentNullException.ThrowIfNull(events);
        Check(segments);
        var times = Rising(events);
        if (times.IsEmpty)
        {
            return [.. Enumerable.Repeat(0..0, segments)];
        }

        var each = (times[^1] - times[0]) / segments;
        var ranges = new Range[segments];
        for (var i = 0; i < segments; i++)
        {
            var start = times[0] + (i * each);
            ranges[i] = FirstAt(times, start)..(i == segments - 1 ? times.Length : FirstAt(times, start + each));
        }

        return ranges;
    }

    /// <summary>
    /// SpikingJelly's fixed duration. <see cref="SpikingJellyVersion.Release014"/>: a segment starts at the first event not yet used and
    /// takes those up to the duration later, inclusive; there are gaps and no empty segments. <see cref="SpikingJellyVersion.Head"/>: a
    /// regular grid from the first event,
    /// whose last cell also takes events exactly on its end.
    /// </summary>
    /// <param name="events">The recording.</param>
    /// <param name="microseconds">The duration, 1 or more.</param>
    /// <param name="version">Whose rule.</param>
    /// <returns>Ranges of events, in order of time.</returns>
    /// <exception cref="ArgumentException">More than a million segments would be made, or the times are not in order.</exception>
    public static IReadOnlyList<Range> ByDuration(EventRecording events, long microseconds, SpikingJellyVersion version)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentOutOfRangeException.ThrowIfLessThan(microseconds, 1);
        var times = Rising(events);
        if (times.IsEmpty)
        {
            return [];
        }

        return version == SpikingJellyVersion.Release014 ? Greedy(times, microseconds) : Grid(times, microseconds);
    }

    /// <summary>Tonic's windows of time: every <c>window - overlap</c> from the first event on.</summary>
    /// <param name="events">The recording.</param>
    /// <param name="window">Microseconds, above 0.</param>
    /// <param name="overlap">Microseconds that a window shares with the one before, below <paramref name="window"/>.</param>
    /// <param name="includeIncomplete">Whether a shorter window at the end counts.</param>
    /// <returns>Ranges of events, in order of time; neighbours may overlap.</returns>
    /// <exception cref="ArgumentException">The windows do not move on, more than a million would be made, or the times are not in
    /// order.</exception>
    public static IReadOnlyList<Range> TonicTimeWindows(
        EventRecording events, double window, double overlap = 0, bool includeIncomplete = false)
    {
        ArgumentNullException.ThrowIfNull(events);
        var stride = window - overlap;
        if (!(window > 0) || !(stride > 0))
        {
            throw new ArgumentException($"Windows of {window} us that overlap by {overlap} us do not move on.");
        }

        var times = Rising(events);
        if (times.IsEmpty)
        {
            return [];
        }

        // an event just where the last whole window ends begins an incomplete one, as Tonic's description has it; its code loses that event
        var windows = Math.Floor((times[^1] - times[0] - window) / stride) + (includeIncomplete ? 2 : 1);
        var count = Bounded(Math.Max(windows, 1));
        return Windows(times, count, stride, window);
    }

    /// <summary>Tonic's windows of equal numbers of events.</summary>
    /// <param name="events">The recording.</param>
    /// <param name="count">Events of a window, 1 or more; a shorter recording is one window.</param>
    /// <param name="overlap">Events that a window shares with the one before, below <paramref name="count"/>.</param>
    /// <param name="includeIncomplete">Whether a window with fewer events at the end counts.</param>
    /// <returns>Ranges of events, in order; neighbours may overlap.</returns>
    /// <exception cref="ArgumentException">The windows do not move on, or more than a million would be made.</exception>
    public static IReadOnlyList<Range> TonicEventCounts(EventRecording events, int count, int overlap = 0, bool includeIncomplete = false)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var stride = count - overlap;
        if (stride <= 0)
        {
            throw new ArgumentException($"Windows of {count} events that overlap by {overlap} do not move on.");
        }

        var each = Math.Min(count, events.Count);
        var windows = (events.Count - each) / (double)stride;
        var total = Bounded((includeIncomplete ? Math.Ceiling(windows) : Math.Floor(windows)) + 1);
        return [.. Enumerable.Range(0, total).Select(i => Math.Min(i * stride, events.Count)..Math.Min((i * stride) + each, events.Count))];
    }

    /// <summary>Tonic's fixed number of windows of time, each longer by the overlap.</summary>
    /// <param name="events">The recording.</param>
    /// <param name="bins">How many, 1 or more.</param>
    /// <param name="overlap">A part of a window, 0 up to below 1.</param>
    /// <returns>Ranges of events, as many as bins were asked for.</returns>
    /// <exception cref="ArgumentException">The times are not in order.</exception>
    public static IReadOnlyList<Range> TonicTimeBins(EventRecording events, int bins, double overlap = 0)
    {
        ArgumentNullException.ThrowIfNull(events);
        Check(bins, overlap);
        var times = Rising(events);
        if (times.IsEmpty)
        {
            return [.. Enumerable.Repeat(0..0, bins)];
        }

        var window = (times[^1] - times[0]) / bins * (1 + overlap);
        return Windows(times, bins, window * (1 - overlap), window);
    }

    /// <summary>Tonic's fixed number of windows of equal numbers of events, each larger by the overlap.</summary>
    /// <param name="events">The recording.</param>
    /// <param name="bins">How many, 1 or more.</param>
    /// <param name="overlap">A part of a window, 0 up to below 1.</param>
    /// <returns>Ranges of events, as many as bins were asked for.</returns>
    public static IReadOnlyList<Range> TonicEventBins(EventRecording events, int bins, double overlap = 0)
    {
        ArgumentNullException.ThrowIfNull(events);
        Check(bins, overlap);
        var each = (int)(events.Count / bins * (1 + overlap));
        var stride = (int)(each * (1 - overlap));
        return [.. Enumerable.Range(0, bins).Select(i => Math.Min(i * stride, events.Count)..Math.Min((i * stride) + each, events.Count))];
    }

    private static ReadOnlySpan<long> Rising(EventRecording events) => events.IsAscending
        ? events.Times
        : throw new ArgumentException(
            "The times of the recording are not in order, so that no ranges of events are stretches of time. Put them into order first "
            + "(Ordered).", nameof(events));

    private static List<Range> Greedy(ReadOnlySpan<long> times, long duration)
    {
        var ranges = new List<Range>();
        for (var start = 0; start < times.Length;)
        {
            var end = start + 1;
            while (end < times.Length && times[end] - times[start] <= duration)
            {
                end++;
            }

            ranges.Add(start..end);
            start = end;
        }

        return ranges;
    }

    private static Range[] Grid(ReadOnlySpan<long> times, long duration)
    {
        var span = times[^1] - times[0];
        var count = Bounded(Math.Max(Math.Ceiling((double)span / duration), 1)); // SpikingJelly fails where all events have one time
        var ranges = new Range[count];
        for (var i = 0; i < count; i++)
        {
            var start = times[0] + (i * duration);
            ranges[i] = FirstAt(times, start)..(i == count - 1 ? times.Length : FirstAt(times, start + duration));
        }

        return ranges;
    }

    private static Range[] Windows(ReadOnlySpan<long> times, int count, double stride, double window)
    {
        var ranges = new Range[count];
        for (var i = 0; i < count; i++)
        {
            var start = (i * stride) + times[0];
            ranges[i] = FirstAt(times, Math.Ceiling(start))..FirstAt(times, Math.Ceiling(start + window));
        }

        return ranges;
    }

    private static int FirstAt(ReadOnlySpan<long> times, double time) =>
        FirstAt(times, time >= long.MaxValue ? long.MaxValue : (long)time);

    /// <summary>The first event that is not before a time.</summary>
    private static int FirstAt(ReadOnlySpan<long> times, long time)
    {
        var (low, high) = (0, times.Length);
        while (low < high)
        {
            var middle = (int)((uint)(low + high) >> 1);
            if (times[middle] < time)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static int Bounded(double count) =>
        count <= Most
            ? (int)count
            : throw new ArgumentException($"{count} segments would be made; at most {Most} are. Choose longer ones.");

    private static void Check(int segments, double overlap = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(segments, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(segments, Most);
        if (!(overlap is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(overlap), overlap, "An overlap is a part of a window, 0 up to below 1.");
        }
    }
}
