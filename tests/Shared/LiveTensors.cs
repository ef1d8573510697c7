using static TorchSharp.torch;

namespace SnnNotebooks.TestSupport;

/// <summary>The count a leak test starts from.</summary>
internal static class LiveTensors
{
    /// <summary>Live tensors once what earlier tests left to the garbage collector is gone: it must not go while a test counts.</summary>
    public static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
