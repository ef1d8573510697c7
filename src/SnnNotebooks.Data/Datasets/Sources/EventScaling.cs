using SnnNotebooks.Datasets.Events;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>
/// Brings the addresses of events to another number of pixels: column x of W becomes x W' / W, rounded down; none is lost.
/// </summary>
internal static class EventScaling
{
    /// <summary>The recording at a height and width.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="sensor">Rows and columns of the sensor; a larger recording counts as the sensor itself.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="width">Columns of the result.</param>
    public static EventRecording To(EventRecording recording, (int Height, int Width) sensor, int height, int width)
    {
        var (rows, columns) = (Math.Max(sensor.Height, recording.Height), Math.Max(sensor.Width, recording.Width));
        return (recording.Height, recording.Width) == (height, width)
            ? recording
            : new EventRecording(
                width, height, recording.Times.ToArray(), Scaled(recording.X, columns, width), Scaled(recording.Y, rows, height),
                recording.On.ToArray());
    }

    private static ushort[] Scaled(ReadOnlySpan<ushort> places, int from, int to) =>
        from == to ? places.ToArray() : Array.ConvertAll(places.ToArray(), place => (ushort)((long)place * to / from));
}
