namespace SnnNotebooks.Host.Execution;

/// <summary>A library the program that embeds this host lends to its notebooks; cells share the host's own copy of it.</summary>
/// <param name="Assemblies">Simple names of its assemblies.</param>
/// <param name="Initialise">Called once, before the first cell that refers to one of them.</param>
public sealed record HostExtension(IReadOnlyCollection<string> Assemblies, Action Initialise);
