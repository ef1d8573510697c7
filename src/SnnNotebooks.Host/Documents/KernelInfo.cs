namespace SnnNotebooks.Host.Documents;

/// <summary>A language a notebook may mark cells with.</summary>
/// <param name="Name">Canonical name, as converters write it.</param>
/// <param name="Aliases">Other names that mark the same cells.</param>
public sealed record KernelInfo(string Name, params IReadOnlyList<string> Aliases);
