using System.Globalization;

namespace SnnNotebooks.Datasets.Events;

/// <summary>A named rule that cuts recordings into the segments that become frames. Its text names it in caches.</summary>
public abstract record FrameRule
{
    /// <summary>SpikingJelly's <c>split_by='number'</c>.</summary>
    /// <param name="frames">How many frames.</param>
    public static FrameRule Number(int frames) => new NumberRule(frames);

    /// <summary>SpikingJelly's <c>split_by='time'</c>.</summary>
    /// <param name="frames">How many frames.</param>
    public static FrameRule Time(int frames) => new TimeRule(frames);

    /// <summary>SpikingJelly's fixed duration of each frame.</summary>
    /// <param name="microseconds">The duration.</param>
    /// <param name="version">Whose rule.</param>
    public static FrameRule Duration(long microseconds, SpikingJellyVersion version) => new DurationRule(microseconds, version);

    /// <summary>The ranges of events, one a frame.</summary>
    /// <param name="events">The recording.</param>
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
}
