using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Completion;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.QuickInfo;
using Microsoft.CodeAnalysis.Text;
using SnnNotebooks.Host.Execution;
using SnnNotebooks.Host.Serving;

namespace SnnNotebooks.Host.Jupyter;

/// <summary>Completion and explanation of C# from Roslyn's editor services, which load when they are first asked for.</summary>
/// <param name="engine">The compiler whose declarations are seen.</param>
internal sealed class CodeAssistant(CSharpEngine engine) : IDisposable
{
    private readonly List<ProjectId> submissions = [];
    private MetadataReference[] references = [];
    private AdhocWorkspace? workspace;
    private int version = -1;

    /// <summary>What may stand at a place.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="position">The place, in UTF-16 units.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The texts, and the span each of them replaces.</returns>
    public async Task<(IReadOnlyList<CompletionItem> Items, TextSpan Span)> CompleteAsync(
        string code, int position, CancellationToken cancellationToken)
    {
        var document = Document(code);
        var service = CompletionService.GetService(document)!;
        var list = await service.GetCompletionsAsync(document, position, cancellationToken: cancellationToken).ConfigureAwait(false);
        var typed = code.Substring(list.Span.Start, Math.Max(0, position - list.Span.Start));
        return ([.. list.ItemsList.Where(item => item.FilterText.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .DistinctBy(item => item.DisplayText).OrderBy(item => item.SortText, StringComparer.OrdinalIgnoreCase)], list.Span);
    }

    /// <summary>What stands at a place.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="position">The place, in UTF-16 units.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>Signature and documentation, or null where there is nothing to say.</returns>
    public async Task<string?> ExplainAsync(string code, int position, CancellationToken cancellationToken)
    {
        var document = Document(code);
        var service = QuickInfoService.GetService(document)!;
        // a cursor behind a name means that name
        foreach (var place in new[] { position, position - 1 }.Where(place => place >= 0))
        {
            if (await service.GetQuickInfoAsync(document, place, cancellationToken)
                .ConfigureAwait(false) is { Sections.IsEmpty: false } info)
            {
                return string.Join("\n\n", info.Sections.Select(section => section.Text).Where(text => text.Length > 0));
            }
        }

        return null;
    }

    /// <summary>The overloads of the call whose arguments surround a place.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="position">The place, in UTF-16 units.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>As <see cref="SignatureFinder"/> describes them, or null outside of arguments.</returns>
    public Task<JsonObject?> SignaturesAsync(string code, int position, CancellationToken cancellationToken) =>
        SignatureFinder.FindAsync(Document(code), position, cancellationToken);

    public void Dispose() => workspace?.Dispose();

    // every submission that declared something is a project that refers to the one before it, as the compiler sees them;
    // the references are those of the first, from which the others inherit
    private Document Document(string code)
    {
        CSharpEngine.RefuseDeepNesting(code);
        workspace ??= new AdhocWorkspace(MefHostServices.Create(MefHostServices.DefaultAssemblies));
        var solution = workspace.CurrentSolution;
        if (version != engine.Version)
        {
            references = [.. engine.VisibleReferences.Select(WithDocumentation)];
            if (submissions.Count > 0)
            {
                solution = solution.WithProjectMetadataReferences(submissions[0], references);
            }

            foreach (var source in engine.Declarations.Skip(submissions.Count))
            {
                (solution, var added, _) = Add(solution, source);
                submissions.Add(added);
            }

            workspace.TryApplyChanges(solution);
            solution = workspace.CurrentSolution;
            version = engine.Version;
        }

        (solution, _, var document) = Add(solution, code);
        return solution.GetDocument(document)!;
    }

    private (Solution Solution, ProjectId Project, DocumentId Document) Add(Solution solution, string code)
    {
        var project = ProjectId.CreateNewId();
        var document = DocumentId.CreateNewId(project);
        var info = ProjectInfo.Create(
            project,
            VersionStamp.Create(),
            "cell",
            "cell",
            LanguageNames.CSharp,
            compilationOptions: CSharpEngine.Options("."),
            parseOptions: CSharpEngine.ParseOptions.WithDocumentationMode(DocumentationMode.Parse),
            projectReferences: submissions.Count > 0 ? [new ProjectReference(submissions[^1])] : [],
            metadataReferences: submissions.Count > 0 ? [] : references,
            isSubmission: true);
        return (solution.AddProject(info).AddDocument(document, "cell.csx", SourceText.From(code)), project, document);
    }

    // the XML file beside an assembly, where there is one, holds its documentation
    private static MetadataReference WithDocumentation(MetadataReference reference)
    {
        if (reference is not PortableExecutableReference { FilePath: { } path }
            || Path.ChangeExtension(path, ".xml") is var xml && !File.Exists(xml))
        {
            return reference;
        }

        return MetadataReference.CreateFromFile(path, documentation: XmlDocumentationProvider.CreateFromFile(xml));
    }
}
