using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Running;

/// <summary>
/// The parameters a notebook reads: what <c>#!set</c> sets in cells marked as parameters, and the texts in its C# that are whole names, as
/// in <c>Environment.GetEnvironmentVariable("Epochs")</c>, and properties of <c>Parameters</c>, as in <c>Parameters.Device</c>. Files it
/// imports count, too.
/// </summary>
public sealed class NotebookParameters
{
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly HashSet<string> read = new(StringComparer.Ordinal);

    /// <summary>Reads the names from a notebook.</summary>
    /// <param name="path">A notebook, or a file that notebooks import.</param>
    /// <exception cref="NotebookException">The notebook cannot be read.</exception>
    public NotebookParameters(string path)
    {
        Read(Path.GetFullPath(path), ImportedFile.Read(path));
    }

    /// <summary>Whether anything reads a parameter of that name.</summary>
    /// <param name="name">The name.</param>
    public bool Has(string name) => names.Contains(name);

    /// <summary>The name that is most like another; null where the notebook has none at all.</summary>
    /// <param name="name">A name that is not among them.</param>
    public string? Nearest(string name) => Spelling.Nearest(name, names);

    private void Read(string path, Notebook notebook)
    {
        read.Add(path);
        foreach (var cell in notebook.Cells.Where(cell => cell.Kernel == KernelNames.CSharp))
        {
            try
            {
                foreach (var part in CellPart.Split(cell.Source, cell.Kernel, out _))
                {
                    Read(part, cell, Path.GetDirectoryName(path)!);
                }
            }
            catch (Exception e) when (e is FormatException or NotebookException)
            {
                // the run will say what is wrong with this cell
            }
        }
    }

    private void Read(CellPart part, Cell cell, string folder)
    {
        switch (part.Directive)
        {
            case null:
                CSharpEngine.RefuseDeepNesting(part.Code);
                var root = CSharpSyntaxTree.ParseText(part.Code, CSharpEngine.ParseOptions).GetRoot();
                var tokens = root.DescendantTokens();
                names.UnionWith(root.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
                    .Where(access => access is
                    {
                        Expression: IdentifierNameSyntax { Identifier.ValueText: "Parameters" },
                        Name: IdentifierNameSyntax,
                    })
                    .Where(access => access.Parent is not InvocationExpressionSyntax).Select(access => access.Name.Identifier.ValueText));
                names.UnionWith(tokens.Where(token => token.IsKind(SyntaxKind.StringLiteralToken)).Select(token => token.ValueText)
                    .Where(SyntaxFacts.IsValidIdentifier));
                break;
            case { Name: Directive.Set } set when SharedValues.IsMarkedParameters(cell)
                && set.Options("name", "value", "mime-type").Options.TryGetValue("name", out var name):
                names.Add(name);
                break;
            case { Name: Directive.Import } import when Path.GetFullPath(import.Argument, folder) is var file && !read.Contains(file):
                Read(file, ImportedFile.Read(file));
                break;
        }
    }
}
