using SnnNotebooks.Native;
using TorchSharp;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>Splits the neuron axis over as many threads as TorchSharp uses, always at whole blocks.</summary>
internal static class NeuronRanges
{
    // below this many elements starting a second thread costs more than it saves
    private const long SmallestShare = 1 << 15;

    /// <summary>Calls <paramref name="body"/> with ranges of whole blocks.</summary>
    public static void Run(long steps, long neurons, int block, Action<long, long> body)
    {
        var blocks = (neurons + block - 1) / block;
        var threads = (int)Math.Min(Math.Min(torch.get_num_threads(), blocks), Math.Max(1, steps * neurons / SmallestShare));
        TorchThreads.Run(threads, share =>
            body(blocks * share / threads * block, Math.Min(blocks * (share + 1) / threads * block, neurons)));
    }
}
