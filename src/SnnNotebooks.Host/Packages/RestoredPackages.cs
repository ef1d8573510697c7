namespace SnnNotebooks.Host.Packages;

/// <summary>What a restore found.</summary>
/// <param name="Reference">Assemblies to compile against.</param>
/// <param name="Runtime">Assemblies to load.</param>
/// <param name="Native">Native libraries for this platform.</param>
/// <param name="Origins">Package and version of each of those assemblies, by path.</param>
internal sealed record RestoredPackages(IReadOnlyList<string> Reference, IReadOnlyList<string> Runtime, IReadOnlyList<string> Native,
    IReadOnlyDictionary<string, string> Origins);
