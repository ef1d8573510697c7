using System.Collections.Concurrent;
using System.Diagnostics;

namespace SnnNotebooks.Host.Grading;

/// <summary>
/// Starts processes from a thread that never ends. A process that is to end with its parent (bubblewrap's <c>--die-with-parent</c>) is
/// ended by Linux with the thread that started it, and a thread of the pool ends when it was idle for a while.
/// </summary>
internal static class LastingThread
{
    /// <summary>The thread's name, as long as Linux keeps one.</summary>
    public const string Name = "starts hand-ins";

    private static readonly BlockingCollection<Task<Process>> Waiting = [];
    private static readonly Lazy<Thread> Starter = new(Begin);

    /// <summary>Starts a process.</summary>
    public static Task<Process> StartAsync(ProcessStartInfo start)
    {
        _ = Starter.Value;
        var starting = new Task<Process>(() => Process.Start(start)!, TaskCreationOptions.RunContinuationsAsynchronously);
        Waiting.Add(starting);
        return starting;
    }

    private static Thread Begin()
    {
        var thread = new Thread(() =>
        {
            foreach (var starting in Waiting.GetConsumingEnumerable())
            {
                starting.RunSynchronously(TaskScheduler.Default);
            }
        }) { IsBackground = true, Name = Name };
        thread.Start();
        return thread;
    }
}
