using System.Runtime.CompilerServices;
using SnnNotebooks.Native;

// seeds, thread counts, the count of live tensors and environment variables belong to the whole process
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace SnnNotebooks.TestSupport;

/// <summary>
/// Loads libtorch before any test touches TorchSharp, which would otherwise probe for it on its own, and tunes as the tool does.
/// </summary>
internal static class TestSetup
{
    [ModuleInitializer]
    internal static void LoadLibTorch() => ProcessTuning.Apply();
}
