using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Jupyter;

/// <summary>Says whether a console should run what was typed or ask for more.</summary>
internal static class Completeness
{
    private const int IndentSize = 4;

    /// <summary>Answers an <c>is_complete_request</c>.</summary>
    public static JsonObject Answer(string code)
    {
        if (code.TrimStart().StartsWith('?') || DibReader.HasMarker(code, KernelNames.CSharp, KernelNames.Markers()))
        {
            return new JsonObject { ["status"] = "complete" };
        }

        string csharp;
        try
        {
            CSharpEngine.RefuseDeepNesting(code);
            csharp = string.Join('\n', CellPart.Split(DocumentText.WithUnixLines(code), KernelNames.CSharp, out _)
                .Where(part => part.Directive is null).Select(part => part.Code));
        }
        catch (Exception e) when (e is FormatException or NotebookException)
        {
            return new JsonObject { ["status"] = "invalid" };
        }

        var tree = CSharpSyntaxTree.ParseText(csharp, CSharpEngine.ParseOptions);
        if (!SyntaxFactory.IsCompleteSubmission(tree))
        {
            return new JsonObject { ["status"] = "incomplete", ["indent"] = Indent(code) };
        }

        return new JsonObject
        {
            ["status"] = tree.GetDiagnostics().Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) ? "invalid" : "complete",
        };
    }

    private static string Indent(string code)
    {
        var last = code.TrimEnd().Split('\n')[^1];
        var blanks = last[..^last.TrimStart().Length];
        return last.EndsWith('{') || last.EndsWith('(') ? blanks + new string(' ', IndentSize) : blanks;
    }
}
