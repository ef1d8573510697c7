using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Serving;

/// <summary>What is wrong with a cell before it runs.</summary>
internal static class CodeDiagnostics
{
    private const int Most = 100;

    /// <summary>The errors of a cell.</summary>
    /// <param name="engine">Knows what cells have declared; nothing is added to it.</param>
    /// <param name="source">The cell.</param>
    /// <param name="folder">The notebook's folder.</param>
    /// <param name="full">Whether names are looked up; else only the syntax is read, as where cells above have not run yet.</param>
    /// <param name="cancellationToken">Stops the compiler.</param>
    /// <returns>Places counted from 0, as editors do.</returns>
    /// <remarks>A cell with a directive that brings names is judged by its syntax alone.</remarks>
    public static JsonArray Find(CSharpEngine engine, string source, string folder, bool full, CancellationToken cancellationToken)
    {
        EditorText text;
        var line = 1;
        try
        {
            text = EditorText.Of(source, out line);
            CSharpEngine.RefuseDeepNesting(text.Code);
        }
        catch (Exception e) when (e is FormatException or NotebookException)
        {
            return [Item("directive", e.Message, line - 1, 0, line - 1, int.MaxValue)];
        }

        var found = full && !text.DependsOnDirectives
            ? engine.Diagnose(text.Code, folder, cancellationToken)
            : CSharpSyntaxTree.ParseText(text.Code, CSharpEngine.ParseOptions, cancellationToken: cancellationToken)
                .GetDiagnostics(cancellationToken);
        return [.. found.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Take(Most).Select(Item)];
    }

    private static JsonNode Item(Diagnostic diagnostic)
    {
        var span = diagnostic.Location.GetLineSpan();
        return Item(diagnostic.Id, diagnostic.GetMessage(), span.StartLinePosition.Line, span.StartLinePosition.Character,
            span.EndLinePosition.Line, span.EndLinePosition.Character);
    }

    private static JsonObject Item(string code, string message, int line, int column, int endLine, int endColumn) => new()
    {
        ["code"] = code,
        ["message"] = message,
        ["line"] = line,
        ["column"] = column,
        ["endLine"] = endLine,
        ["endColumn"] = endColumn,
    };
}
