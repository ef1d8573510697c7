using System.Globalization;
using SnnNotebooks.Layers;
using SnnNotebooks.Memory;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// The verb <c>memory</c>: peak memory of a training step of eight blocks (3 x 3 convolution of 32 maps, batch normalisation, LIF) on
/// 16 images of 32 x 32 over T = 8 steps, one float sequence being 16 MB, above what the process holds before; read from Linux's peak
/// resident size (VmHWM).
/// </summary>
internal static class MemoryComparison
{
    private const int Blocks = 8;
    private const int Maps = 32;

    /// <summary>Measures one way of running the network, named by the argument, or all of them, each in a process of its own.</summary>
    public static int Run(string? way)
    {
        if (!File.Exists("/proc/self/clear_refs"))
        {
            Console.Error.WriteLine("Peak memory is read from /proc, which this system does not have.");
            return 2;
        }

        if (way is not null)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{way,-34} {Peak(way) / 1024.0,8:F0} MB"));
            return 0;
        }

        foreach (var each in new[] { "reference", "fused", "recomputed", "recomputed, spikes as bits" })
        {
            using var process = System.Diagnostics.Process.Start(
                Environment.ProcessPath!, [typeof(MemoryComparison).Assembly.Location, "memory", each]);
            process.WaitForExit();
        }

        return 0;
    }

    /// <summary>Kilobytes that the second training step needs at its peak beyond what was resident before the first.</summary>
    private static long Peak(string way)
    {
        set_num_threads(1);
        manual_seed(0);
        using var network = nn.Sequential(Enumerable.Range(0, Blocks).Select(_ => Block(way)).ToArray());
        using var input = rand([8, 16, Maps, 32, 32]).gt(0.5).to(ScalarType.Float32);
        var before = Status("VmRSS");
        for (var i = 0; i < 2; i++)
        {
            File.WriteAllText("/proc/self/clear_refs", "5"); // sets the peak to what is resident now
            using var scope = NewDisposeScope();
            using var state = new StateScope(network);
            network.call(input).mean().backward();
        }

        return Status("VmHWM") - before;
    }

    private static nn.Module<Tensor, Tensor> Block(string way)
    {
        var block = nn.Sequential(
            new OverTime(nn.Conv2d(Maps, Maps, 3, padding: 1, bias: false), nn.BatchNorm2d(Maps)),
            new LIFNode(surrogate: new ATan()) { Backend = way == "reference" ? NeuronBackend.Reference : NeuronBackend.Fused });
        return way.StartsWith("recomputed", StringComparison.Ordinal)
            ? new Recomputed(block, way.EndsWith("bits", StringComparison.Ordinal))
            : block;
    }

    private static long Status(string field)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
