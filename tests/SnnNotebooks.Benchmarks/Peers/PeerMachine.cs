using System.Globalization;

namespace SnnNotebooks.Benchmarks.Peers;

/// <summary>What the figures are of: processor, threads, and how much else ran.</summary>
internal static class PeerMachine
{
    private const double Idle = 0.05; // the share of the processors that may be at work
    private const int MostWaits = 20;

    /// <summary>Describes this machine as it is now; waits up to twenty seconds for other work to end.</summary>
    /// <param name="threads">How many threads the timed processes use.</param>
    public static string Describe(int threads)
    {
        var busy = Busy();
        for (var i = 0; i < MostWaits && busy >= Idle; i++)
        {
            busy = Busy();
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores of {Processor()}, {(WithoutAvx512.IsOn ? "AVX-512 switched off, " : string.Empty)}"
            + $"{(threads == 1 ? "one thread" : $"{threads} threads")}, "
            + $"{(busy < Idle ? "idle before" : $"{busy:0%} busy before")}");
    }

    private static string Processor()
    {
        var lines = File.Exists("/proc/cpuinfo") ? File.ReadAllLines("/proc/cpuinfo") : [];
        return lines.Length == 0 ? "an unknown processor" : $"{Field("model name")} (family {Field("cpu family")}, model {Field("model")})";

        string Field(string name) => lines.FirstOrDefault(line => line.Split(':')[0].TrimEnd() == name)?.Split(':')[1].Trim() ?? "?";
    }

    /// <summary>The share of the processors that worked in one second.</summary>
    private static double Busy()
    {
        if (!File.Exists("/proc/stat"))
        {
            return double.NaN;
        }

        var before = Ticks();
        Thread.Sleep(1000);
        var (idle, all) = Ticks();
        return 1 - ((idle - before.Idle) / (double)Math.Max(1, all - before.All));
    }

    private static (long Idle, long All) Ticks()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        return (fields[3] + fields[4], fields.Sum()); // idle and waiting for a disk
    }
}
