using System.Diagnostics.CodeAnalysis;
using System.Runtime;

namespace SnnNotebooks.Host.Execution;

/// <summary>
/// The threads one cell runs on. Code after an <c>await</c> comes back to them, so that <see cref="StopAsync"/> ends a busy loop,
/// a sleep or a wait wherever the cell has got to; only a call into native code must return by itself first.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "the threads outlive the cell where it left tasks behind; the runtime collects the rest")]
internal sealed class CellRun : SynchronizationContext
{
    private const int StackSize = 16 << 20;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Queue<Action> waiting = new();
    private readonly HashSet<Thread> busy = [];
    private readonly SemaphoreSlim work = new(0);
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int idle;

    /// <summary>Cancelled when the cell is stopped: for what the host does on the cell's behalf.</summary>
    public CancellationToken Stopping => stop.Token;

    /// <summary>Runs the code of the cell.</summary>
    /// <exception cref="OperationCanceledException">It was stopped; where it would not end, its threads are left behind.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> code)
    {
        var begun = new TaskCompletionSource<Task<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(() => begun.TrySetResult(code()));
        if (await Task.WhenAny(begun.Task, stopped.Task).ConfigureAwait(false) == begun.Task)
        {
            await Task.WhenAny(begun.Task.Result, stopped.Task).ConfigureAwait(false);
        }

        if (stop.IsCancellationRequested)
        {
            await stopped.Task.ConfigureAwait(false);
            throw new OperationCanceledException(stop.Token);
        }

        return await begun.Task.Result.ConfigureAwait(false);
    }

    /// <summary>Stops the cell; returns when its threads have ended, or will not.</summary>
    /// <returns>Whether they have ended.</returns>
    public async Task<bool> StopAsync()
    {
        // not awaited: it returns only when every thread has been stopped
        _ = stop.CancelAsync();
        var ended = false;
        for (var waited = TimeSpan.Zero; waited < Grace && !ended; waited += TimeSpan.FromMilliseconds(20))
        {
            lock (gate)
            {
                foreach (var thread in busy)
                {
                    // aborting does not reach a thread that waits; interrupting does
                    thread.Interrupt();
                }

                ended = busy.Count == 0;
            }

            await Task.Delay(20).ConfigureAwait(false);
        }

        stopped.TrySetResult();
        return ended;
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => Enqueue(() => d(state));

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => d(state);

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    private void Enqueue(Action action)
    {
        lock (gate)
        {
            waiting.Enqueue(action);
            if (idle >= waiting.Count)
            {
                work.Release();
                return;
            }
        }

        new Thread(Work, StackSize) { IsBackground = true, Name = "cell" }.Start();
    }

    private void Work()
    {
        SetSynchronizationContext(this);
        while (true)
        {
            Action? action;
            lock (gate)
            {
                if (!waiting.TryDequeue(out action))
                {
                    idle++;
                }
            }

            if (action is not null)
            {
                Execute(action);
                continue;
            }

            var signalled = work.Wait(Idle);
            lock (gate)
            {
                idle--;
                if (!signalled && waiting.Count == 0)
                {
                    return;
                }
            }
        }
    }

    private void Execute(Action action)
    {
        lock (gate)
        {
            if (stop.IsCancellationRequested)
            {
                return;
            }

            busy.Add(Thread.CurrentThread);
        }

        try
        {
#pragma warning disable SYSLIB0046 // made for hosts of interactive code; what an abort leaves half done is the cell's own state
            ControlledExecution.Run(action, stop.Token);
#pragma warning restore SYSLIB0046
        }
        catch (Exception e) when (e is OperationCanceledException or ThreadInterruptedException)
        {
            // stopped
        }
        catch (Exception e)
        {
            // thrown by an async void method, which has nobody to tell; it must not end the notebook
            Console.Error.WriteLine(e);
        }

        lock (gate)
        {
            busy.Remove(Thread.CurrentThread);
        }

        try
        {
            // takes an interruption that came too late
            Thread.Sleep(0);
        }
        catch (ThreadInterruptedException)
        {
        }
    }
}
