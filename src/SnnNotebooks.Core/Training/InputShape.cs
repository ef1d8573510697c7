namespace SnnNotebooks.Training;

/// <summary>What kind of input a network takes and a data set holds.</summary>
public enum InputKind
{
    /// <summary>Still pictures, batches [B, C, H, W].</summary>
    Images,

    /// <summary>Frames of counted events, batches [B, T, C, H, W]; C is OFF and ON.</summary>
    EventFrames,

    /// <summary>Clips of film, batches [B, C, T, H, W].</summary>
    Video,

    /// <summary>Counted spikes of channels without a place, batches [B, T, C].</summary>
    SpikeTrains,
}

/// <summary>The axes of one input besides the batch.</summary>
/// <param name="Kind">What it is, and so the order of its axes.</param>
/// <param name="TimeSteps">T; for still pictures how often a network sees them.</param>
/// <param name="Channels">C.</param>
/// <param name="Height">Rows in pixels; 1 for spike trains.</param>
/// <param name="Width">Columns in pixels; 1 for spike trains.</param>
public sealed record InputShape(InputKind Kind, int TimeSteps, int Channels, int Height, int Width)
{
    /// <summary>The axes in the order of <see cref="Kind"/>, without the batch.</summary>
    public IReadOnlyList<long> Axes => Kind switch
    {
        InputKind.Images => [Channels, Height, Width],
        InputKind.EventFrames => [TimeSteps, Channels, Height, Width],
        InputKind.Video => [Channels, TimeSteps, Height, Width],
        _ => [TimeSteps, Channels],
    };

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        InputKind.Images => $"pictures [{string.Join(", ", Axes)}]",
        InputKind.EventFrames => $"event frames [{string.Join(", ", Axes)}]",
        InputKind.Video => $"clips [{string.Join(", ", Axes)}]",
        _ => $"spike trains [{string.Join(", ", Axes)}]",
    };
}
