using System.Runtime.InteropServices;
using TorchSharp;

namespace SnnNotebooks.Native;

/// <summary>
/// Memory on pages of 2 MiB, for libtorch's tensors and the kit's own large arrays. The kernel hands out fresh memory page by page, at the
/// first write; with pages of 4 KiB that alone can take longer than filling an array. Linux gives large ones where it is asked to
/// (<c>madvise</c>, where <c>transparent_hugepage</c> is not <c>never</c>).
/// </summary>
public static partial class LargePages
{
    internal const string Reason =
        "Linux fills in fresh memory 4 KiB at a time unless asked for pages of 2 MiB: tensors and large arrays ask";

    private const string Switch = "THP_MEM_ALLOC_ENABLE"; // libtorch's own, asked once at its first tensor
    private const nuint PageBytes = 2 << 20;
    private const int Wanted = 14; // MADV_HUGEPAGE of mman.h

    private static volatile bool asked;

    /// <summary>Asks for them from now on.</summary>
    /// <returns>Why not, or null where they are asked for.</returns>
    internal static string? Apply()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "not here: Linux only";
        }

        if (Environment.GetEnvironmentVariable(Switch) is { } chosen)
        {
            asked = chosen == "1";
            return asked ? null : $"left to {Switch}, which is set";
        }

        asked = true;
        // .NET's own variables are a copy that native code does not see
        return SetVariable(Switch, "1", 0) != 0 ? "refused by the C library"
            : torch.Tensor.PeakCount > 0 ? "asked for after the first tensor: only the kit's arrays have them" : null;
    }

    /// <summary>Makes an array whose elements are not set, on large pages where they are asked for (<see cref="ProcessTuning"/>).</summary>
    /// <param name="length">Its elements.</param>
    /// <returns>The array, of arbitrary values.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public static unsafe T[] Array<T>(int length)
        where T : unmanaged
    {
        var array = GC.AllocateUninitializedArray<T>(length);
        fixed (T* first = array)
        {
            Ask((nint)first, (long)length * sizeof(T));
        }

        return array;
    }

    /// <summary>Asks for large pages under memory that is not used yet, where they are asked for.</summary>
    /// <param name="address">Where it begins.</param>
    /// <param name="bytes">How long it is; less than two large pages are left as they are unless they begin at one.</param>
    internal static void Ask(nint address, long bytes)
    {
        var start = ((nuint)address + PageBytes - 1) & ~(PageBytes - 1);
        var end = ((nuint)address + (nuint)bytes) & ~(PageBytes - 1);
        if (asked && start < end && ((nuint)bytes >= 2 * PageBytes || start == (nuint)address))
        {
            _ = Advise(start, end - start, Wanted); // a kernel without large pages refuses, and the memory is as good as before
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nuint address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetVariable(string name, string value, int replace);
}
