using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Memory;

/// <summary>
/// Tensors that hold 0 and 1 alone because a neuron fired them: on a GPU nobody can look without waiting for it. The tensor object itself
/// is known, not its memory, so that a view or a result of it is not.
/// </summary>
internal static class KnownSpikes
{
    private static readonly ConditionalWeakTable<Tensor, object> Known = [];
    private static readonly object Mark = new();

    /// <summary>Remembers what a neuron fired. On the CPU nobody asks: looking costs little there.</summary>
    /// <param name="fired">0 and 1 alone.</param>
    public static void Add(Tensor fired)
    {
        if (fired.device_type != DeviceType.CPU)
        {
            Known.AddOrUpdate(fired, Mark);
        }
    }

    /// <summary>Whether a neuron fired it.</summary>
    /// <param name="tensor">On another device than the CPU.</param>
    public static bool Has(Tensor tensor) => Known.TryGetValue(tensor, out _);
}
