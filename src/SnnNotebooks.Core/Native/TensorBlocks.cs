using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Native;

/// <summary>
/// Memory of what the kit's own operations make on the CPU, where freed memory is kept (<see cref="FreedMemory"/>): a block that a tensor
/// gave back goes to the next tensor of its size, the last one first, while it is still in the cache. From glibc a tensor on pages of
/// its own never gets the block of the last one of its size, which is too small to be aligned in, and wanders through the heap.
/// </summary>
internal static unsafe class TensorBlocks
{
    private const long Smallest = 1 << 18;
    private const long Largest = 1 << 23; // several larger ones are not in a cache together
    private const long MostFree = 1 << 28;
    private const long LargePage = 2 << 20;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<nint, long> Lent = [];
    private static readonly List<(nint Address, long Bytes)> Free = []; // in the order in which they came back
    private static long free;

    private static readonly delegate* unmanaged[Cdecl]<
        nint, delegate* unmanaged[Cdecl]<nint, void>, long*, int, sbyte, sbyte, int, int, byte, nint> NewTensor =
        (delegate* unmanaged[Cdecl]<
            nint, delegate* unmanaged[Cdecl]<nint, void>, long*, int, sbyte, sbyte, int, int, byte, nint>)NativeAutograd.Export(
            "THSTensor_new");

    private static volatile bool areKept;

    /// <summary>Keeps blocks from now on.</summary>
    public static void Keep() => areKept = true;

    /// <summary>A contiguous tensor on the CPU whose elements are not set.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="type">Float16, bfloat16, float32 or float64.</param>
    public static Tensor Empty(long[] shape, ScalarType type)
    {
        long bytes = type switch { ScalarType.Float64 => sizeof(double), ScalarType.Float32 => sizeof(float), _ => sizeof(ushort) };
        foreach (var length in shape)
        {
            bytes *= length;
        }

        if (!areKept || bytes is < Smallest or > Largest)
        {
            return empty(shape, dtype: type, device: CPU);
        }

        var block = Take(bytes);
        fixed (long* sizes = shape)
        {
            var handle = NewTensor(
                block, &GiveBack, sizes, shape.Length, (sbyte)type, (sbyte)type, (int)DeviceType.CPU, 0, 0);
            CheckForErrors();
            return Tensor.UnsafeCreateTensor(handle);
        }
    }

    private static nint Take(long bytes)
    {
        lock (Gate)
        {
            var last = Free.FindLastIndex(block => block.Bytes == bytes);
            var address = last < 0 ? New(bytes) : Free[last].Address;
            if (last >= 0)
            {
                Free.RemoveAt(last);
                free -= bytes;
            }

            Lent.Add(address, bytes);
            return address;
        }
    }

    private static nint New(long bytes)
    {
        var isLarge = bytes >= LargePage;
        var address = (nint)NativeMemory.AlignedAlloc((nuint)bytes, isLarge ? (nuint)LargePage : 4096);
        if (isLarge)
        {
            LargePages.Ask(address, bytes);
        }

        return address;
    }

    /// <summary>What libtorch calls when the last tensor in a block is gone, on whatever thread.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void GiveBack(nint address)
    {
        lock (Gate)
        {
            Lent.Remove(address, out var bytes);
            Free.Add((address, bytes));
            for (free += bytes; free > MostFree; free -= bytes)
            {
                (var oldest, bytes) = Free[0];
                Free.RemoveAt(0);
                NativeMemory.AlignedFree((void*)oldest);
            }
        }
    }
}
