namespace SnnNotebooks.Datasets.Events;

/// <summary>How the size of a sensor is known.</summary>
public enum SensorSizeOrigin
{
    /// <summary>The file gives it in pixels.</summary>
    Stated,

    /// <summary>The file names the camera.</summary>
    Camera,

    /// <summary>The file says nothing, and whoever reads it did.</summary>
    Given,

    /// <summary>The file says nothing; it is the smallest sensor used with this format that holds every event.</summary>
    KnownSensor,

    /// <summary>The file says nothing; it is one more than the largest coordinates seen.</summary>
    Extent,
}

/// <summary>The size of an event sensor.</summary>
/// <param name="Width">Columns, pixels; 0 where the events have no place.</param>
/// <param name="Height">Rows, pixels; 0 where the events have no place.</param>
/// <param name="Origin">How it is known.</param>
public readonly record struct SensorSize(int Width, int Height, SensorSizeOrigin Origin)
{
    /// <summary>Whether events beyond this size are an error rather than a reason to enlarge it.</summary>
    internal bool IsBinding => Origin is SensorSizeOrigin.Stated or SensorSizeOrigin.Given;
}
