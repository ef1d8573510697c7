using System.Runtime.InteropServices;

namespace SnnNotebooks.Native;

/// <summary>
/// Tells glibc to keep freed tensor memory for the next tensor. As shipped it hands a freed block of some megabytes back to the
/// kernel, and every new tensor is then filled in page by page again: for a neuron layer, more time than the computation.
/// </summary>
internal static partial class FreedMemory
{
    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD of malloc.h
    private const int MapThreshold = -3; // M_MMAP_THRESHOLD
    private const int LargestMapThreshold = 32 << 20; // what glibc accepts
    private const int Kept = 256 << 20;

    /// <summary>Does nothing where the user has set glibc's thresholds, or where the C library is another one.</summary>
    /// <returns>True where freed memory is now kept.</returns>
    public static bool Keep()
    {
        if (Environment.GetEnvironmentVariable("MALLOC_TRIM_THRESHOLD_") is not null
            || Environment.GetEnvironmentVariable("MALLOC_MMAP_THRESHOLD_") is not null
            || Environment.GetEnvironmentVariable("GLIBC_TUNABLES") is not null)
        {
            return false;
        }

        try
        {
            return SetOption(MapThreshold, LargestMapThreshold) == 1 && SetOption(TrimThreshold, Kept) == 1;
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int option, int value);
}
