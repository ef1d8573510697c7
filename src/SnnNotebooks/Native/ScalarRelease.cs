using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SnnNotebooks.Native;

/// <summary>
/// Keeps the numbers TorchSharp hands to libtorch alive until libtorch has used them. Every call with a number (<c>x.add_(1)</c>, the hidden
/// factor of <c>a + b</c>, the counter of a batch normalisation) makes a <c>Scalar</c>, reads its handle and does not keep the object: a
/// collection during the call may finalise it, and libtorch then reads freed memory. It happens about once in a hundred thousand calls, as
/// an exception about the type of a factor, or as a wrong number. So the native function that frees a scalar (TorchSharp 0.107) is replaced,
/// in memory, by one that frees it some seconds later.
/// </summary>
internal static unsafe partial class ScalarRelease
{
    private const int Milliseconds = 5000; // no native call with a number takes as long
    private const string Freed = "THSTorch_dispose_scalar";

    private static readonly Lock Guard = new();
    private static readonly Queue<(nint Scalar, long Since)> Waiting = new();

    // mov rax, <address>; jmp rax
    private static ReadOnlySpan<byte> Jump => [0x48, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xE0];

    // test rdi, rdi; je: how the function begins that is known and long enough
    private static ReadOnlySpan<byte> Known => [0x48, 0x85, 0xFF, 0x74];

    /// <summary>Replaces the function, where the system is Linux on x64 and lets its code be written. To be called before the first scalar.</summary>
    /// <param name="shim">TorchSharp's loaded library.</param>
    /// <returns>True where it was replaced.</returns>
    public static bool Delay(nint shim)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64
            || !NativeLibrary.TryGetExport(shim, Freed, out var function)
            || !new ReadOnlySpan<byte>((void*)function, Known.Length).SequenceEqual(Known))
        {
            return false;
        }

        const int Read = 1;
        const int Write = 2;
        const int Execute = 4;
        var page = function & ~((nint)Environment.SystemPageSize - 1);
        var length = (nuint)(function - page + Jump.Length);
        if (Protect(page, length, Read | Write | Execute) != 0)
        {
            return false;
        }

        var code = new Span<byte>((void*)function, Jump.Length);
        Jump.CopyTo(code);
        Unsafe.WriteUnaligned(ref code[2], (nint)(delegate* unmanaged[Cdecl]<nint, void>)&Later);
        _ = Protect(page, length, Read | Execute);
        return true;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Later(nint scalar)
    {
        if (scalar == 0)
        {
            return;
        }

        var now = Environment.TickCount64;
        lock (Guard)
        {
            Waiting.Enqueue((scalar, now));
            while (Waiting.TryPeek(out var oldest) && now - oldest.Since > Milliseconds)
            {
                // plain numbers, which are all TorchSharp makes, own nothing: C++'s delete is free
                NativeMemory.Free((void*)Waiting.Dequeue().Scalar);
            }
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mprotect")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Protect(nint address, nuint length, int protection);
}
