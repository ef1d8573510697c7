using System.Runtime.InteropServices;

namespace SnnNotebooks.Tests.Memory;

/// <summary>What glibc has given to native code and has not got back.</summary>
internal static partial class NativeHeap
{
    /// <summary>Bytes in use; needs <see cref="IsThere"/>.</summary>
    public static long Bytes
    {
        get
        {
            var heap = HeapInformation();
            return (long)(heap.InUse + heap.Mapped);
        }
    }

    public static bool IsThere =>
        NativeLibrary.TryLoad("libc.so.6", out var c) && NativeLibrary.TryGetExport(c, "mallinfo2", out _);

    [LibraryImport("libc.so.6", EntryPoint = "mallinfo2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial Heap HeapInformation();

    /// <summary><c>struct mallinfo2</c> of malloc.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Heap
    {
        private readonly nuint arena, ordblks, smblks, hblks;
        public readonly nuint Mapped;
        private readonly nuint usmblks, fsmblks;
        public readonly nuint InUse;
        private readonly nuint fordblks, keepcost;
    }
}

/// <summary>A theory that counts bytes of the C library's heap.</summary>
public sealed class GlibcTheoryAttribute : TheoryAttribute
{
    public GlibcTheoryAttribute() => Skip = NativeHeap.IsThere ? null : "counts bytes by glibc's mallinfo2";
}
