using System.Diagnostics;

namespace SnnNotebooks.Host.Running;

/// <summary>
/// What a worker's process writes past the notebook, such as the last words of a crash. It comes by another pipe than
/// the cell's own outputs and could overtake them, so it is held back for a moment, or until its cell or the process has ended.
/// </summary>
internal sealed class NativeConsole(RunRecorder recorder)
{
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TimerGrain = TimeSpan.FromMilliseconds(20); // a timer may ring a little early

    private readonly Lock gate = new();
    private readonly Queue<(long At, string Name, string Text)> held = [];
    private bool isEnding;

    /// <summary>Reads one stream to its end; what it said last is held until <see cref="Record()"/>.</summary>
    public async Task ForwardAsync(StreamReader reader, string name)
    {
        var buffer = new char[4096];
        try
        {
            for (var read = await reader.ReadAsync(buffer).ConfigureAwait(false); read > 0; read = await reader.ReadAsync(buffer)
                .ConfigureAwait(false))
            {
                lock (gate)
                {
                    held.Enqueue((Stopwatch.GetTimestamp(), name, new string(buffer, 0, read)));
                }

                _ = RecordLaterAsync();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // the process and its pipes are gone
        }

        lock (gate)
        {
            isEnding = true; // what the process sent by the other pipe may still be on its way, and comes first
        }
    }

    /// <summary>Records what is held: the cell that was running has ended, or the process, and all that it sent is recorded.</summary>
    public void Record() => Record(TimeSpan.Zero);

    private async Task RecordLaterAsync()
    {
        await Task.Delay(HeadStart + TimerGrain).ConfigureAwait(false);
        Record(HeadStart);
    }

    private void Record(TimeSpan age)
    {
        lock (gate)
        {
            while ((!isEnding || age == TimeSpan.Zero) && held.TryPeek(out var first) && Stopwatch.GetElapsedTime(first.At) >= age)
            {
                recorder.Stream(first.Name, first.Text);
                held.Dequeue();
            }
        }
    }
}
