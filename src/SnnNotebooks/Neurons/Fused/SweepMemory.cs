using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>Where the tensors of one sweep lie. Sequences are [T, N] row-major; states are [N].</summary>
internal unsafe struct SweepMemory<T>
    where T : unmanaged
{
    public long Steps;
    public long Neurons;
    public double Parameter;
    public T* X;
    public T* VInitial;
    public T* Spikes;
    public T* VFinal;
    public T* GradSpikes;
    public T* GradVFinal;
    public T* GradX;
    public T* GradVInitial;

    /// <summary>The address of a contiguous CPU tensor's first element; null where it has none. (A span over the whole would end at 2 GiB.)</summary>
    public static T* Address(Tensor tensor)
    {
        if (tensor.numel() == 0)
        {
            return null;
        }

        using var flat = tensor.view(-1);
        using var first = flat.narrow(0, 0, 1);
        fixed (byte* address = &MemoryMarshal.GetReference(first.bytes))
        {
            return (T*)address; // native memory: it does not move
        }
    }
}
