using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using SnnNotebooks.Native;
using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.OwnProcess;

/// <summary>Neurons in a process that gets hardly any memory more than it has, most of it kept for tensors of another size.</summary>
internal static partial class LimitedMemory
{
    private const int AddressSpace = 9; // RLIMIT_AS of resource.h
    private const long Kept = 128 << 20;
    private const long Wanted = 160 << 20;
    private const long Granted = 80 << 20;

    public static int Neurons()
    {
        ProcessTuning.Apply();
        using var off = no_grad();
        using var first = Currents(Kept);
        using var second = Currents(Wanted);
        using var neurons = new IFNode();
        neurons.call(first).Dispose();
        neurons.Reset();
        Grant(Granted);
        using var spikes = neurons.call(second);
        Console.WriteLine($"{spikes.numel() * sizeof(float)} bytes of spikes");
        return 0;
    }

    /// <summary>Many steps of few neurons, so that their state is small.</summary>
    private static Tensor Currents(long bytes) => zeros(256, bytes / sizeof(float) / 256);

    /// <summary>Lets this process have so many bytes more than now.</summary>
    private static void Grant(long more)
    {
        var pages = long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[0], CultureInfo.InvariantCulture);
        var bytes = (ulong)((pages * Environment.SystemPageSize) + more);
        if (SetLimit(AddressSpace, new Limit(bytes, bytes)) != 0)
        {
            throw new Win32Exception();
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "setrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetLimit(int resource, in Limit limit);

    /// <summary><c>struct rlimit</c> of resource.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limit(ulong Soft, ulong Hard);
}
