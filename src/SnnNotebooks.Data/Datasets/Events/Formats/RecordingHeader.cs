namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>What the beginning of a recording tells.</summary>
/// <param name="Format">Its format.</param>
/// <param name="Decoder">What decodes its events, which start where the source now stands.</param>
/// <param name="Size">The size of the sensor, where it is known.</param>
/// <param name="StartedAt">When it was recorded, where that is said to the millisecond.</param>
/// <param name="RecordBytes">The bytes of an event where all have the same and none depends on another, else 0: such a file may be read in
/// parts.</param>
internal sealed record RecordingHeader(
    EventFormat Format, EventDecoder Decoder, SensorSize? Size, DateTimeOffset? StartedAt = null, int RecordBytes = 0)
{
    /// <summary>The name people use for the format.</summary>
    public string FormatName { get; init; } = Format == EventFormat.Added ? string.Empty : Format.Name();
}
