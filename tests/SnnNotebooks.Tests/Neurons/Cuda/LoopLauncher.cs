using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using SnnNotebooks.Neurons.Fused.Cuda;
using TorchSharp;

namespace SnnNotebooks.Tests.Neurons.Cuda;

/// <summary>
/// Runs printed kernels on the CPU: compiled as C++, thread by thread. Until <see cref="Compile"/> it only takes note of what it is asked
/// for, so that all is compiled at once: whoever uses it runs twice.
/// </summary>
internal sealed unsafe class LoopLauncher : IKernelLauncher, IDisposable
{
    private const int PerFile = 400;

    private readonly Dictionary<PrintedKernel, int> known = [];
    private readonly List<PrintedKernel> kernels = [];
    private readonly List<nint> libraries = [];

    /// <summary>Whether only the last block is run, for tensors of which only the end is ever touched.</summary>
    public bool OnlyLastBlock { get; set; }

    /// <summary>Whether kernels are run by now.</summary>
    public bool IsCompiled => libraries.Count > 0;

    /// <summary>The threads of the last launch.</summary>
    public long Threads { get; private set; }

    /// <summary>Compiles what was asked for so far. Loads that are not aligned as a device needs them end the process.</summary>
    public void Compile(string folder)
    {
        for (var first = 0; first < kernels.Count; first += PerFile)
        {
            var text = new StringBuilder();
            for (var i = first; i < Math.Min(first + PerFile, kernels.Count); i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"namespace k{i} {{\n{kernels[i].Source}}}\n");
                text.Append(CultureInfo.InvariantCulture, $"extern \"C\" unsigned long size{i} = sizeof(k{i}::Arguments);\n");
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"extern \"C\" void run{i}(void* const* a, long long first, long long blocks) {{\n"
                        + $"  run(k{i}::{kernels[i].Name}, a, first, blocks);\n}}\n");
            }

            var name = string.Create(CultureInfo.InvariantCulture, $"kernels{first}");
            var (source, library) = (Path.Combine(folder, name + ".cpp"), Path.Combine(folder, name + ".so"));
            File.WriteAllText(source, text.ToString());
            Compiler.Run(
                Compiler.Cxx, "-O0", "-std=c++17", "-ffp-contract=off", "-shared", "-fPIC", "-Wno-unknown-pragmas",
                "-fsanitize=alignment", "-fsanitize-undefined-trap-on-error",
                "-include", Compiler.Header("cuda-as-loops.h"), source, "-o", library);
            libraries.Add(NativeLibrary.Load(library));
        }
    }

    public void Launch(PrintedKernel kernel, long[] arguments, long threads, torch.Device device)
    {
        Threads = threads;
        if (!IsCompiled)
        {
            if (known.TryAdd(kernel, kernels.Count))
            {
                kernels.Add(kernel);
            }

            return;
        }

        Assert.True(known.TryGetValue(kernel, out var index), "a source that was not compiled: " + kernel.Source);
        var library = libraries[index / PerFile];
        var size = (ulong*)NativeLibrary.GetExport(library, string.Create(CultureInfo.InvariantCulture, $"size{index}"));
        Assert.Equal(*size, (ulong)(arguments.Length - kernel.Sequences) * sizeof(long));
        var address = NativeLibrary.GetExport(library, string.Create(CultureInfo.InvariantCulture, $"run{index}"));
        var run = (delegate* unmanaged<long*, long, long, void>)address;
        var blocks = (threads + SweepCode.BlockThreads - 1) / SweepCode.BlockThreads;
        fixed (long* structure = arguments)
        {
            run(structure, OnlyLastBlock ? blocks - 1 : 0, blocks);
        }
    }

    public void Dispose() => libraries.ForEach(NativeLibrary.Free);
}
