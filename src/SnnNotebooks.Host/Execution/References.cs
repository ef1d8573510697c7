using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Packages;

namespace SnnNotebooks.Host.Execution;

/// <summary>Finds the assemblies cells refer to.</summary>
/// <param name="context">Where those load that are not the host's.</param>
/// <param name="extensions">Libraries the embedding program lends.</param>
internal sealed class References(NotebookLoadContext context, IReadOnlyList<HostExtension> extensions)
{
    // the assemblies this application can load by name, framework and own
    private static readonly Dictionary<string, string> Trusted =
        ((AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string) ?? "").Split(Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries)
        .GroupBy(path => Path.GetFileNameWithoutExtension(path), StringComparer.OrdinalIgnoreCase)
        .ToDictionary(group => group.Key, group => group.First(), StringComparer.OrdinalIgnoreCase);

    private const long LargestAssembly = 1L << 30;

    private static readonly string Framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    // host and cells hand each other objects of these, so there can be only one of each
    private static readonly string[] Shared =
    [
        typeof(References).Assembly.GetName().Name!,
        typeof(Microsoft.DotNet.Interactive.Formatting.Formatter).Assembly.GetName().Name!,
        typeof(Microsoft.AspNetCore.Html.IHtmlContent).Assembly.GetName().Name!,
    ];

    private readonly HostPackages carried = HostPackages.OfThisApplication();
    private readonly List<PackageRequest> restored = [];
    private readonly List<string> sources = [];
    private readonly HashSet<HostExtension> initialised = [];
    private readonly Dictionary<string, string> origins = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> lent = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether this application can load an assembly of that name by itself.</summary>
    public static bool IsTrusted(string name) => Trusted.ContainsKey(name);

    /// <summary>What every cell sees: the framework, the formatting library and the helpers of this host.</summary>
    public static IEnumerable<(string Name, MetadataReference Reference)> Default() => Trusted
        .Where(item => Path.GetDirectoryName(item.Value) == Framework || Shared.Contains(item.Key))
        .Select(item => (item.Key, (MetadataReference)MetadataReference.CreateFromFile(item.Value)));

    /// <summary>Adds a source of packages: the argument of <c>#i</c>.</summary>
    /// <param name="argument"><c>nuget: folder or address</c>.</param>
    /// <param name="folder">Folder that relative paths start from.</param>
    /// <exception cref="NotebookException">Neither a folder that is there nor an address.</exception>
    public void AddSource(string argument, string folder)
    {
        var source = argument.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase) ? argument["nuget:".Length..].Trim() : argument;
        var isAddress = Uri.TryCreate(source, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
        var path = isAddress ? source : Path.GetFullPath(source, folder);
        if (source.Length == 0 || !isAddress && !Directory.Exists(path))
        {
            throw new NotebookException(
                $"#i: there is no folder {Printable.Name(path)}. Expected #i \"nuget: folder\", relative to {Printable.Name(folder)}, or "
                + "#i \"nuget: "
                + "https://…/index.json\".");
        }

        sources.Add(path);
    }

    /// <summary>Resolves the arguments of the <c>#r</c> lines of one cell, the packages among them in one restore.</summary>
    /// <param name="arguments">Each <c>nuget: Id, version</c>, or the path or simple name of an assembly.</param>
    /// <param name="folder">Folder that relative paths start from.</param>
    /// <param name="cancellationToken">Ends the restore.</param>
    /// <exception cref="NotebookException">Nothing fits; the message says what to do.</exception>
    public async Task<IReadOnlyList<(string Name, MetadataReference Reference)>> ResolveAsync(
        IEnumerable<string> arguments, string folder, CancellationToken cancellationToken)
    {
        var found = new List<(string Name, string Path)>();
        var wanted = new List<PackageRequest>();
        foreach (var argument in arguments)
        {
            if (!argument.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase))
            {
                found.Add(File(argument, folder));
                continue;
            }

            var request = PackageRequest.Parse(argument["nuget:".Length..]);
            if (Carried(request) is { } own)
            {
                found.AddRange(own);
            }
            else if (!restored.Contains(request))
            {
                wanted.Add(request);
            }
        }

