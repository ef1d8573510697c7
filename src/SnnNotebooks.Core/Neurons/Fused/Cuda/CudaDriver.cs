using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace SnnNotebooks.Neurons.Fused.Cuda;

/// <summary>What the kit calls of the CUDA driver API; devices are numbered as libtorch numbers them.</summary>
internal sealed unsafe partial class CudaDriver
{
    /// <summary>Length of a device's identity.</summary>
    public const int IdentityBytes = 16;

    private const int NameBytes = 256;
    private const int MajorCapability = 75;
    private const int MinorCapability = 76;
    private const int OutOfMemory = 2;

    /// <summary>
    /// The errors after which a context takes no further work: illegal address, timeout, destroyed context, assertion, and the hardware's.
    /// </summary>
    private static readonly int[] LostContext = [700, 702, 709, 710, 714, 715, 716, 717, 718, 719];

    private readonly NativeFunctions functions;

    /// <summary>Loads and starts the driver.</summary>
    /// <param name="candidates">Where it may stand.</param>
    /// <exception cref="CudaException">There is no driver, or no device.</exception>
    public CudaDriver(IReadOnlyList<string> candidates)
    {
        functions = new NativeFunctions("the NVIDIA driver", candidates);
        Check("cuInit", ((delegate* unmanaged<uint, int>)functions["cuInit"])(0));
    }

    /// <summary>Where the driver stands on this system.</summary>
    public static IReadOnlyList<string> Candidates => OperatingSystem.IsWindows() ? ["nvcuda.dll"] : ["libcuda.so.1"];

    /// <summary>The CUDA version that the driver supports, such as 13.0.</summary>
    public Version Version
    {
        get
        {
            int version;
            Check("cuDriverGetVersion", ((delegate* unmanaged<int*, int>)functions["cuDriverGetVersion"])(&version));
            return new Version(version / 1000, version % 1000 / 10);
        }
    }

    /// <summary>How many devices there are.</summary>
    public int Devices
    {
        get
        {
            int count;
            Check("cuDeviceGetCount", ((delegate* unmanaged<int*, int>)functions["cuDeviceGetCount"])(&count));
            return count;
        }
    }

    /// <summary>A device's name.</summary>
    public string Name(int device)
    {
        var name = stackalloc byte[NameBytes];
        Check(
            "cuDeviceGetName",
            ((delegate* unmanaged<byte*, int, int, int>)functions["cuDeviceGetName"])(name, NameBytes, Handle(device)));
        return Marshal.PtrToStringUTF8((nint)name)!;
    }

    /// <summary>A device's memory in bytes.</summary>
    public long Memory(int device)
    {
        nuint bytes;
        Check("cuDeviceTotalMem", ((delegate* unmanaged<nuint*, int, int>)functions["cuDeviceTotalMem_v2"])(&bytes, Handle(device)));
        return (long)bytes;
    }

    /// <summary>Bytes in use on the present context's device, by whatever process.</summary>
    public long MemoryInUse()
    {
        nuint free, total;
        Check("cuMemGetInfo", ((delegate* unmanaged<nuint*, nuint*, int>)functions["cuMemGetInfo_v2"])(&free, &total));
        return (long)(total - free);
    }

    /// <summary>What tells a device, or a part of one (MIG), from all others of all machines (its UUID).</summary>
    public byte[] Identity(int device)
    {
        var identity = new byte[IdentityBytes];
        fixed (byte* bytes = identity)
        {
            Check("cuDeviceGetUuid", ((delegate* unmanaged<byte*, int, int>)functions["cuDeviceGetUuid_v2"])(bytes, Handle(device)));
        }

        return identity;
    }

    /// <summary>A device's compute capability, such as 9.0.</summary>
    public Version Capability(int device) => new(Attribute(device, MajorCapability), Attribute(device, MinorCapability));

    /// <summary>The context that libtorch works in, too; it stays until the process ends.</summary>
    public nint PrimaryContext(int device)
    {
        nint context;
        Check(
            "cuDevicePrimaryCtxRetain",
            ((delegate* unmanaged<nint*, int, int>)functions["cuDevicePrimaryCtxRetain"])(&context, Handle(device)));
        return context;
    }

