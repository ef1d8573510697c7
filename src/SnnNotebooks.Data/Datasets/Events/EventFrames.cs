using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Events;

/// <summary>
/// Events counted into frames: channel 0 counts OFF, channel 1 ON events of each pixel, as in SpikingJelly. Counts, neither binary nor
/// scaled.
/// </summary>
public static class EventFrames
{
    private const long MostElements = 1L << 30;

    /// <summary>Frames of a recording by a rule.</summary>
    /// <param name="events">The recording; events out of order are put into it first, so that each falls into its frame.</param>
    /// <param name="rule">How it is cut.</param>
    /// <returns>Float32 [T, 2, H, W]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The frames would have more than 2^30 elements.</exception>
    public static Tensor Of(EventRecording events, FrameRule rule)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(rule);
        var ordered = events.Ordered();
        return Of(ordered, rule.Segments(ordered));
    }

    /// <summary>Frames of given segments of a recording.</summary>
    /// <param name="events">The recording.</param>
    /// <param name="segments">Ranges of events, one a frame; they may be empty or overlap.</param>
    /// <returns>Float32 [T, 2, H, W]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The frames would have more than 2^30 elements.</exception>
    public static Tensor Of(EventRecording events, IReadOnlyList<Range> segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        Plane(events, segments.Count);
        var frames = zeros([segments.Count, 2, events.Height, events.Width], ScalarType.Float32);
        Count(events, segments, MemoryMarshal.Cast<byte, float>(frames.bytes));
        return frames;
    }

    /// <summary>One frame of a stretch of events.</summary>
    /// <param name="events">The recording.</param>
    /// <param name="segment">Which events; null for all.</param>
    /// <param name="version">Release 0.0.0.0.14 leaves out the last event where no end is given (its issue 687); Head does not.</param>
    /// <returns>Float32 [2, H, W]; the caller disposes it.</returns>
    public static Tensor OfSegment(EventRecording events, Range? segment = null, SpikingJellyVersion version = SpikingJellyVersion.Head)
    {
        ArgumentNullException.ThrowIfNull(events);
        var all = version == SpikingJellyVersion.Release014 ? ..Math.Max(events.Count - 1, 0) : ..events.Count;
        using var frames = Of(events, [segment ?? all]);
        return frames.squeeze(0);
    }

    /// <summary>Adds the counts to zeros, [T, 2, H, W] row by row.</summary>
    private static void Count(EventRecording events, IReadOnlyList<Range> segments, Span<float> counts)
    {
        var plane = events.Width * events.Height;
        for (var segment = 0; segment < segments.Count; segment++)
        {
            var (start, length) = segments[segment].GetOffsetAndLength(events.Count);
            var frame = counts.Slice(2 * plane * segment, 2 * plane);
            var x = events.X.Slice(start, length);
            var y = events.Y.Slice(start, length);
            var on = events.On.Slice(start, length);
            for (var i = 0; i < x.Length; i++)
            {
                frame[(on[i] * plane) + (y[i] * events.Width) + x[i]]++;
            }
        }
    }

    /// <summary>The pixels of a recording, of which so many pairs of planes can be made.</summary>
    internal static int Plane(EventRecording events, int pairs)
    {
        ArgumentNullException.ThrowIfNull(events);
        var elements = 2L * events.Width * events.Height * pairs;
        return elements <= MostElements && (long)events.Width * events.Height <= MostElements / 2
            ? events.Width * events.Height
            : throw new ArgumentException(
                $"{pairs} frames of 2 x {events.Height} x {events.Width} are more than {MostElements} elements. Choose fewer or longer "
                + "ones.");
    }
}
