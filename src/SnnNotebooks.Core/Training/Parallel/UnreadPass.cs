using static TorchSharp.torch;

namespace SnnNotebooks.Training.Parallel;

/// <summary>What one pass came to, as it was computed.</summary>
/// <param name="Numbers">Mean loss and hits, float64 [2].</param>
/// <param name="Seen">Its inputs.</param>
internal readonly record struct UnreadPass(Tensor Numbers, long Seen)
{
    /// <summary>The numbers; from another device the host waits for them.</summary>
    public PassResult Read()
    {
        var read = Numbers.Numbers<double>();
        return new PassResult(read[0], (long)read[1], Seen);
    }
}
