using System.Runtime.InteropServices;
using SnnNotebooks.Native;
using static TorchSharp.torch;

namespace SnnNotebooks.OwnProcess;

/// <summary>What is changed in this process, seen from outside of the kit: asked of libtorch and of the C library.</summary>
internal static unsafe partial class ProcessState
{
    public static void Print()
    {
        var libtorch = NativeLibrary.Load(Path.Combine(LibTorch.EnsureLoaded().LibTorchFolder!, "libtorch_cpu.so"));
        using var sum = ones(3).sum();
        Console.WriteLine($"onednn-guard {!IsEnabled(libtorch, "_ZNK2at7Context17userEnabledMkldnnEv")}");
        Console.WriteLine($"nnpack-off {!IsEnabled(libtorch, "_ZNK2at7Context17userEnabledNNPACKEv")}");
        Console.WriteLine($"freed-memory {!MapsLargeBlocks()}");
        Console.WriteLine($"large-pages {Marshal.PtrToStringUTF8(Variable("THP_MEM_ALLOC_ENABLE")) == "1"}");
        foreach (var measure in ProcessTuning.Measures)
        {
            Console.WriteLine($"said of {measure.Name}: {measure.IsInForce} {measure.Why}");
        }
    }

    private static bool IsEnabled(nint libtorch, string name)
    {
        var context = ((delegate* unmanaged<nint>)NativeLibrary.GetExport(libtorch, "_ZN2at13globalContextEv"))();
        return ((delegate* unmanaged<nint, byte>)NativeLibrary.GetExport(libtorch, name))(context) != 0;
    }

    /// <summary>As shipped, glibc takes a block above 32 MiB from the kernel by a map of its own.</summary>
    private static bool MapsLargeBlocks()
    {
        var before = HeapInformation().Maps;
        var block = NativeMemory.Alloc(64 << 20);
        var after = HeapInformation().Maps;
        NativeMemory.Free(block);
        return after > before;
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallinfo2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial Heap HeapInformation();

    [LibraryImport("libc.so.6", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Variable(string name);

    /// <summary><c>struct mallinfo2</c> of malloc.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Heap
    {
        private readonly nuint arena, ordblks, smblks;
        public readonly nuint Maps;
        private readonly nuint hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
    }
}
