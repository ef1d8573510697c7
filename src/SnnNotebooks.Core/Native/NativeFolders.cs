using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace SnnNotebooks.Native;

/// <summary>The folders in which TorchSharp would look for its native libraries, in its order.</summary>
internal static class NativeFolders
{
    /// <summary>The version of libtorch that TorchSharp here is made for.</summary>
    public static string LibTorchVersion { get; } = typeof(NativeFolders).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(each => each.Key == "libtorch").Value!;

    /// <summary>Where NuGet keeps packages.</summary>
    public static string PackageCache { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The first folder that holds <paramref name="file"/>, or null.</summary>
    /// <param name="file">A file name without folder.</param>
    public static string? Holding(string file) => Candidates().FirstOrDefault(folder => File.Exists(Path.Combine(folder, file)));

    private static IEnumerable<string> Candidates()
    {
        var runtime = Path.Combine("runtimes", $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}", "native");
        var hostSearch = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? string.Empty;
        foreach (var folder in hostSearch.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return folder;
        }

        foreach (var folder in new[] { AppContext.BaseDirectory, AssemblyFolder() })
        {
            yield return Path.Combine(folder, runtime);
            yield return folder;
        }

        foreach (var folder in Unpacked(AssemblyFolder()))
        {
            yield return folder;
        }

        // a notebook host that loads packages straight from the NuGet cache: <cache>/<package>/<version>/lib/<framework>/<assembly>.dll;
        // a copy of TorchSharp that keeps its arguments stands elsewhere, but this library is in the cache then;
        // and programs that carry no libtorch, as the tool's package
        var own = Path.GetDirectoryName(typeof(NativeFolders).Assembly.Location) ?? string.Empty;
        foreach (var cache in new[] { CacheOf(AssemblyFolder()), CacheOf(own), PackageCache }.OfType<string>().Where(Directory.Exists))
        {
            yield return Path.Combine(cache, "torchsharp", typeof(torch).Assembly.GetName().Version!.ToString(3), runtime);
            foreach (var libtorch in Directory.EnumerateDirectories(cache, "libtorch-*").Order(StringComparer.Ordinal).Reverse())
            {
                yield return Path.Combine(libtorch, LibTorchVersion, runtime);
            }
        }
    }

    /// <summary>
    /// Where a notebook host (Verso) has unpacked the packages it was asked for: libraries in <c>native</c> beside the assembly, and
    /// libtorch's in the same folder of its own package, <c>libtorch-.../VERSION/native</c>, beside TorchSharp's.
    /// </summary>
    /// <param name="assemblyFolder">The folder of TorchSharp.dll.</param>
    internal static IEnumerable<string> Unpacked(string assemblyFolder)
    {
        yield return Path.Combine(assemblyFolder, "native");
        var packages = Path.GetFullPath(Path.Combine(assemblyFolder, "..", ".."));
        var libtorches = Directory.EnumerateDirectories(packages, "libtorch-*", new EnumerationOptions()); // what may be read
        foreach (var libtorch in libtorches.Order(StringComparer.Ordinal).Reverse())
        {
            yield return Path.Combine(libtorch, LibTorchVersion, "native");
        }
    }

    private static string? CacheOf(string assemblyFolder)
    {
        var cache = Path.GetFullPath(Path.Combine(assemblyFolder, "..", "..", "..", ".."));
        return assemblyFolder.Length > 0 && Directory.Exists(Path.Combine(cache, "torchsharp")) ? cache : null;
    }

    private static string AssemblyFolder() =>
        Path.GetDirectoryName(typeof(torch).Assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory;
}
