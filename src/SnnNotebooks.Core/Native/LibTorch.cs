using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace SnnNotebooks.Native;

/// <summary>
/// Loads the native libtorch before TorchSharp looks for it. TorchSharp 0.107.0 ships a library that older Linux systems
/// (Debian 12, Ubuntu 22.04, RHEL 9) refuse because of a version requirement it never uses; there a corrected copy is loaded instead.
/// </summary>
public static class LibTorch
{
    /// <summary>
    /// A switch of <see cref="AppContext"/>, set in a program's <c>runtimeconfig.json</c>: libtorch is loaded by
    /// <see cref="EnsureLoaded"/> alone, which the program then calls before it computes. A tool that answers <c>--help</c> needs none.
    /// </summary>
    internal const string LateSwitch = "SnnNotebooks.LibTorch.LoadLate";

    private const string Shim = "libLibTorchSharp.so";
    private static readonly Lock Gate = new();
    private static LibTorchStatus? status;

    /// <summary>
    /// Loads libtorch once; later calls return at once. Call it before the first use of <c>torch</c> in a process that
    /// may touch TorchSharp before any type of this library.
    /// </summary>
    /// <returns>What was loaded from where.</returns>
    /// <exception cref="LibTorchException">The libraries are missing, or cannot be loaded on this system; the message says what to
    /// do.</exception>
    public static LibTorchStatus EnsureLoaded()
    {
        lock (Gate)
        {
            if (status is null)
            {
                status = OperatingSystem.IsLinux() ? LoadOnLinux() : new LibTorchStatus(LibTorchLoad.LeftToTorchSharp, null, null, false);
                ProcessTuning.Protect();
            }

            return status;
        }
    }

    /// <summary>The folder of libtorch's libraries; null before they are loaded, and where TorchSharp looks for itself.</summary>
    internal static string? Folder => status?.LibTorchFolder;

    /// <summary>Handle of <c>libtorch_cpu.so</c>; null before it is loaded, and where TorchSharp looks for itself.</summary>
    internal static nint? Library => Folder is { } folder ? NativeLibrary.Load(Path.Combine(folder, "libtorch_cpu.so")) : null;

    /// <summary>
    /// Loads as soon as this library is touched, unless <see cref="LateSwitch"/> is set; a failure is kept for the first call that needs
    /// libtorch, so that <c>snn doctor</c> can still report it.
    /// </summary>
#pragma warning disable CA2255 // a user's program must work without knowing of EnsureLoaded
    [ModuleInitializer]
    internal static void LoadEarly()
#pragma warning restore CA2255
    {
        if (AppContext.TryGetSwitch(LateSwitch, out var isLate) && isLate)
        {
            return;
        }

        UnresolvedLibrary.Watch();
        try
        {
            EnsureLoaded();
        }
        catch (LibTorchException)
        {
            // said again, with its message, by the first call of EnsureLoaded or of TorchSharp (UnresolvedLibrary)
        }
    }

    private static LibTorchStatus LoadOnLinux()
    {
        var shimFolder = NativeFolders.Holding(Shim)
            ?? throw Missing(Shim, "TorchSharp", typeof(torch).Assembly.GetName().Version!.ToString(3));
        var torchFolder = ChosenLibTorch.Folder() ?? NativeFolders.Holding("libtorch_cpu.so")
            ?? throw Missing("libtorch_cpu.so", "libtorch-cpu-linux-x64", NativeFolders.LibTorchVersion);

        // in the order of their needs, all from one folder: libtorch loaded from two folders aborts the process
        foreach (var pattern in new[] { "libgomp*.so*", "libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so",
            "libtorch.so" })
        {
            foreach (var library in Directory.EnumerateFiles(torchFolder, pattern))
            {
                Load(library);
            }
        }

        return LoadShim(Path.Combine(shimFolder, Shim), torchFolder, CacheFolder.Root);
    }

    /// <summary>Loads the original where the system takes it, else the weak copy of it.</summary>
    internal static LibTorchStatus LoadShim(string original, string torchFolder, string cache)
    {
        if (TryLoad(original, out var refusal))
        {
            return new LibTorchStatus(LibTorchLoad.Original, torchFolder, original, false);
        }

        if (!refusal.Contains(WeakCopy.Requirement, StringComparison.Ordinal))
        {
            throw new LibTorchException($"{original} cannot be loaded: {refusal}");
        }

        var (copy, wasMade) = WeakCopy.Prepare(original, cache);
        Load(copy);
        return new LibTorchStatus(LibTorchLoad.WeakCopy, torchFolder, copy, wasMade);
    }

    private static void Load(string library)
    {
        if (!TryLoad(library, out var refusal))
        {
            throw new LibTorchException($"{library} cannot be loaded: {refusal}");
        }
    }

    private static bool TryLoad(string library, out string refusal)
    {
        try
        {
            NativeLibrary.Load(library);
            refusal = string.Empty;
            return true;
        }
        catch (Exception refused) when (refused is DllNotFoundException or BadImageFormatException)
        {
            refusal = refused.Message;
            return false;
        }
    }

    private static LibTorchException Missing(string file, string package, string version) => new(
        $"{file} was not found where TorchSharp looks for it ({AppContext.BaseDirectory} and the folder of TorchSharp.dll), nor in "
        + $"{NativeFolders.PackageCache}. " +
        $"It comes with the package {package}: in your project run `dotnet add package {package} --version {version}`; " +
        $"for the tool `snn` run `dotnet package download {package}@{version} --output {NativeFolders.PackageCache}` once.");
}
