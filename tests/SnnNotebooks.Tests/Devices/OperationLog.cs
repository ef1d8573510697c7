using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SnnNotebooks.Native;

namespace SnnNotebooks.Tests.Devices;

/// <summary>
/// The names of the operations that libtorch runs for this thread, its backward passes included, until disposed: an observer of its
/// profiler (ATen/record_function.h, <c>RecordFunctionCallback</c>).
/// </summary>
internal sealed unsafe class OperationLog : IDisposable
{
    [ThreadStatic]
    private static List<string>? names;

    private static readonly delegate* unmanaged[Cdecl]<nint, nint> NameOf =
        (delegate* unmanaged[Cdecl]<nint, nint>)Export("_ZNK2at14RecordFunction4nameEv");

    private readonly ulong handle;

    public OperationLog()
    {
        names = Names;
        var add = (delegate* unmanaged[Cdecl]<Observer, ulong>)Export("_ZN2at22addThreadLocalCallbackENS_22RecordFunctionCallbackE");
        var observer = new Observer { Start = (nint)(delegate* unmanaged[Cdecl]<nint*, nint, nint>)&Started, Probability = 1 };
        observer.Flags[0] = 1; // operations, nothing else
        handle = add(observer);
    }

    /// <summary>The names, in order, such as <c>aten::item</c>.</summary>
    public List<string> Names { get; } = [];

    public void Dispose()
    {
        ((delegate* unmanaged[Cdecl]<ulong, void>)Export("_ZN2at14removeCallbackEm"))(handle);
        names = null;
    }

    /// <summary>What libtorch calls at the start of an operation; it returns a context, none, through memory that it is given.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Started(nint* context, nint operation)
    {
        *context = 0;
        names?.Add(Marshal.PtrToStringUTF8(NameOf(operation))!);
        return (nint)context;
    }

    private static nint Export(string name) => NativeLibrary.GetExport(LibTorch.Library!.Value, name);

    [StructLayout(LayoutKind.Sequential)]
    private struct Observer
    {
        public nint Start;
        public nint End;
        public double Probability;
        public fixed byte Flags[16]; // ten scopes, three wants, and room up to the structure's alignment
    }
}
