using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace SnnNotebooks.Neurons.Fused.Cuda;

/// <summary>NVIDIA's compiler of CUDA C at run time.</summary>
internal sealed unsafe class Nvrtc
{
    private readonly NativeFunctions functions;

    /// <summary>Loads the compiler.</summary>
    /// <param name="candidates">Where it may stand.</param>
    /// <exception cref="CudaException">It is not there.</exception>
    public Nvrtc(IReadOnlyList<string> candidates)
    {
        functions = new NativeFunctions("NVIDIA's compiler NVRTC", candidates);
        int major, minor;
        Check("nvrtcVersion", ((delegate* unmanaged<int*, int*, int>)functions["nvrtcVersion"])(&major, &minor));
        Version = new Version(major, minor);
    }

    /// <summary>Its version.</summary>
    public Version Version { get; }

    /// <summary>What was loaded.</summary>
    public string Path => functions.Path;

    /// <summary>Where it may stand: beside libtorch, in the packages that a Python PyTorch brings, where the system looks.</summary>
    /// <param name="torchFolder">The folder of libtorch's libraries; null where it is not known.</param>
    public static IReadOnlyList<string> Candidates(string? torchFolder)
    {
        if (OperatingSystem.IsWindows())
        {
            return ["nvrtc64_130_0.dll", "nvrtc64_120_0.dll"];
        }

        string[] names = ["libnvrtc.so.13", "libnvrtc.so.12"];
        var packages = torchFolder is null ? null : System.IO.Path.Combine(torchFolder, "..", "..", "nvidia");
        string[] folders = torchFolder is null
            ? []
            : [torchFolder, System.IO.Path.Combine(packages!, "cu13", "lib"), System.IO.Path.Combine(packages!, "cuda_nvrtc", "lib")];
        var paths = folders.SelectMany(folder => names.Select(name => System.IO.Path.Combine(folder, name)));
        return [.. paths.Select(System.IO.Path.GetFullPath), .. names];
    }

    /// <summary>Compiles; multiplications and additions are not contracted, so that results are those of the CPU's kernels.</summary>
    /// <param name="source">CUDA C.</param>
    /// <param name="kernel">What it is called in messages.</param>
    /// <param name="capability">The device's compute capability.</param>
    /// <returns>Machine code of that device.</returns>
    /// <exception cref="CudaException">It does not compile; the message holds what the compiler said.</exception>
    public byte[] Compile(string source, string kernel, Version capability)
    {
        nint program;
        fixed (byte* text = Encoding.UTF8.GetBytes(source + '\0'), name = Encoding.UTF8.GetBytes($"{kernel}.cu\0"))
        {
            var create = (delegate* unmanaged<nint*, byte*, byte*, int, void*, void*, int>)functions["nvrtcCreateProgram"];
            Check("nvrtcCreateProgram", create(&program, text, name, 0, null, null));
        }

        try
        {
            var code = Run(program, Options(capability));
            if (code != 0)
            {
                var log = Encoding.UTF8.GetString(Read(program, "nvrtcGetProgramLog")).TrimEnd('\0', '\n');
                throw new CudaException(
                    $"NVRTC {Version} does not compile it for sm_{capability.Major}{capability.Minor}: {Text(code)}\n{log}");
            }

            return Read(program, "nvrtcGetCUBIN");
        }
        finally
        {
            ((delegate* unmanaged<nint*, int>)functions["nvrtcDestroyProgram"])(&program);
        }
    }

    /// <summary>What it is told.</summary>
    public static string[] Options(Version capability) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"--gpu-architecture=sm_{capability.Major}{capability.Minor}"),
        "--std=c++17", "--fmad=false", "--prec-div=true", "--ftz=false",
    ];

    private int Run(nint program, string[] options)
    {
        var texts = Array.ConvertAll(options, Marshal.StringToCoTaskMemUTF8);
        try
        {
            fixed (nint* pointers = texts)
            {
                return ((delegate* unmanaged<nint, int, nint*, int>)functions["nvrtcCompileProgram"])(program, texts.Length, pointers);
            }
        }
        finally
        {
            Array.ForEach(texts, Marshal.FreeCoTaskMem);
        }
    }

    /// <summary>What a function gives whose partner with <c>Size</c> at its end says how long that is.</summary>
    private byte[] Read(nint program, string function)
    {
        nuint size;
        Check(function + "Size", ((delegate* unmanaged<nint, nuint*, int>)functions[function + "Size"])(program, &size));
        var bytes = new byte[checked((int)size)];
        fixed (byte* to = bytes)
        {
            Check(function, ((delegate* unmanaged<nint, byte*, int>)functions[function])(program, to));
        }

        return bytes;
    }

    private string Text(int code) =>
        Marshal.PtrToStringUTF8(((delegate* unmanaged<int, nint>)functions["nvrtcGetErrorString"])(code)) ?? "unknown";

    private void Check(string what, int code)
    {
        if (code != 0)
        {
            throw new CudaException(string.Create(CultureInfo.InvariantCulture, $"{what} failed: {Text(code)} (error {code})."));
        }
    }
}
