using System.Globalization;

namespace SnnNotebooks.Datasets.Events;

/// <summary>A named rule that cuts recordings into the segments that become frames. Its text names it in caches.</summary>
public abstract record FrameRule
{
    /// <summary>SpikingJelly's <c>split_by='number'</c>.</summary>
    /// <param name="frames">How many frames.</param>
    /// <returns>The rule.</returns>
    public static FrameRule Number(int frames) => new NumberRule(frames);

    /// <summary>SpikingJelly's <c>split_by='time'</c>.</summary>
    /// <param name="frames">How many frames.</param>
    /// <returns>The rule.</returns>
    public static FrameRule Time(int frames) => new TimeRule(frames);

    /// <summary>SpikingJelly's fixed duration of each frame.</summary>
    /// <param name="microseconds">The duration.</param>
    /// <param name="version">Whose rule.</param>
    /// <returns>The rule.</returns>
    public static FrameRule Duration(long microseconds, SpikingJellyVersion version) => new DurationRule(microseconds, version);

    /// <summary>Tonic's windows of time (<c>time_window</c>).</summary>
    /// <param name="window">Microseconds.</param>
    /// <param name="overlap">Microseconds that a window shares with the one before.</param>
    /// <param name="includeIncomplete">Whether a shorter window at the end counts.</param>
    /// <returns>The rule.</returns>
    public static FrameRule TonicTimeWindow(double window, double overlap = 0, bool includeIncomplete = false) => new TonicRule(
        string.Create(CultureInfo.InvariantCulture, $"tonic-window-{window:R}-{overlap:R}-{includeIncomplete}"),
        events => EventSegments.TonicTimeWindows(events, window, overlap, includeIncomplete));

    /// <summary>Tonic's windows of equal numbers of events (<c>event_count</c>).</summary>
    /// <param name="count">Events of a window.</param>
    /// <param name="overlap">Events that a window shares with the one before.</param>
    /// <param name="includeIncomplete">Whether a window with fewer events at the end counts.</param>
    /// <returns>The rule.</returns>
    public static FrameRule TonicEventCount(int count, int overlap = 0, bool includeIncomplete = false) => new TonicRule(
        string.Create(CultureInfo.InvariantCulture, $"tonic-count-{count}-{overlap}-{includeIncomplete}"),
        events => EventSegments.TonicEventCounts(events, count, overlap, includeIncomplete));

    /// <summary>Tonic's fixed number of windows of time (<c>n_time_bins</c>).</summary>
    /// <param name="bins">How many.</param>
    /// <param name="overlap">A part of a window.</param>
    /// <returns>The rule.</returns>
    public static FrameRule TonicTimeBins(int bins, double overlap = 0) => new TonicRule(
        string.Create(CultureInfo.InvariantCulture, $"tonic-time-bins-{bins}-{overlap:R}"),
        events => EventSegments.TonicTimeBins(events, bins, overlap));

    /// <summary>Tonic's fixed number of windows of equal numbers of events (<c>n_event_bins</c>).</summary>
    /// <param name="bins">How many.</param>
    /// <param name="overlap">A part of a window.</param>
    /// <returns>The rule.</returns>
    public static FrameRule TonicEventBins(int bins, double overlap = 0) => new TonicRule(
        string.Create(CultureInfo.InvariantCulture, $"tonic-event-bins-{bins}-{overlap:R}"),
        events => EventSegments.TonicEventBins(events, bins, overlap));

    /// <summary>The ranges of events, one a frame.</summary>
    /// <param name="events">The recording.</param>
    /// <returns>Ranges of events, as many as there will be frames.</returns>
    public abstract IReadOnlyList<Range> Segments(EventRecording events);

    /// <summary>The rule's name with its numbers, the same on every machine.</summary>
    public abstract string Key { get; }

    private sealed record NumberRule(int Frames) : FrameRule
    {
        public override string Key => string.Create(CultureInfo.InvariantCulture, $"number-{Frames}");

        public override IReadOnlyList<Range> Segments(EventRecording events) => EventSegments.ByNumber(events, Frames);
    }

    private sealed record TimeRule(int Frames) : FrameRule
    {
        public override string Key => string.Create(CultureInfo.InvariantCulture, $"time-{Frames}");

        public override IReadOnlyList<Range> Segments(EventRecording events) => EventSegments.ByTime(events, Frames);
    }

    private sealed record DurationRule(long Microseconds, SpikingJellyVersion Version) : FrameRule
    {
        public override string Key => string.Create(CultureInfo.InvariantCulture, $"duration-{Microseconds}-{Version}");

        public override IReadOnlyList<Range> Segments(EventRecording events) => EventSegments.ByDuration(events, Microseconds, Version);
    }

    private sealed record TonicRule(string Name, Func<EventRecording, IReadOnlyList<Range>> Cut) : FrameRule
    {
        public override string Key => Name;

        public override IReadOnlyList<Range> Segments(EventRecording events) => Cut(events);
    }
}
