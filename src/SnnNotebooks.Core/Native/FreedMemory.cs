using System.Runtime.InteropServices;

namespace SnnNotebooks.Native;

/// <summary>
/// Tells glibc to keep freed tensor memory for the next tensor, and libtorch to ask for large pages. As shipped, glibc hands a freed block
/// of some megabytes back to the kernel (above 32 MB it always does), and every new tensor is then filled in page by page again: for a neuron
/// layer, a normalisation or a pooling that takes several times as long as the computation, in a virtual machine far more.
/// </summary>
internal static partial class FreedMemory
{
    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD of malloc.h
    private const int MostMaps = -4; // M_MMAP_MAX: with 0, large blocks come from the heap, too, and go back to it
    private const int Kept = 1 << 30;

    /// <summary>
    /// Does nothing where the user has set glibc's thresholds, or where the C library is another one. To be called before libtorch's first
    /// tensor: it asks once whether large pages are wanted.
    /// </summary>
    /// <returns>True where freed memory is now kept.</returns>
    public static bool Keep()
    {
        if (Environment.GetEnvironmentVariable("MALLOC_TRIM_THRESHOLD_") is not null
            || Environment.GetEnvironmentVariable("MALLOC_MMAP_THRESHOLD_") is not null
            || Environment.GetEnvironmentVariable("MALLOC_MMAP_MAX_") is not null
            || Environment.GetEnvironmentVariable("GLIBC_TUNABLES") is not null)
        {
            return false;
        }

        try
        {
            // .NET's own variables are a copy that native code does not see
            return SetVariable("THP_MEM_ALLOC_ENABLE", "1", 0) == 0 && SetOption(MostMaps, 0) == 1 && SetOption(TrimThreshold, Kept) == 1;
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetVariable(string name, string value, int replace);
}
