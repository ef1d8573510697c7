namespace SnnNotebooks.Host.Grading;

/// <summary>
/// What a hand-in may use. A time is over when as much has passed on the clock and was used of the processor: a machine that is busy with
/// other things takes nothing from anybody. Who only waits is ended after three times as much on the clock.
/// </summary>
public sealed record GradingLimits
{
    /// <summary>The longest one hand-in may take.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest one cell, or one trial of an answer, may take.</summary>
    public TimeSpan CellTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Memory of all its processes together, bytes.</summary>
    public long Memory { get; init; } = 4L << 30;

    /// <summary>Processes and threads, together.</summary>
    public int Tasks { get; init; } = 256;

    /// <summary>
    /// Bytes it may write to files: to each of three folders where there is a sandbox (<c>/tmp</c>, <c>/dev/shm</c> and its own), to each
    /// file where there is none.
    /// </summary>
    public long Files { get; init; } = 256L << 20;
}
