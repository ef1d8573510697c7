using System.Runtime.InteropServices;

namespace SnnNotebooks.Native;

/// <summary>
/// Asks Linux to back a large array with huge pages. The first write to each page of fresh memory costs a fault, and for arrays of
/// tens of megabytes that are written once these cost more than what is computed; a huge page replaces 512 of them.
/// </summary>
internal static partial class HugePages
{
    private const int HugePage = 2 << 20;
    private const int Advice = 14; // MADV_HUGEPAGE of mman.h

    /// <summary>An array whose elements are not set; where it is large, and the system allows it, on huge pages.</summary>
    public static unsafe T[] Allocate<T>(int length)
        where T : unmanaged
    {
        var array = GC.AllocateUninitializedArray<T>(length);
        if (OperatingSystem.IsLinux() && (long)length * sizeof(T) >= 2 * HugePage)
        {
            fixed (T* first = array)
            {
                var start = ((nuint)first + HugePage - 1) & ~(nuint)(HugePage - 1);
                var end = (nuint)(first + length) & ~(nuint)(HugePage - 1);
                Advise(start, end - start);
            }
        }

        return array;
    }

    private static void Advise(nuint start, nuint bytes)
    {
        try
        {
            _ = Advise(start, bytes, Advice); // refused, it stays as it was
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nuint start, nuint bytes, int advice);
}
