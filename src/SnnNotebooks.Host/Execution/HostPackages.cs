using System.Text.Json;

namespace SnnNotebooks.Host.Execution;

/// <summary>
/// The packages and projects this application itself carries, from its <c>.deps.json</c>: what <c>#r "nuget:"</c> finds without a restore.
/// </summary>
internal sealed class HostPackages
{
    private readonly Dictionary<string, Library> libraries;

    private HostPackages(Dictionary<string, Library> libraries)
    {
        this.libraries = libraries;
    }

    private sealed record Library(string Id, string Version, IReadOnlyList<string> Dependencies, IReadOnlyList<string> Assemblies);

    /// <summary>Reads the file of the running application; carries nothing where there is none.</summary>
    public static HostPackages OfThisApplication()
    {
        var files = (AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries);
        var own = files.FirstOrDefault(
            file => Path.GetDirectoryName(Path.GetFullPath(file)) == Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return own is not null && File.Exists(own) ? Parse(File.ReadAllText(own)) : new HostPackages([]);
    }

    /// <summary>Reads the text of a <c>.deps.json</c>.</summary>
    public static HostPackages Parse(string json)
    {
        var libraries = new Dictionary<string, Library>(StringComparer.OrdinalIgnoreCase);
        using var document = JsonDocument.Parse(json);
        var target = document.RootElement.GetProperty("runtimeTarget").GetProperty("name").GetString()!;
        foreach (var entry in document.RootElement.GetProperty("targets").GetProperty(target).EnumerateObject())
        {
            var slash = entry.Name.IndexOf('/', StringComparison.Ordinal);
            var library = new Library(entry.Name[..slash], entry.Name[(slash + 1)..], Names(entry.Value, "dependencies"),
                [.. Names(entry.Value, "runtime").Select(Path.GetFileName).OfType<string>()]);
            libraries[library.Id] = library;
        }

        return new HostPackages(libraries);
    }

    /// <summary>File names of the assemblies of a package and of all it depends on.</summary>
    /// <param name="id">Package id, case ignored.</param>
    /// <param name="version">Exact version; null for any.</param>
    /// <returns>Null where the application does not carry exactly that.</returns>
    public IReadOnlyList<string>? Assemblies(string id, string? version)
    {
        if (!libraries.TryGetValue(id, out var root)
            || version is not null && !root.Version.Equals(version, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { id };
        var queue = new Queue<Library>([root]);
        var assemblies = new List<string>();
        while (queue.TryDequeue(out var library))
        {
            assemblies.AddRange(library.Assemblies);
            foreach (var dependency in library.Dependencies)
            {
                if (seen.Add(dependency) && libraries.TryGetValue(dependency, out var next))
                {
                    queue.Enqueue(next);
                }
            }
        }

        return assemblies;
    }

    /// <summary>The version carried of a package, or null.</summary>
    public string? Version(string id) => libraries.TryGetValue(id, out var library) ? library.Version : null;

    private static string[] Names(JsonElement library, string property) =>
        library.TryGetProperty(property, out var value) ? [.. value.EnumerateObject().Select(item => item.Name)] : [];
}
