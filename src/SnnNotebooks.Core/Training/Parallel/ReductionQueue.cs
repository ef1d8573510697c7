using System.Collections.Concurrent;
using System.Diagnostics;

namespace SnnNotebooks.Training.Parallel;

/// <summary>
/// Calls of a reducer in the order in which they are asked for, on a thread of their own, so that they go on beside the computation.
/// </summary>
internal sealed class ReductionQueue : IDisposable
{
    private const int SecondsToEnd = 2;

    private readonly BlockingCollection<Task> calls = [];
    private readonly Stopwatch waited = new();
    private readonly IReducer reducer;
    private readonly Thread thread;

    public ReductionQueue(IReducer reducer)
    {
        this.reducer = reducer;
        thread = new Thread(Work) { IsBackground = true, Name = "reductions" };
        thread.Start();
    }

    /// <summary>How long the computation stood still for other ranks and the network so far.</summary>
    public TimeSpan Waited => waited.Elapsed;

    /// <summary>Asks for a call.</summary>
    public Task Post(Action<IReducer> call)
    {
        var task = new Task(() => call(reducer));
        calls.Add(task);
        return task;
    }

    /// <summary>Waits until a call has returned; throws what it threw.</summary>
    public void Wait(Task call)
    {
        waited.Start();
        try
        {
            call.GetAwaiter().GetResult();
        }
        finally
        {
            waited.Stop();
        }
    }

    /// <summary>Makes a call and waits.</summary>
    public void Do(Action<IReducer> call) => Wait(Post(call));

    public void Dispose()
    {
        calls.CompleteAdding();
        thread.Join(SecondsToEnd * 1000); // after a failure others may not answer any more
    }

    private void Work()
    {
        foreach (var call in calls.GetConsumingEnumerable())
        {
            call.RunSynchronously();
        }
    }
}
