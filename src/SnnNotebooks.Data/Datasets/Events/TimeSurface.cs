using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Events;

/// <summary>
/// Time surfaces (X. Lagorce et al., HOTS, 2016): for each pixel and polarity how recent its last event is, exp(-(t - t_last) / tau); 0
/// where there was none.
/// </summary>
public static class TimeSurface
{
    /// <summary>Surfaces at given times.</summary>
    /// <param name="events">The recording; events out of order are put into it first.</param>
    /// <param name="times">Microseconds, rising. An event at such a time counts.</param>
    /// <param name="tau">The time constant, microseconds, above 0.</param>
    /// <returns>Float32 [T, 2, H, W], OFF and ON; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The times fall, or tau is not above 0.</exception>
    public static Tensor At(EventRecording events, IReadOnlyList<long> times, double tau)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(times);
        events = events.Ordered();
        if (!(tau > 0))
        {
            throw new ArgumentException($"tau is {tau} us; expected a time above 0.", nameof(tau));
        }

        var plane = EventFrames.Plane(events, times.Count);
        var last = new long?[2 * plane];
        var surfaces = new float[2 * plane * times.Count];
        var next = 0;
        for (var surface = 0; surface < times.Count; surface++)
        {
            if (surface > 0 && times[surface] < times[surface - 1])
            {
                throw new ArgumentException(
                    $"The times of the surfaces fall from {times[surface - 1]} to {times[surface]}; expected rising ones.", nameof(times));
            }

            for (; next < events.Count && events.Times[next] <= times[surface]; next++)
            {
                last[(events.On[next] * plane) + (events.Y[next] * events.Width) + events.X[next]] = events.Times[next];
            }

            for (var pixel = 0; pixel < last.Length; pixel++)
            {
                surfaces[(surface * last.Length) + pixel] = last[pixel] is { } time ? (float)Math.Exp((time - times[surface]) / tau) : 0;
            }
        }

        return tensor(surfaces, [times.Count, 2, events.Height, events.Width]);
    }

    /// <summary>For every event the surface around it, at its time, itself included (the descriptors of HOTS).</summary>
    /// <param name="events">The recording; its times rise.</param>
    /// <param name="radius">Pixels on each side: surfaces have 2 radius + 1 rows and columns. Beyond the sensor they are 0.</param>
    /// <param name="tau">The time constant, microseconds, above 0.</param>
    /// <returns>Float32 [events, 2, 2 radius + 1, 2 radius + 1]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">tau is not above 0, or the recording's times are not in order.</exception>
    public static Tensor AroundEvents(EventRecording events, int radius, double tau)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        if (!(tau > 0))
        {
            throw new ArgumentException($"tau is {tau} us; expected a time above 0.", nameof(tau));
        }

        if (!events.IsAscending)
        {
            throw new ArgumentException(
                "The times of the recording are not in order: the last event of a pixel would not be the latest. Put them into order "
                + "first (Ordered).", nameof(events));
        }

        var side = (2 * radius) + 1;
        var plane = EventFrames.Plane(events, 1);
        var last = new long?[2 * plane];
        var surfaces = new float[checked(2 * side * side * events.Count)];
        for (var i = 0; i < events.Count; i++)
        {
            var (x, y, now) = (events.X[i], events.Y[i], events.Times[i]);
            last[(events.On[i] * plane) + (y * events.Width) + x] = now;
            var target = surfaces.AsSpan(2 * side * side * i, 2 * side * side);
            for (var place = 0; place < target.Length; place++)
            {
                var (polarity, row, column) = (place / (side * side), y - radius + (place / side % side), x - radius + (place % side));
                if (row >= 0 && row < events.Height && column >= 0 && column < events.Width
                    && last[(polarity * plane) + (row * events.Width) + column] is { } time)
                {
                    target[place] = (float)Math.Exp((time - now) / tau);
                }
            }
        }

        return tensor(surfaces, [events.Count, 2, side, side]);
    }
}
