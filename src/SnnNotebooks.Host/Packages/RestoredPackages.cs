namespace SnnNotebooks.Host.Packages;

/// <summary>What a restore found.</summary>
/// <param name="Reference">Assemblies to compile against.</param>
/// <param name="Runtime">Assemblies to load.</param>
/// <param name="Native">Native libraries for this platform.</param>
/// <param name="Origins">Package and version of each of those assemblies, by path.</param>
internal sealed record RestoredPackages(IReadOnlyList<string> Reference, IReadOnlyList<string> Runtime, IReadOnlyList<string> Native,
    IReadOnlyDictionary<string, PackageOrigin> Origins);

/// <summary>A package that an assembly came in.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version.</param>
internal sealed record PackageOrigin(string Id, string Version)
{
    public override string ToString() => $"{Id} {Version}";
}
