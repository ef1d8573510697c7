using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Cli.Bench;

/// <summary>Times work by running it again and again.</summary>
/// <param name="samples">How many times are taken at most.</param>
/// <param name="mostSeconds">After so long no more are, once there are three.</param>
/// <param name="device">Where the work is done; a GPU is waited for.</param>
/// <param name="warmUpSeconds">
/// So long it runs first, and three times at least. .NET compiles what runs often twice more; after about 0.8 s of short work that is done.
/// </param>
internal sealed class WorkTimer(int samples, double mostSeconds, Device device, double warmUpSeconds = 0)
{
    private const int WarmUp = 3;
    private const double LeastSample = 5; // ms: shorter work is run several times in a row

    /// <summary>Warms up and measures.</summary>
    /// <returns>Milliseconds of a run, one number for each sample.</returns>
    public List<double> Times(Action work)
    {
        var begun = Stopwatch.StartNew();
        do
        {
            Timed(work, WarmUp);
        }
        while (begun.Elapsed.TotalSeconds < warmUpSeconds);

        var inARow = (int)Math.Clamp(LeastSample / Timed(work, 1), 1, 1000);
        var times = new List<double>();
        var clock = Stopwatch.StartNew();
        while (times.Count < samples && (times.Count < 3 || clock.Elapsed.TotalSeconds < mostSeconds))
        {
            times.Add(Timed(work, inARow));
        }

        return times;
    }

    /// <summary>Runs work; its tensors are given back.</summary>
    public static void Once(Action work)
    {
        using var scope = NewDisposeScope();
        work();
    }

    /// <summary>Lets the device end what it was given.</summary>
    public void Wait()
    {
        if (device.type == DeviceType.CUDA)
        {
            cuda.synchronize();
        }
    }

    private double Timed(Action work, int runs)
    {
        Wait();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < runs; i++)
        {
            Once(work);
        }

        Wait();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / runs;
    }
}
