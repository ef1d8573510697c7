using SnnNotebooks.Native;
using static TorchSharp.torch;

namespace SnnNotebooks.OwnProcess;

/// <summary>Plain tensor code without a dispose scope, while another thread keeps the garbage collector at work.</summary>
internal static class LeftToTheCollector
{
    private static byte[]? kept;

    public static int Sums(int steps)
    {
        Console.WriteLine($"keeps arguments: {TorchSharpAssembly.KeepsArguments}");
        const int Length = 1 << 15;
        var (a, b, c) = (ones(Length), full([Length], 2f), full([Length], 3f));
        var wrong = 0;
        BesideAnAllocatingThread(() =>
        {
            for (var i = 0; i < steps; i++)
            {
                wrong += ((a * b) + c).relu().sum().item<float>() == 5f * Length ? 0 : 1;
            }
        });
        return Say(steps, wrong);
    }

    public static int Numbers(int steps)
    {
        var count = zeros(1 << 15, dtype: ScalarType.Int64);
        BesideAnAllocatingThread(() =>
        {
            for (var i = 0; i < steps; i++)
            {
                count.add_(1);
            }
        });
        return Say(steps, (int)count.ne(steps).sum().item<long>());
    }

    private static void BesideAnAllocatingThread(Action work)
    {
        set_num_threads(1);
        var done = false;
        var allocating = new Thread(() =>
        {
            while (!Volatile.Read(ref done))
            {
                kept = new byte[4000];
            }
        });
        allocating.Start();
        try
        {
            work();
        }
        finally
        {
            Volatile.Write(ref done, true);
            allocating.Join();
        }
    }

    private static int Say(int steps, int wrong)
    {
        Console.WriteLine($"{steps} steps, {wrong} wrong, {GC.CollectionCount(0)} collections");
        return wrong == 0 && GC.CollectionCount(0) > 100 ? 0 : 1;
    }
}
