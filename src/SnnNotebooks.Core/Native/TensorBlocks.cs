using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Native;

/// <summary>
/// Memory of what the kit's own operations make on the CPU, where freed memory is kept (<see cref="FreedMemory"/>): a block that a tensor
/// gave back goes to the next tensor of its size, the last one first, while it may still be in the cache. From glibc a tensor on pages of
/// its own never gets the block of the last one of its size, which is too small to be aligned in: such tensors wander through the heap, and
/// a step of training takes two to five times the memory that its tensors have.
/// </summary>
internal static unsafe class TensorBlocks
{
    private const long Smallest = 1 << 18;
    private const long Mapped = 2 << 20; // from here on blocks are the system's, below glibc's
    private const long MostFree = 1 << 30;
    private const long MostIdle = 10_000; // blocks lent since it came back, some tens of steps of training

    private static readonly Lock Gate = new();
    private static readonly Dictionary<nint, long> Lent = [];
    private static readonly List<(nint Address, long Bytes, long Since)> Free = []; // in the order in which they came back
    private static long free;
    private static long lent;
    private static long takings;

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

        if (!areKept || bytes < Smallest)
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

    /// <summary>The most bytes that tensors had of it at a time since it was set.</summary>
    public static long MostLent { get; set; }

    /// <summary>Bytes that tensors have of it now.</summary>
    public static long LentNow
    {
        get
        {
            lock (Gate)
            {
                return lent;
            }
        }
    }

    /// <summary>Gives all blocks that no tensor has to the system.</summary>
    public static void LetGo()
    {
        lock (Gate)
        {
            while (Free.Count > 0)
            {
                LetOldestGo();
            }
        }
    }

    private static nint Take(long bytes)
    {
        lock (Gate)
        {
            takings++;
            var last = Free.FindLastIndex(block => block.Bytes == bytes);
            var address = last >= 0 ? Free[last].Address : FromSystem(bytes);
            if (last >= 0)
            {
                Free.RemoveAt(last);
                free -= bytes;
            }

            Lent.Add(address, bytes);
            lent += bytes;
            MostLent = Math.Max(MostLent, lent);
            return address;
        }
    }

    /// <summary>A block of the system's; where it has none, what is kept for later is given back first.</summary>
    private static nint FromSystem(long bytes)
    {
        try
        {
            return New(bytes);
        }
        catch (OutOfMemoryException) when (Free.Count > 0)
        {
            LetGo();
            return New(bytes);
        }

        static nint New(long bytes) =>
            bytes >= Mapped ? MappedMemory.Take(bytes) : (nint)NativeMemory.AlignedAlloc((nuint)bytes, 4096);
    }

    /// <summary>What libtorch calls when the last tensor in a block is gone, on whatever thread.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void GiveBack(nint address)
    {
        lock (Gate)
        {
            Lent.Remove(address, out var bytes);
            Free.Add((address, bytes, takings));
            lent -= bytes;
            free += bytes;
            while (Free.Count > 0 && (free > MostFree || takings - Free[0].Since > MostIdle))
            {
                LetOldestGo();
            }
        }
    }

    private static void LetOldestGo()
    {
        var (address, bytes, _) = Free[0];
        Free.RemoveAt(0);
        free -= bytes;
        if (bytes >= Mapped)
        {
            MappedMemory.GiveBack(address, bytes);
        }
        else
        {
            NativeMemory.AlignedFree((void*)address);
        }
    }
}
