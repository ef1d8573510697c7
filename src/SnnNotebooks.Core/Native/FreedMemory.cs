using System.Runtime.InteropServices;

namespace SnnNotebooks.Native;

/// <summary>
/// Tells glibc to keep freed tensor memory for the next tensor. As shipped, glibc hands a freed block of some megabytes back to the kernel
/// (above 32 MB it always does), and every new tensor is then filled in page by page again: for a neuron layer, a normalisation or a
/// pooling that takes several times as long as the computation, in a virtual machine far more.
/// </summary>
internal static partial class FreedMemory
{
    public const string Reason =
        "glibc gives the memory of large tensors back to the kernel, and taking it again takes longer than a layer: up to 1 GiB is kept, "
        + "and as much of the kit's own tensors";

    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD of malloc.h
    private const int MostMaps = -4; // M_MMAP_MAX: with 0, large blocks come from the heap, too, and go back to it
    private const int Kept = 1 << 30;

    private static readonly string[] Variables = ["MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_MMAP_MAX_", "GLIBC_TUNABLES"];

    /// <summary>Keeps it, unless the user has set glibc's thresholds.</summary>
    /// <returns>Why not, or null where freed memory is kept.</returns>
    public static string? Apply()
    {
        if (Variables.FirstOrDefault(variable => Environment.GetEnvironmentVariable(variable) is not null) is { } chosen)
        {
            return $"left to {chosen}, which is set";
        }

        try
        {
            if (SetOption(MostMaps, 0) != 1 || SetOption(TrimThreshold, Kept) != 1)
            {
                return "refused by glibc";
            }

            TensorBlocks.Keep();
            return null;
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return "not here: the C library is not glibc";
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int option, int value);
}
