using System.Diagnostics;
using System.Globalization;

namespace SnnNotebooks.Host.Grading;

/// <summary>
/// A time that a busy machine, or one that stands still, does not take from a hand-in: it is over when so much has passed on the clock and
/// as much of the processor was used. Who waits uses no processor: <see cref="Patience"/> times as much on the clock is the end.
/// </summary>
/// <param name="limit">How much.</param>
/// <param name="processor">What was used of the processor so far.</param>
internal sealed class TimeLimit(TimeSpan limit, Func<TimeSpan> processor)
{
    /// <summary>How many times the limit may pass on the clock.</summary>
    public const int Patience = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly TimeSpan before = processor();

    /// <summary>What was too long, once it is over: "it ran longer than 60 s".</summary>
    public string Exceeded => Used >= limit
        ? string.Create(CultureInfo.InvariantCulture, $"it ran longer than {limit.TotalSeconds:0.###} s")
        : string.Create(CultureInfo.InvariantCulture,
            $"it had not ended after {Last.TotalSeconds:0.###} s, of which it used the processor for {Used.TotalSeconds:0.#} s,");

    /// <summary>Why what was too long did not end by itself, once it is over and was told to end.</summary>
    /// <param name="ended">Whether it then ended.</param>
    public Standstill WhyLate(bool ended) =>
        Used < limit ? Standstill.Waited : ended ? Standstill.None : Standstill.Unstoppable;

    private TimeSpan Last => limit * Patience;

    private TimeSpan Used => processor() - before;

    /// <summary>Waits for work of this process, as long as it may take; it is not stopped.</summary>
    /// <param name="work">What runs.</param>
    /// <param name="limit">How long.</param>
    /// <returns>The limit, where it is over; null where the work ended in time.</returns>
    public static async Task<TimeLimit?> ExceededByAsync(Task work, TimeSpan limit)
    {
        using var ended = new CancellationTokenSource();
        var time = new TimeLimit(limit, () => Environment.CpuUsage.TotalTime);
        var isLate = await Task.WhenAny(work, time.WaitAsync(ended.Token)).ConfigureAwait(false) != work;
        await ended.CancelAsync().ConfigureAwait(false);
        return isLate ? time : null;
    }

    /// <summary>Ends when it is over.</summary>
    /// <exception cref="OperationCanceledException">It was stopped before.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (clock.Elapsed < limit || (clock.Elapsed < Last && Used < limit))
        {
            var rest = limit - clock.Elapsed;
            await Task.Delay(rest > Pause ? rest : Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Cancels a source when it is over; ends when the source is cancelled by another.</summary>
    public async Task CancelAsync(CancellationTokenSource source)
    {
        try
        {
            await WaitAsync(source.Token).ConfigureAwait(false);
            await source.CancelAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // what it was for has ended in time
        }
    }
}