        if (wanted.Count > 0)
        {
            // with those of earlier cells, so that versions agree
            var all = restored.Where(earlier => !wanted.Any(request => request.Id.Equals(earlier.Id, StringComparison.OrdinalIgnoreCase)))
                .Concat(wanted).ToArray();
            found.AddRange(Add(await RestoreAsync(all, folder, cancellationToken).ConfigureAwait(false), all).ToArray());
            restored.Clear();
            restored.AddRange(all);
        }

        Initialise(found);
        lent.UnionWith(found.Where(item => Trusted.TryGetValue(item.Name, out var own) && own == item.Path).Select(item => item.Name));
        return [.. found.DistinctBy(item => item.Name, StringComparer.OrdinalIgnoreCase)
            .Select(item => (item.Name, (MetadataReference)MetadataReference.CreateFromFile(item.Path)))];
    }

    // a library of the notebook's own stays the notebook's own
    private IEnumerable<(string Name, string Path)>? Carried(PackageRequest request) =>
        request.IsAny && !IsLendable(request.Id) ? null
        : carried.Assemblies(request.Id, request.IsAny ? null : request.Version)?.Select(NameOf)
            .Where(name => Trusted.ContainsKey(name) && !context.Has(name)).Select(name => (name, Trusted[name]));

    private async Task<RestoredPackages> RestoreAsync(
        IReadOnlyList<PackageRequest> packages, string folder, CancellationToken cancellationToken)
    {
        try
        {
            return await PackageRestore.RestoreAsync(packages, sources, folder, cancellationToken).ConfigureAwait(false);
        }
        catch (NotebookException e) when (packages.Select(package => (package.Id, Version: carried.Version(package.Id)))
            .FirstOrDefault(own => own.Version is not null) is { Version: not null } own)
        {
            throw new NotebookException($"{e.Message} (This host itself carries {own.Id} {own.Version}.)", e);
        }
    }

    private IEnumerable<(string Name, string Path)> Add(RestoredPackages packages, IReadOnlyList<PackageRequest> asked)
    {
        var from = packages.Origins;
        bool IsAsked(string path) => from.TryGetValue(path, out var origin)
            && asked.Any(request => request.Id.Equals(origin.Id, StringComparison.OrdinalIgnoreCase));
        string Origin(string path) => from.TryGetValue(path, out var origin) ? origin.ToString() : path;
        bool Belongs(string path) => BelongsToNotebook(path) && (IsAsked(path) || !IsServed(path));
        foreach (var path in packages.Native)
        {
            context.AddNative(path);
        }

        var own = packages.Runtime.Where(Belongs).OrderByDescending(IsAsked).ToArray();
        foreach (var path in own)
        {
            RefuseSecond(NameOf(path), path, Origin(path));
        }

        foreach (var path in own)
        {
            context.AddAssembly(NameOf(path), path);
            origins[NameOf(path)] = Origin(path);
        }

        return packages.Reference.Where(path => Belongs(path) || IsLent(NameOf(path)))
            .Select(path => (NameOf(path), IsLent(NameOf(path)) ? Trusted[NameOf(path)] : path));
    }

    // one process holds one assembly of a name: cells compiled against another would run with the first, or not at all
    private void RefuseSecond(string name, string path, string origin)
    {
        if (Used(name) is { } loaded && loaded.ManifestModule.ModuleVersionId != Identity(path).Id)
        {
            var former = origins.GetValueOrDefault(name, $"{loaded.GetName().Name} {loaded.GetName().Version}");
            former = former == origin ? $"an earlier build of it ({loaded.GetName().Version})" : former;
            throw new NotebookException(
                $"#r: {Printable.Name(origin)} cannot come beside {Printable.Name(former)}, which this session has loaded already: a "
                + $"process holds one version of {name}. Restart the notebook, and ask for the version you want before any cell uses "
                + "the other.");
        }
    }

    // the notebook's own, or the host's where cells were given that one
    private Assembly? Used(string name) => context.Loaded(name)
        ?? (lent.Contains(name) ? System.Runtime.Loader.AssemblyLoadContext.Default.Assemblies.FirstOrDefault(
            assembly => name.Equals(assembly.GetName().Name, StringComparison.OrdinalIgnoreCase)) : null);

    private bool BelongsToNotebook(string path)
    {
        var name = NameOf(path);
        return !IsLent(name) && !(Trusted.TryGetValue(name, out var trusted) && Path.GetDirectoryName(trusted) == Framework);
    }

    // what a package of the kit has brought also serves later packages that need it, of that version or an earlier one
    private bool IsServed(string path) => NameOf(path) is var name && lent.Contains(name) && !context.Has(name)
        && AssemblyName.GetAssemblyName(path).Version <= AssemblyName.GetAssemblyName(Trusted[name]).Version;

    private bool IsLent(string name) =>
        Trusted.ContainsKey(name) && (Shared.Contains(name, StringComparer.OrdinalIgnoreCase) || IsInitialised(name));

    private bool IsInitialised(string name) =>
        initialised.Any(extension => extension.Assemblies.Contains(name, StringComparer.OrdinalIgnoreCase));

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);

    private (string Name, string Path) File(string argument, string folder)
    {
        var path = Path.GetFullPath(argument, folder);
        if (!System.IO.File.Exists(path))
        {
            var name = argument.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? argument[..^4] : argument;
            return Trusted.TryGetValue(name, out var known)
                ? (name, known)
                : throw new NotebookException(
                    $"#r: there is no assembly {Printable.Name(path)}. Expected the path of a .dll, relative to "
                    + $"{Printable.Name(folder)}; build it first, or correct the "
                    + "path.");
        }

        var (simple, id) = Identity(path);
        if (Trusted.TryGetValue(simple, out var own) && IsLendable(simple))
        {
            return Identity(own).Id == id
                ? (simple, own)
                : throw new NotebookException(
                    $"#r: {Printable.Name(path)} is another build of {simple} than the one this host itself runs on ({own}), and one "
                    + "process cannot hold both. Build both from the same sources in the same configuration, or refer to the host's own "
                    + $"with #r \"{simple}\".");
        }

        RefuseSecond(simple, path, path);
        context.AddFolder(Path.GetDirectoryName(path)!);
        context.AddAssembly(simple, path);
        origins[simple] = path;
        return (simple, path);
    }

    private bool IsLendable(string name) => Shared.Contains(name, StringComparer.OrdinalIgnoreCase)
        || extensions.Any(extension => extension.Assemblies.Contains(name, StringComparer.OrdinalIgnoreCase));

    private void Initialise(List<(string Name, string Path)> found)
    {
        foreach (var extension in extensions)
        {
            if (found.Any(
                item => Trusted.TryGetValue(item.Name, out var own) && own == item.Path
                    && extension.Assemblies.Contains(item.Name, StringComparer.OrdinalIgnoreCase)) && initialised.Add(extension))
            {
                extension.Initialise();
            }
        }
    }

    private static (string Name, Guid Id) Identity(string path)
    {
        try
        {
            using var image = new PEReader(
                ImmutableCollectionsMarshal.AsImmutableArray(
                    RegularFile.Read(path, LargestAssembly)
                        ?? throw new BadImageFormatException($"larger than {LargestAssembly >> 20} MB")));
            if (!image.HasMetadata)
            {
                throw new BadImageFormatException("no .NET metadata");
            }

            var metadata = image.GetMetadataReader();
            return (metadata.GetString(metadata.GetAssemblyDefinition().Name), metadata.GetGuid(metadata.GetModuleDefinition().Mvid));
        }
        catch (Exception e) when (e is BadImageFormatException or IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            throw new NotebookException(
                $"#r: {Printable.Name(path)} is not a readable .NET assembly ({e.Message}). Expected a managed .dll.", e);
        }
    }
}
