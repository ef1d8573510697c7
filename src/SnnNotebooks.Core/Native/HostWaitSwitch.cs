using System.Runtime.InteropServices;
using SnnNotebooks.Neurons.Fused.Cuda;

namespace SnnNotebooks.Native;

/// <summary>
/// What libtorch does where it would make the host wait for a GPU (<c>c10::cuda::warning_state()</c>, c10/cuda/CUDAFunctions.h: a structure
/// whose first member is the mode, an int). The function is inline: a library that has no copy of it has at least its static variable, of
/// which the loader keeps one for the whole process.
/// </summary>
internal sealed unsafe class HostWaitSwitch
{
    /// <summary>Wait and say nothing.</summary>
    public const int Off = 0;

    /// <summary>Throw "called a synchronizing CUDA operation".</summary>
    public const int Error = 2;

    private const string Function = "_ZN3c104cuda13warning_stateEv";
    private const string Variable = "_ZZN3c104cuda13warning_stateEvE14warning_state_";

    private readonly int* mode;

    /// <summary>Looks for the switch in libraries that are loaded.</summary>
    /// <param name="libraries">Their paths; the first that has it serves.</param>
    /// <exception cref="CudaException">None has it.</exception>
    public HostWaitSwitch(IReadOnlyList<string> libraries)
    {
        foreach (var path in libraries)
        {
            if (NativeLibrary.TryLoad(path, out var library))
            {
                mode = NativeLibrary.TryGetExport(library, Function, out var function) ? ((delegate* unmanaged[Cdecl]<int*>)function)()
                    : NativeLibrary.TryGetExport(library, Variable, out var variable) ? (int*)variable : null;
                if (mode is not null)
                {
                    return;
                }
            }
        }

        throw new CudaException($"c10::cuda::warning_state was not found (looked in {string.Join(", ", libraries)}).");
    }

    /// <summary>Where it may stand on this system.</summary>
    /// <param name="folder">The folder of libtorch's libraries; null where it is not known.</param>
    public static IReadOnlyList<string> Candidates(string? folder) =>
        [.. new[] { "libc10_cuda.so", "libtorch_cuda.so" }.Select(name => folder is null ? name : Path.Combine(folder, name))];

    /// <summary>What it does now.</summary>
    public int Value
    {
        get => *mode;
        set => *mode = value;
    }
}
