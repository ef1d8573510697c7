using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using SnnNotebooks.Cli.Bench;
using SnnNotebooks.Layers;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks.Peers;

/// <summary>The process that times the kit (<c>peer-kit PLAN.json</c>); it prints what <c>rivals.py</c> prints.</summary>
internal static class PeerWorker
{
    public const string Verb = "peer-kit";

    private const int WarmUp = 3;
    private const int Samples = 100;
    private const double LeastSample = 5; // ms: shorter work is run several times in a row
    private const double MostSeconds = 0.6; // for the samples of a case

    /// <summary>Times every case of a plan.</summary>
    public static int Run(string path)
    {
        var plan = JsonSerializer.Deserialize<PeerPlan>(File.ReadAllText(path))
            ?? throw new InvalidDataException($"{path} holds no plan.");
        set_num_threads(plan.Threads);
        Say(new BenchLine(null, $"libtorch {TorchSharp.torch.__version__}", []));
        foreach (var each in plan.Cases)
        {
            foreach (var rival in plan.Rivals)
            {
                using var scope = NewDisposeScope();
                manual_seed(1);
                SpikeLayers.Enabled = rival.Way != PeerRow.KitDense;
                var work = PeerWork.Of(each, rival.Way);
                Say(new BenchLine(each.Name, rival.Name, each.Pass == "memory" ? [Peak(work)] : Times(work)));
            }
        }

        return 0;
    }

    private static List<double> Times(Action work)
    {
        Timed(work, WarmUp);
        var inARow = (int)Math.Clamp(LeastSample / Timed(work, 1), 1, 1000);
        var times = new List<double>();
        var clock = Stopwatch.StartNew();
        while (times.Count < Samples && (times.Count < 3 || clock.Elapsed.TotalSeconds < MostSeconds))
        {
            times.Add(Timed(work, inARow));
        }

        return times;
    }

    private static double Timed(Action work, int runs)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < runs; i++)
        {
            using var scope = NewDisposeScope();
            work();
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / runs;
    }

    /// <summary>
    /// Megabytes that the second of two runs needs at its peak beyond what is resident when what the first left free has been given back.
    /// </summary>
    private static double Peak(Action work)
    {
        Once();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        _ = GiveBack(0);
        var before = Status("VmRSS");
        File.WriteAllText("/proc/self/clear_refs", "5"); // the peak is what is resident now
        Once();
        return (Status("VmHWM") - before) / 1024.0;

        void Once()
        {
            using var scope = NewDisposeScope();
            work();
        }
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int GiveBack(nuint kept);

    private static long Status(string field)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static void Say(BenchLine line)
    {
        Console.WriteLine(line);
        Console.Out.Flush();
    }
}
