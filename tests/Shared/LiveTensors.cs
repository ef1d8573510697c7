using static TorchSharp.torch;

namespace SnnNotebooks.TestSupport;

/// <summary>The count a leak test starts from.</summary>
internal static class LiveTensors
{
    private const int MostRounds = 10;

    /// <summary>
    /// Live tensors once what earlier tests left to the garbage collector is gone: it must not go while a test counts. What is given up by
    /// something that was collected is found in the next round only.
    /// </summary>
    public static long Settled()
    {
        var (count, before) = (-1L, -2L);
        for (var round = 0; round < MostRounds && count != before; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            (before, count) = (count, Tensor.TotalCount);
        }

        return count;
    }
}
