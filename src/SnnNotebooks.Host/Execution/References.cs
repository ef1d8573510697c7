using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.CodeAnalysis;

namespace SnnNotebooks.Host.Execution;

/// <summary>Finds the assemblies cells refer to, so that none is loaded twice.</summary>
internal sealed class References(HostPackages packages)
{
    // the assemblies this application can load by name, framework and own
    private static readonly Dictionary<string, string> Trusted =
        ((AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .GroupBy(path => Path.GetFileNameWithoutExtension(path), StringComparer.OrdinalIgnoreCase)
        .ToDictionary(group => group.Key, group => group.First(), StringComparer.OrdinalIgnoreCase);

    /// <summary>What every cell sees: the framework, the formatting library and the helpers of this host.</summary>
    public static IEnumerable<MetadataReference> Default()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location);
        return Trusted.Values
            .Where(path => Path.GetDirectoryName(path) == framework)
            .Append(typeof(References).Assembly.Location)
            .Append(typeof(Microsoft.DotNet.Interactive.Formatting.Formatter).Assembly.Location)
            .Append(typeof(Microsoft.AspNetCore.Html.IHtmlContent).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path));
    }

    /// <summary>Resolves the argument of <c>#r</c>.</summary>
    /// <param name="argument"><c>nuget: Id, version</c>, or the path or simple name of an assembly.</param>
    /// <param name="folder">Folder that relative paths start from.</param>
    /// <exception cref="NotebookException">Nothing fits; the message says what to do.</exception>
    public IReadOnlyList<MetadataReference> Resolve(string argument, string folder)
    {
        if (argument.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase))
        {
            return Package(argument["nuget:".Length..]);
        }

        var path = Path.GetFullPath(argument, folder);
        if (!File.Exists(path))
        {
            var name = argument.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? argument[..^4] : argument;
            return Trusted.TryGetValue(name, out var known)
                ? [MetadataReference.CreateFromFile(known)]
                : throw new NotebookException($"#r: there is no assembly {path}. Expected the path of a .dll, relative to {folder}; build it first, or correct the path.");
        }

        return [MetadataReference.CreateFromFile(Loaded(path) ?? path)];
    }

    // the runtime takes the host's own assemblies before any other of that name: use them if they are the same build, refuse if not
    private static string? Loaded(string path)
    {
        var (name, id) = Identity(path);
        if (!Trusted.TryGetValue(name, out var own))
        {
            return null;
        }

        return Identity(own).Id == id
            ? own
            : throw new NotebookException($"#r: {path} is another build of {name} than the one this host itself runs on ({own}), and one process cannot hold both. Build both from the same sources in the same configuration, or refer to the host's own with #r \"{name}\".");
    }

    private static (string Name, Guid Id) Identity(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            using var image = new PEReader(file);
            if (!image.HasMetadata)
            {
                throw new BadImageFormatException("no .NET metadata");
            }

            var metadata = image.GetMetadataReader();
            return (metadata.GetString(metadata.GetAssemblyDefinition().Name), metadata.GetGuid(metadata.GetModuleDefinition().Mvid));
        }
        catch (Exception e) when (e is BadImageFormatException or IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            throw new NotebookException($"#r: {path} is not a readable .NET assembly ({e.Message}). Expected a managed .dll.", e);
        }
    }

    private List<MetadataReference> Package(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length != 2 || parts.Any(part => part.Length == 0))
        {
            throw new NotebookException($"#r \"nuget:{text}\" does not name one package and its exact version. Expected #r \"nuget: Id, 1.2.3\".");
        }

        var (id, version) = (parts[0], parts[1]);
        var assemblies = packages.Assemblies(id, version) ?? throw new NotebookException(
            packages.Version(id) is { } carried
                ? $"#r: this host carries {id} {carried}, not {version}, and cannot restore packages yet. Ask for {carried}, or run the notebook in a host that restores packages."
                : $"#r: this host does not carry {id} {version} and cannot restore packages yet. Refer to the assembly by its path (#r \"path/to.dll\"), or run the notebook in a host that restores packages.");
        return [.. assemblies.Select(Path.GetFileNameWithoutExtension).Where(name => Trusted.ContainsKey(name!)).Select(name => MetadataReference.CreateFromFile(Trusted[name!]))];
    }
}
