namespace SnnNotebooks.Datasets.Events;

/// <summary>The unit of times in a table of events.</summary>
public enum EventTimeUnit
{
    /// <summary>Nanoseconds; what is less than a microsecond is rounded.</summary>
    Nanoseconds,

    /// <summary>Microseconds, as the kit has them.</summary>
    Microseconds,

    /// <summary>Milliseconds.</summary>
    Milliseconds,

    /// <summary>Seconds.</summary>
    Seconds,
}

/// <summary>What the user of a recording knows and its file does not say.</summary>
/// <param name="Columns">
/// Of a table without names (text, an array [N, 4]), what its columns are, such as <c>t,x,y,p</c>; others are passed over as <c>-</c>. Null
/// where the file names them.
/// </param>
/// <param name="TimeUnit">Of a table, the unit of its times; null for what its names say, else microseconds where they are whole numbers,
/// and seconds where they are not.</param>
/// <param name="Width">Columns of the sensor, pixels, for where the file does not say them: what it says goes first. Null for
/// unknown.</param>
/// <param name="Height">Rows of the sensor, pixels, given with <paramref name="Width"/>.</param>
public sealed record EventFileOptions(string? Columns = null, EventTimeUnit? TimeUnit = null, int? Width = null, int? Height = null)
{
    private const int LargestSide = ushort.MaxValue + 1;

    /// <summary>Nothing is known but what the file says.</summary>
    public static EventFileOptions None { get; } = new();

    /// <summary>The size of the sensor, where it is given.</summary>
    /// <exception cref="ArgumentException">One side alone is given, or is not 1 to 65536.</exception>
    internal SensorSize? Size => (Width, Height) switch
    {
        (null, null) => null,
        ( > 0 and <= LargestSide, > 0 and <= LargestSide) => new SensorSize(Width.Value, Height.Value, SensorSizeOrigin.Given),
        _ => throw new ArgumentException(
            $"A sensor of {Width?.ToString() ?? "?"} x {Height?.ToString() ?? "?"} pixels was given; expected two sides of 1 to "
            + $"{LargestSide}."),
    };
}
