using System.Diagnostics;
using System.Globalization;

namespace SnnNotebooks.Host.Grading;

/// <summary>
/// Looks several times a second at a process and all that came from it, and ends them where together they use too much. Linux; elsewhere
/// it sees what the process itself used of the processor, and nothing else.
/// </summary>
internal sealed class ProcessWatch : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly CancellationTokenSource exceeded = new();
    private readonly CancellationTokenSource ended = new();
    private readonly Process process;
    private readonly bool whole;
    private readonly GradingLimits limits;
    private readonly Task watching;
    private long processor;

    public ProcessWatch(Process process, bool whole, GradingLimits limits)
    {
        (this.process, this.whole, this.limits) = (process, whole, limits);
        Exceeded = exceeded.Token;
        watching = OperatingSystem.IsLinux() ? Task.Run(WatchAsync) : Task.CompletedTask;
    }

    /// <summary>Cancelled where it used too much.</summary>
    public CancellationToken Exceeded { get; }

    /// <summary>What it used too much of; null where it did not.</summary>
    public string? Reason { get; private set; }

    /// <summary>What they used of the processor, when it was looked at last.</summary>
    public TimeSpan Processor => OperatingSystem.IsLinux() ? TimeSpan.FromTicks(Volatile.Read(ref processor)) : OfProcess();

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(false);
        ended.Dispose();
        exceeded.Dispose();
    }

    private TimeSpan OfProcess()
    {
        try
        {
            return process.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            return TimeSpan.Zero; // it has ended
        }
    }

    private async Task WatchAsync()
    {
        while (!ended.IsCancellationRequested)
        {
            var (tasks, memory, used) = ProcessTree.Uses(process.Id);
            processor = Math.Max(processor, used.Ticks); // what is gone is nothing that it did not use
            Reason = tasks > limits.Tasks
                ? string.Create(CultureInfo.InvariantCulture, $"it had more than {limits.Tasks} processes and threads")
                : memory > limits.Memory
                ? string.Create(CultureInfo.InvariantCulture, $"it used more than {limits.Memory / (double)(1 << 30):0.##} GiB of memory")
                : null;
            if (Reason is not null)
            {
                ProcessTree.End(process, whole);
                await exceeded.CancelAsync().ConfigureAwait(false);
                return;
            }

            await Task.WhenAny(Task.Delay(Pause, ended.Token)).ConfigureAwait(false);
        }
    }
}
