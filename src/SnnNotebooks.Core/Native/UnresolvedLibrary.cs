using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace SnnNotebooks.Native;

/// <summary>
/// Answers where TorchSharp calls its native library and the runtime finds it nowhere: the reason is that libtorch is missing, of which
/// the runtime's own message (<see cref="DllNotFoundException"/>, a dozen paths) says nothing.
/// </summary>
internal static class UnresolvedLibrary
{
    private const string Called = "LibTorchSharp";

    /// <summary>Answers from now on; once is enough. Elsewhere than on Linux TorchSharp looks for itself.</summary>
    public static void Watch()
    {
        if (OperatingSystem.IsLinux() && AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly) is { } context)
        {
            context.ResolvingUnmanagedDll += Resolve;
        }
    }

    private static nint Resolve(Assembly caller, string library) =>
        library == Called && LibTorch.EnsureLoaded().ShimPath is { } path ? NativeLibrary.Load(path) : 0;
}
