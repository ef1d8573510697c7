using TorchSharp;

namespace SnnNotebooks.Native;

/// <summary>
/// libtorch's deterministic algorithms, until disposed, for the whole process: those of CUDA whose sums come in no fixed order are left
/// alone (cuDNN's and cuBLAS's included), an operation that has no other throws, and memory that is not written yet is filled.
/// </summary>
internal sealed class DeterministicAlgorithms : IDisposable
{
    private const string Algorithms = "_ZN2at7Context26setDeterministicAlgorithmsEbb";
    private const string Enabled = "_ZNK2at7Context23deterministicAlgorithmsEv";
    private const string CuDnn = "_ZN2at7Context21setDeterministicCuDNNEb";
    private const string CuDnnEnabled = "_ZNK2at7Context18deterministicCuDNNEv";

    private readonly bool algorithms = TorchContext.Asked(Enabled) ?? throw Unavailable();
    private readonly bool cuDnn = TorchContext.Asked(CuDnnEnabled) ?? throw Unavailable();

    /// <summary>Switches them on.</summary>
    /// <exception cref="PlatformNotSupportedException">This libtorch has no such switch.</exception>
    public DeterministicAlgorithms()
    {
        if (!TorchContext.Set(Algorithms, true, false) || !TorchContext.Set(CuDnn, true))
        {
            throw Unavailable();
        }

        // cuBLAS reads it when it is first used; what is set already stays
        NativeEnvironment.Default("CUBLAS_WORKSPACE_CONFIG", ":4096:8");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        TorchContext.Set(Algorithms, algorithms, false);
        TorchContext.Set(CuDnn, cuDnn);
    }

    private static PlatformNotSupportedException Unavailable() =>
        new("Deterministic algorithms are switched through libtorch's own functions, which this kit reaches on Linux only.");
}
