using System.Runtime.InteropServices;

namespace SnnNotebooks.Neurons.Fused.Cuda;

/// <summary>The functions of a native library that may stand in one of several places, or in none.</summary>
internal sealed class NativeFunctions
{
    private readonly nint library;

    /// <summary>Loads the first candidate that can be loaded.</summary>
    /// <param name="what">What it is, for the message.</param>
    /// <param name="candidates">File names or paths, the preferred one first.</param>
    /// <exception cref="CudaException">None of them can be loaded.</exception>
    public NativeFunctions(string what, IReadOnlyList<string> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, out library))
            {
                Path = candidate;
                return;
            }
        }

        throw new CudaException($"{what} was not found (tried {string.Join(", ", candidates)}).");
    }

    /// <summary>The candidate that was loaded.</summary>
    public string Path { get; }

    /// <summary>The address of a function.</summary>
    /// <exception cref="CudaException">The library has none of that name.</exception>
    public nint this[string name] => NativeLibrary.TryGetExport(library, name, out var address)
        ? address
        : throw new CudaException($"{Path} has no function {name}.");
}
