using System.Diagnostics.CodeAnalysis;

namespace SnnNotebooks.Host.Execution;

/// <summary>
/// The threads one cell runs on. Code after an <c>await</c> comes back to them, so that <see cref="StopAsync"/> ends a sleep or a wait
/// wherever the cell has got to. Its own loops and functions ask <see cref="CellGuard"/>; a library that neither waits nor shows anything
/// must return by itself, and is left behind where it does not.
/// </summary>
[SuppressMessage("Design", "CA1001",
    Justification = "the threads outlive the cell where it left tasks behind; the runtime collects the rest")]
internal sealed class CellRun : SynchronizationContext
{
    private const int StackSize = 16 << 20;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
    private static readonly AsyncLocal<CellRun?> Running = new();
    private static int abandoned;

    [ThreadStatic]
    private static bool isParking;

    private readonly Lock gate = new();
    private readonly Queue<Action> waiting = new();
    private readonly HashSet<Thread> busy = [];
    private readonly SemaphoreSlim work = new(0);
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int idle;
    private int starting;

    static CellRun() => AppDomain.CurrentDomain.FirstChanceException += (_, e) =>
    {
        // thrown in code that native code has called, it would end the process on its way out
        if (e.Exception is ThreadInterruptedException && !isParking && OfCaller is { Stopping.IsCancellationRequested: true } run)
        {
            isParking = true;
            if (NativeFrames.AreBelow())
            {
                run.Park();
            }

            isParking = false;
        }
    };

    /// <summary>The run that the code belongs to that asks: on its threads, and in the tasks and threads it started.</summary>
    public static CellRun? OfCaller => Running.Value;

    /// <summary>Whether code was left behind that did not end when the cell was stopped.</summary>
    public bool LeftCodeBehind { get; private set; }

    /// <summary>Why the cell was stopped: the first reason that was given; null where it was not.</summary>
    public string? StopReason { get; private set; }

    /// <summary>Cancelled when the cell is stopped: for what the host does on the cell's behalf.</summary>
    public CancellationToken Stopping => stop.Token;

    /// <summary>Runs the code of the cell.</summary>
    /// <exception cref="OperationCanceledException">It was stopped; where it would not end, its threads are left behind.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> code)
    {
        CellGuard.IsStopping = Volatile.Read(ref abandoned) > 0;
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
    /// <param name="reason">Name and words of the failure it ends with.</param>
    /// <returns>Whether they have ended.</returns>
    public async Task<bool> StopAsync(string reason)
    {
        StopReason ??= reason;
        await stop.CancelAsync().ConfigureAwait(false);
        CellGuard.IsStopping = true;
        var ended = false;
        for (var waited = TimeSpan.Zero; waited < Grace && !ended; waited += TimeSpan.FromMilliseconds(20))
        {
            lock (gate)
            {
                foreach (var thread in busy)
                {
                    thread.Interrupt();
                }

                ended = busy.Count == 0;
            }

            await Task.Delay(20).ConfigureAwait(false);
        }

        if (!ended)
        {
            LeftCodeBehind = true;
            Interlocked.Increment(ref abandoned);
        }

        stopped.TrySetResult();
        return ended;
    }

    /// <summary>Keeps the thread that asks for ever: it cannot go on, and cannot go back through the native code that called it.</summary>
    public void Park()
    {
        isParking = true;
        Leave();

        while (true)
        {
            try
            {
                Thread.Sleep(Timeout.Infinite);
            }
            catch (ThreadInterruptedException)
            {
            }
        }
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => Enqueue(() => d(state));

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => d(state);

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    private void Enqueue(Action action)
    {
        var (starts, wakes) = (false, false);
        Uninterrupted(() =>
        {
            lock (gate)
            {
                // a thread that has still to begin, or to wake, will look for work: a loop that yields must not start one at every turn
                waiting.Enqueue(action);
                starts = waiting.Count > idle + starting;
                starting += starts ? 1 : 0;
                wakes = !starts && work.CurrentCount < idle;
            }
        });
        if (wakes)
        {
            Uninterrupted(() => work.Release());
        }
        else if (starts)
        {
            new Thread(Work, StackSize) { IsBackground = true, Name = "cell" }.Start();
        }
    }

    // the cell's own waits may be interrupted, those of its host must not: what they guard would be left half done
    private static void Uninterrupted(Action action)
    {
        for (var interrupted = false; ;)
        {
            try
            {
                action();
                if (interrupted)
                {
                    Thread.CurrentThread.Interrupt();
                }

                return;
            }
            catch (ThreadInterruptedException)
            {
                interrupted = true;
            }
        }
    }

    private void Leave() => Uninterrupted(() =>
    {
        lock (gate)
        {
            busy.Remove(Thread.CurrentThread);
        }
    });

    private void Work()
    {
        SetSynchronizationContext(this);
        Running.Value = this;
        for (var begins = true; ; begins = false)
        {
            Action? action;
            lock (gate)
            {
                starting -= begins ? 1 : 0;
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
            action();
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // stopped, whatever the code made of it
        }
        catch (Exception e)
        {
            // thrown by an async void method, which has nobody to tell; it must not end the notebook
            Console.Error.WriteLine(e);
        }

        Leave();
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
