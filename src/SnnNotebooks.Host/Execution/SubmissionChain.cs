using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SnnNotebooks.Host.Execution;

/// <summary>
/// The submissions that declared something, each compiled on top of the one before it. A submission inherits the references of that one;
/// named again they would be listed twice, at the next submission three times, and memory would grow with the square of the cells.
/// </summary>
internal sealed class SubmissionChain
{
    // immutable: an editor asks while a cell runs
    private ImmutableList<CSharpCompilation> links = [];
    private ImmutableList<string> sources = [];
    private ImmutableHashSet<string> inherited = [];

    /// <summary>The one the next submission follows; null at the beginning.</summary>
    public CSharpCompilation? Last => links.Count > 0 ? links[^1] : null;

    /// <summary>Their sources as they were written, oldest first.</summary>
    public IReadOnlyList<string> Sources => sources;

    /// <summary>The references that the next submission does not inherit.</summary>
    public IEnumerable<MetadataReference> NewTo(IEnumerable<MetadataReference> references) =>
        references.Where(reference => !inherited.Contains(reference.Display!));

    /// <summary>Makes a submission the last.</summary>
    /// <param name="submission">The submission as it was compiled.</param>
    /// <param name="source">Its code as it was written.</param>
    public void Add(CSharpCompilation submission, string source)
    {
        links = links.Add(submission);
        sources = sources.Add(source);
        inherited = inherited.Union(submission.ExternalReferences.Select(reference => reference.Display!));
    }

    /// <summary>Gives all submissions other references: an assembly was replaced by one of the same name.</summary>
    public void Relink(IEnumerable<MetadataReference> references)
    {
        CSharpCompilation? previous = null;
        var relinked = ImmutableList.CreateBuilder<CSharpCompilation>();
        foreach (var link in links)
        {
            previous = previous is null
                ? link.WithReferences(references)
                : link.RemoveAllReferences().WithScriptCompilationInfo(link.ScriptCompilationInfo!.WithPreviousScriptCompilation(previous));
            relinked.Add(previous);

            // bound at once: left to the next submission, the compiler would descend through all of them on one stack
            _ = previous.Assembly.Modules.First().ReferencedAssemblySymbols;
        }

        links = relinked.ToImmutable();
        inherited = [.. references.Select(reference => reference.Display!)];
    }
}
