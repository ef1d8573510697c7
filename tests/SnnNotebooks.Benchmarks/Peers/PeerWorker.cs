using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using SnnNotebooks.Cli.Bench;
using SnnNotebooks.Layers;
using SnnNotebooks.Native;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks.Peers;

/// <summary>The process that times the kit (<c>peer-kit PLAN.json</c>); it prints what <c>rivals.py</c> prints.</summary>
internal static class PeerWorker
{
    public const string Verb = "peer-kit";

    private const int Samples = 100;
    private const double MostSeconds = 0.6; // for the samples of a case
    private const double WarmUpSeconds = 1; // before them, as the rivals have

    /// <summary>Times every case of a plan.</summary>
    public static int Run(string path)
    {
        var plan = JsonSerializer.Deserialize<PeerPlan>(File.ReadAllText(path))
            ?? throw new InvalidDataException($"{path} holds no plan.");
        set_num_threads(plan.Threads);
        var timer = new WorkTimer(Samples, MostSeconds, CPU, WarmUpSeconds);
        Say(new BenchLine(null, $"libtorch {TorchSharp.torch.__version__}", []));
        foreach (var each in plan.Cases)
        {
            foreach (var rival in plan.Rivals)
            {
                using var scope = NewDisposeScope();
                manual_seed(1);
                SpikeLayers.Enabled = NormalisedNeurons.Enabled = rival.Way != PeerRow.KitDense;
                var work = PeerWork.Of(each, rival.Way);
                Say(new BenchLine(each.Name, rival.Name, each.Pass == "memory" ? [Peak(work)] : timer.Times(work)));
            }
        }

        return 0;
    }

    /// <summary>
    /// Megabytes that the second of two runs needs at its peak beyond what is resident when what the first left free has been given back.
    /// </summary>
    private static double Peak(Action work)
    {
        WorkTimer.Once(work);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        TensorBlocks.LetGo();
        _ = GiveBack(0);
        var before = Status("VmRSS");
        File.WriteAllText("/proc/self/clear_refs", "5"); // the peak is what is resident now
        WorkTimer.Once(work);
        return (Status("VmHWM") - before) / 1024.0;
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
