using System.Runtime.InteropServices;
using SnnNotebooks.Neurons.Fused.Cuda;
using SnnNotebooks.TestSupport;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Neurons.Cuda;

/// <summary>A driver with streams and events that stands in; its device's memory is the host's.</summary>
internal sealed class StreamStandIn : IDisposable
{
    public const nint Computing = 77;
    public const nint Copying = 88;

    private static readonly Lazy<byte[]> Compiled = new(Compile);

    private readonly TemporaryFolder folder = new();
    private readonly nint library;

    public StreamStandIn()
    {
        var file = folder.File("libstand-in-streams.so");
        File.WriteAllBytes(file, Compiled.Value); // a file of its own: its variables are those of one test
        library = NativeLibrary.Load(file);
        Queue = new DeviceQueue(new CudaDriver([file]), _ => Computing, CPU);
    }

    public DeviceQueue Queue { get; }

    /// <summary>What the driver was asked for, in order.</summary>
    public string Said => Marshal.PtrToStringUTF8(NativeLibrary.GetExport(library, "said"))!;

    public int this[string counter]
    {
        get => Marshal.ReadInt32(NativeLibrary.GetExport(library, counter));
        set => Marshal.WriteInt32(NativeLibrary.GetExport(library, counter), value);
    }

    public void Dispose() => folder.Dispose();

    private static byte[] Compile()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("libstand-in-streams.so");
        Compiler.Run(
            Compiler.Cxx, "-shared", "-fPIC", Compiler.Header("stand-in.cpp"), Compiler.Header("stand-in-streams.cpp"), "-o", file);
        return File.ReadAllBytes(file);
    }
}
