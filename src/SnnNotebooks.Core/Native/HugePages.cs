using System.Runtime.InteropServices;

namespace SnnNotebooks.Native;

/// <summary>
/// Large arrays on pages of 2 MiB. The kernel hands out fresh memory page by page, at the first write; with pages of 4 KiB that alone can take longer
/// than filling the array. Linux gives large ones where it is asked to (<c>madvise</c>, where <c>transparent_hugepage</c> is not <c>never</c>).
/// </summary>
public static partial class HugePages
{
    private const nuint PageBytes = 2 << 20;
    private const int Wanted = 14; // MADV_HUGEPAGE of mman.h

    /// <summary>Makes an array whose elements are not set.</summary>
    /// <param name="length">Its elements.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    public static unsafe T[] Array<T>(int length)
        where T : unmanaged
    {
        var array = GC.AllocateUninitializedArray<T>(length);
        if (OperatingSystem.IsLinux() && (nuint)length * (nuint)sizeof(T) >= 2 * PageBytes)
        {
            fixed (T* first = array)
            {
                var start = ((nuint)first + PageBytes - 1) & ~(PageBytes - 1);
                var end = (nuint)(first + length) & ~(PageBytes - 1);
                _ = Advise(start, end - start, Wanted); // a kernel without large pages refuses, and the array is as good as before
            }
        }

        return array;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nuint address, nuint length, int advice);
}
