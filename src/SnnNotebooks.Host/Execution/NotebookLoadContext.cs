using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;

namespace SnnNotebooks.Host.Execution;

/// <summary>
/// Where a notebook's own assemblies live: its cells, its packages, what it names by path. The host's libraries stay in the default
/// context, so a notebook may use another version of any of them; only what host and cells hand to each other is shared.
/// </summary>
internal sealed class NotebookLoadContext() : AssemblyLoadContext("notebook")
{
    private readonly ConcurrentDictionary<string, Assembly> cells = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, string> paths = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, string> natives = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, byte> folders = new();

    /// <summary>Loads the assembly of a cell.</summary>
    public Assembly LoadCell(Stream image, Stream symbols)
    {
        var assembly = LoadFromStream(image, symbols);
        cells[assembly.GetName().Name!] = assembly;
        return assembly;
    }

    /// <summary>Loads the assembly of a cell that no later one can refer to; it goes when nothing of it is in use any more.</summary>
    public Assembly LoadPassingCell(Stream image, Stream symbols) => new PassingCell(this).LoadFromStream(image, symbols);

    /// <summary>Says where an assembly of that name comes from; what is loaded already stays.</summary>
    public void AddAssembly(string name, string path) => paths[name] = path;

    /// <summary>The assembly of that name that cells use, or null where none is loaded yet.</summary>
    public Assembly? Loaded(string name) =>
        Assemblies.FirstOrDefault(assembly => name.Equals(assembly.GetName().Name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether an assembly of that name belongs to the notebook.</summary>
    public bool Has(string name) => paths.ContainsKey(name);

    /// <summary>Adds a folder whose assemblies and native libraries are found by name, after all others.</summary>
    public void AddFolder(string folder) => folders[folder] = 0;

    /// <summary>Adds a native library.</summary>
    public void AddNative(string path) => natives[Path.GetFileName(path)] = path;

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var name = assemblyName.Name!;
        if (cells.TryGetValue(name, out var cell))
        {
            return cell;
        }

        if (paths.TryGetValue(name, out var path))
        {
            return LoadFromAssemblyPath(path);
        }

        if (References.IsTrusted(name))
        {
            return null;
        }

        var beside = folders.Keys.Select(folder => Path.Combine(folder, name + ".dll")).FirstOrDefault(File.Exists);
        return beside is null ? null : LoadFromAssemblyPath(beside);
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        foreach (var name in new[] { unmanagedDllName, $"lib{unmanagedDllName}.so", $"{unmanagedDllName}.so", $"{unmanagedDllName}.dll",
            $"lib{unmanagedDllName}.dylib", $"{unmanagedDllName}.dylib" })
        {
            if (natives.TryGetValue(name, out var path))
            {
                return LoadUnmanagedDllFromPath(path);
            }

            if (folders.Keys.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } beside)
            {
                return LoadUnmanagedDllFromPath(beside);
            }
        }

        return 0;
    }

    private sealed class PassingCell(NotebookLoadContext notebook) : AssemblyLoadContext("cell", isCollectible: true)
    {
        protected override Assembly? Load(AssemblyName assemblyName) => notebook.Load(assemblyName);

        protected override nint LoadUnmanagedDll(string unmanagedDllName) => notebook.LoadUnmanagedDll(unmanagedDllName);
    }
}