    /// <summary>Does something in a context, and leaves the thread with the one it had.</summary>
    public void In(nint context, Action action)
    {
        Check("cuCtxPushCurrent", ((delegate* unmanaged<nint, int>)functions["cuCtxPushCurrent_v2"])(context));
        try
        {
            action();
        }
        finally
        {
            nint popped;
            ((delegate* unmanaged<nint*, int>)functions["cuCtxPopCurrent_v2"])(&popped);
        }
    }

    /// <summary>Gives something of a context back. Where the context is lost, so is what was in it.</summary>
    public void Release(nint context, Action release)
    {
        try
        {
            In(context, release);
        }
        catch (CudaException)
        {
            // no thread enters a lost context
        }
    }

    /// <summary>Loads a compiled kernel into the present context; it stays there.</summary>
    /// <param name="image">The compiler's output.</param>
    /// <param name="kernel">The kernel's name.</param>
    public nint Function(byte[] image, string kernel)
    {
        nint module, function;
        fixed (byte* bytes = image)
        {
            Check("cuModuleLoadData", ((delegate* unmanaged<nint*, byte*, int>)functions["cuModuleLoadData"])(&module, bytes));
        }

        fixed (byte* name = Encoding.UTF8.GetBytes(kernel + '\0'))
        {
            var code = ((delegate* unmanaged<nint*, nint, byte*, int>)functions["cuModuleGetFunction"])(&function, module, name);
            if (code != 0)
            {
                ((delegate* unmanaged<nint, int>)functions["cuModuleUnload"])(module);
            }

            Check("cuModuleGetFunction", code);
        }

        return function;
    }

    /// <summary>Starts a kernel of some addresses and a structure.</summary>
    /// <param name="function">The kernel, of the present context.</param>
    /// <param name="blocks">How many blocks of <see cref="SweepCode.BlockThreads"/> threads.</param>
    /// <param name="stream">After what was started there.</param>
    /// <param name="arguments">The addresses, and the structure behind them.</param>
    /// <param name="addresses">How many addresses.</param>
    public void Launch(nint function, uint blocks, nint stream, long[] arguments, int addresses)
    {
        var parameters = stackalloc void*[addresses + 1];
        fixed (long* first = arguments)
        {
            for (var i = 0; i <= addresses; i++)
            {
                parameters[i] = first + i;
            }

            var launch =
                (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)functions["cuLaunchKernel"];
            var code = launch(function, blocks, 1, 1, SweepCode.BlockThreads, 1, 1, 0, stream, parameters, null);
            Check($"cuLaunchKernel of {blocks} blocks of {SweepCode.BlockThreads} threads", code);
        }
    }

    private int Handle(int device)
    {
        int handle;
        Check("cuDeviceGet", ((delegate* unmanaged<int*, int, int>)functions["cuDeviceGet"])(&handle, device));
        return handle;
    }

    private int Attribute(int device, int attribute)
    {
        int value;
        Check(
            "cuDeviceGetAttribute",
            ((delegate* unmanaged<int*, int, int, int>)functions["cuDeviceGetAttribute"])(&value, attribute, Handle(device)));
        return value;
    }

    private void Check(string what, int code)
    {
        if (code != 0)
        {
            throw new CudaException(string.Create(
                CultureInfo.InvariantCulture,
                $"{what} failed: {Text("cuGetErrorName", code)}, {Text("cuGetErrorString", code)} (error {code}).{Advice(code)}"));
        }
    }

    /// <summary>What follows from an error, where more can be said than its name does.</summary>
    private string Advice(int code)
    {
        if (code == OutOfMemory)
        {
            nuint free, total;
            return ((delegate* unmanaged<nuint*, nuint*, int>)functions["cuMemGetInfo_v2"])(&free, &total) == 0
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $" {free >> 20} of {total >> 20} MiB are free; the call can be tried again when there are more.")
                : string.Empty;
        }

        return LostContext.Contains(code)
            ? " The device's context is lost, maybe by an earlier kernel: nothing can be computed there in this process any more."
            : string.Empty;
    }

    private string Text(string function, int code)
    {
        nint text = 0;
        ((delegate* unmanaged<int, nint*, int>)functions[function])(code, &text);
        return Marshal.PtrToStringUTF8(text) ?? "unknown";
    }
}
