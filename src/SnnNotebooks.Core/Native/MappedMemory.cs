using System.Runtime.InteropServices;

namespace SnnNotebooks.Native;

/// <summary>Memory straight from Linux, on pages of 2 MiB where there are such: what is given back is the system's again at once.</summary>
internal static partial class MappedMemory
{
    private const nint Page = 4096;
    private const nint LargePage = 2 << 20;
    private const int ReadAndWrite = 3; // PROT_READ | PROT_WRITE of mman.h
    private const int PrivateAndAnonymous = 0x22; // MAP_PRIVATE | MAP_ANONYMOUS

    /// <summary>Takes a block, which begins at a large page and is all zeros.</summary>
    /// <param name="bytes">Its length, above 0.</param>
    /// <exception cref="InsufficientMemoryException">The system has no such block.</exception>
    public static nint Take(long bytes)
    {
        var length = Whole(bytes);
        var address = Map(0, length + LargePage, ReadAndWrite, PrivateAndAnonymous, -1, 0);
        if (address == -1)
        {
            throw new InsufficientMemoryException($"can't allocate memory: tried to allocate {bytes} bytes for a tensor.");
        }

        var start = (address + LargePage - 1) / LargePage * LargePage;
        Cut(address, start - address);
        Cut(start + length, address + LargePage - start);
        LargePages.Ask(start, bytes);
        return start;
    }

    /// <summary>Gives a block back.</summary>
    /// <param name="address">Where it begins.</param>
    /// <param name="bytes">Its length.</param>
    public static void GiveBack(nint address, long bytes) => Cut(address, Whole(bytes));

    private static nint Whole(long bytes) => ((nint)bytes + Page - 1) / Page * Page;

    private static void Cut(nint address, nint length)
    {
        if (length > 0)
        {
            _ = Unmap(address, length);
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Map(nint address, nint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unmap(nint address, nint length);
}
