using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using SnnNotebooks.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Cli.Bench;

/// <summary>The process that times the kit: <c>snn bench worker PLAN.json</c>.</summary>
internal static class KitWorker
{
    /// <summary>The words of the command line before the plan.</summary>
    public const string Verb = "worker";

    private const int Samples = 15;
    private const double MostSeconds = 1; // for the samples of a case
    private const int MemorySamples = 20;

    /// <summary>Times every case of a plan; a line for each goes to standard output.</summary>
    /// <param name="path">The plan.</param>
    public static int Run(string path)
    {
        var plan = JsonSerializer.Deserialize<WorkPlan>(File.ReadAllText(path))
            ?? throw new InvalidDataException($"{path} holds no plan.");
        var device = ComputeDevice.Named(plan.Device);
        var timer = new WorkTimer(Samples, MostSeconds, device);
        var clock = Stopwatch.StartNew();
        Say(new BenchLine(
            null,
            $"kit {typeof(LibTorch).Assembly.GetName().Version?.ToString(3)}, libtorch {__version__}, {ComputeDevice.NameOf(device)}"
            + $"{string.Concat(CudaDevices.Describe().Select(line => $"; {line}"))}",
            []));
        foreach (var each in plan.Cases)
        {
            if (clock.Elapsed.TotalSeconds > plan.Seconds)
            {
                Say(new BenchLine(each.Name, BenchVerdict.Kit, [], "out of time"));
                continue;
            }

            try
            {
                using var scope = NewDisposeScope();
                manual_seed(1);
                backends.cuda.matmul.allow_tf32 = backends.cudnn.allow_tf32 = each.Type == "tf32";
                var work = KitWork.Of(each, device);
                if (each.Kind == "memory")
                {
                    Say(new BenchLine(each.Name, BenchVerdict.Kit, Memory(work, each.Runs, device, timer), IsMemory: true));
                    continue;
                }

                Say(new BenchLine(each.Name, BenchVerdict.Kit, timer.Times(work)));
                if (each.Pass == "train" && device.type == DeviceType.CUDA)
                {
                    Say(new BenchLine(null, $"{each.Name}: {Waits(work)}", []));
                }
            }
            catch (Exception failed) when (failed is ExternalException or InvalidOperationException or NotSupportedException
                or ArgumentException)
            {
                Say(new BenchLine(each.Name, BenchVerdict.Kit, [], failed.Message.Split('\n')[0]));
            }
        }

        return ExitCode.Success;
    }

    /// <summary>Memory in use at equal distances of steps, those of the beginning left out.</summary>
    private static List<double> Memory(Action work, int runs, Device device, WorkTimer timer)
    {
        var found = new List<double>();
        for (var i = 1; i <= runs; i++)
        {
            WorkTimer.Once(work);
            if (i % (runs / MemorySamples) == 0 && i > runs / 10)
            {
                timer.Wait();
                found.Add((device.type == DeviceType.CUDA ? CudaDevices.MemoryInUse(device) : Environment.WorkingSet) / (1024.0 * 1024));
            }
        }

        return found;
    }

    /// <summary>Whether one more run makes the host wait for the device.</summary>
    private static string Waits(Action work)
    {
        if (NoHostWaits.Missing is { } missing)
        {
            return missing;
        }

        try
        {
            using var strict = new NoHostWaits();
            WorkTimer.Once(work);
            return "the host waits for nothing in it";
        }
        catch (ExternalException waited)
        {
            return $"the host waits in it ({waited.Message.Split('\n')[0]})";
        }
    }

    private static void Say(BenchLine line)
    {
        Console.WriteLine(line);
        Console.Out.Flush();
    }
}
