using System.Runtime.CompilerServices;
using SnnNotebooks.Native;

namespace SnnNotebooks.TestSupport;

/// <summary>Loads libtorch before any test touches TorchSharp, which would otherwise probe for it on its own.</summary>
internal static class TestSetup
{
    [ModuleInitializer]
    internal static void LoadLibTorch() => LibTorch.EnsureLoaded();
}
