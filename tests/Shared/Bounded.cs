using System.Diagnostics;

namespace SnnNotebooks.TestSupport;

/// <summary>Work on hostile input that must come to an end, and in bounded memory: a test that hangs says nothing.</summary>
public static class Bounded
{
    private const int Seconds = 300; // on a loaded machine; what is tested takes milliseconds

    /// <summary>Runs work on a thread of its own; what it throws is thrown here.</summary>
    /// <param name="work">The work.</param>
    /// <param name="mostBytes">The most it may allocate, bytes.</param>
    public static void Run(Action work, long mostBytes = 200L << 20)
    {
        var allocated = 0L;
        var task = Task.Factory.StartNew(
            () =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    work();
                }
                finally
                {
                    allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                }
            },
            TaskCreationOptions.LongRunning);
        var clock = Stopwatch.StartNew();
        Assert.True(((IAsyncResult)task).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(Seconds)),
            $"no end after {clock.Elapsed.TotalSeconds:0} s");
        Assert.InRange(allocated, 0, mostBytes);
        task.GetAwaiter().GetResult();
    }
}
