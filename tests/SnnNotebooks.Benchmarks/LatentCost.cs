using System.Diagnostics;
using System.Globalization;
using SnnNotebooks.Latents;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// The verb <c>latents</c>: what an iteration of TiDe-SwapVAE costs as windows get longer and populations larger, one thread; medians in
/// milliseconds, each as a ratio to the smallest, and the slope in double logarithms, which is 1 where cost is linear.
/// </summary>
internal static class LatentCost
{
    private const int Iterations = 12;
    private const int Warm = 4;

    /// <summary>Measures and prints the tables.</summary>
    /// <returns>0.</returns>
    public static int Run()
    {
        set_num_threads(1);
        Table("T (bins of a window), 200 neurons", [25, 50, 100, 200, 400], steps => (steps, 200));
        Table("N (neurons), windows of 50 bins", [100, 200, 400, 800, 1600], neurons => (50, neurons));
        return 0;
    }

    private static void Table(string what, int[] sizes, Func<int, (int Steps, int Neurons)> at)
    {
        Console.WriteLine(what);
        var times = Array.ConvertAll(sizes, size => Time(at(size)));
        for (var i = 0; i < sizes.Length; i++)
        {
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture,
                    $"{sizes[i],6} {times[i],9:F1} ms {times[i] / times[0],7:F2} times the first, {(double)sizes[i] / sizes[0],5:F0} "
                    + $"times its size"));
        }

        var (x, y) = (Array.ConvertAll(sizes, size => Math.Log(size)), Array.ConvertAll(times, Math.Log));
        var (meanX, meanY) = (x.Average(), y.Average());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"slope {x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => (a - meanX) * (a - meanX)):F2}"));
        Console.WriteLine();
    }

    private static double Time((int Steps, int Neurons) size)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var counts = poisson(full([40, size.Steps + 10, size.Neurons], 0.2));
        var clock = Stopwatch.StartNew();
        var marks = new List<double>();
        using var model = new TideSwapVaeModel(new TideSwapVaeOptions { Window = size.Steps, Iterations = Iterations })
        {
            Progress = new Marks(() => marks.Add(clock.Elapsed.TotalMilliseconds)),
        };
        model.Fit(counts);
        var steps = marks.Zip(marks.Skip(1), (before, after) => after - before).Skip(Warm).Order().ToArray();
        return steps[steps.Length / 2];
    }

    private sealed class Marks(Action mark) : IProgress<TideProgress>
    {
        public void Report(TideProgress value) => mark();
    }
}
