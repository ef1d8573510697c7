using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SnnNotebooks.Host.Serving;

/// <summary>The overloads of the call whose arguments surround a place. (Roslyn keeps its own service for this internal.)</summary>
internal static class SignatureFinder
{
    private const int Most = 50;

    private static readonly SymbolDisplayFormat Format = SymbolDisplayFormat.MinimallyQualifiedFormat.WithMemberOptions(
        SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeContainingType
            | SymbolDisplayMemberOptions.IncludeParameters);

    /// <summary>Finds them.</summary>
    /// <param name="document">The cell.</param>
    /// <param name="position">The place, in UTF-16 units.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>Signatures, which one fits and which parameter is being typed; null outside of arguments.</returns>
    public static async Task<JsonObject?> FindAsync(Document document, int position, CancellationToken cancellationToken)
    {
        var root = (await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false))!;
        if (Arguments(root, position) is not { Parent: { } call } arguments)
        {
            return null;
        }

        var model = (await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false))!;
        var methods = Candidates(call, model, position).Take(Most).ToArray();
        if (methods.Length == 0)
        {
            return null;
        }

        var typed = arguments.Arguments.GetSeparators().Count(comma => comma.SpanStart < position);
        var name = typed < arguments.Arguments.Count ? arguments.Arguments[typed].NameColon?.Name.Identifier.ValueText : null;
        var chosen = Array.FindIndex(
            methods, method => SymbolEqualityComparer.Default.Equals(method, model.GetSymbolInfo(call, cancellationToken).Symbol));
        chosen = chosen >= 0 ? chosen : Math.Max(0, Array.FindIndex(methods, method => method.Parameters.Length > typed));
        var parameters = methods[chosen].Parameters;
        var named = name is null ? -1 : parameters.IndexOf(parameters.FirstOrDefault(parameter => parameter.Name == name)!);
        return new JsonObject
        {
            ["signatures"] = new JsonArray([.. methods.Select(method => (JsonNode)Describe(method))]),
            ["active"] = chosen,
            ["parameter"] = named >= 0 ? named : parameters is [.., { IsParams: true }] ? Math.Min(typed, parameters.Length - 1) : typed,
        };
    }

    private static ArgumentListSyntax? Arguments(SyntaxNode root, int position)
    {
        for (var node = root.FindToken(Math.Max(0, position - 1)).Parent; node is not null; node = node.Parent)
        {
            if (node is ArgumentListSyntax list && position > list.OpenParenToken.SpanStart
                && (list.CloseParenToken.IsMissing || position <= list.CloseParenToken.SpanStart))
            {
                return list;
            }
        }

        return null;
    }

    private static IEnumerable<IMethodSymbol> Candidates(SyntaxNode call, SemanticModel model, int position)
    {
        switch (call)
        {
            case InvocationExpressionSyntax { Expression: var called }:
                var group = model.GetMemberGroup(called).OfType<IMethodSymbol>().ToArray();
                return group.Length > 0
                    ? group
                    : model.GetTypeInfo(called).Type is INamedTypeSymbol { DelegateInvokeMethod: { } invoke } ? [invoke]
                    : [];
            case BaseObjectCreationExpressionSyntax:
                return model.GetTypeInfo(call).Type is INamedTypeSymbol type
                    ? type.InstanceConstructors.Where(made => model.IsAccessible(position, made))
                    : [];
            default:
                return [];
        }
    }

    private static JsonObject Describe(IMethodSymbol method)
    {
        var comment = Comment(method);
        return new JsonObject
        {
            ["label"] = method.ToDisplayString(Format),
            ["documentation"] = Words(comment?.Element("summary")),
            ["parameters"] = new JsonArray([.. method.Parameters.Select(parameter => (JsonNode)new JsonObject
            {
                ["label"] = parameter.ToDisplayString(Format),
                ["documentation"] = Words(
                    comment?.Elements("param").FirstOrDefault(element => (string?)element.Attribute("name") == parameter.Name)),
            })]),
        };
    }

    private static XElement? Comment(IMethodSymbol method)
    {
        try
        {
            return method.GetDocumentationCommentXml() is { Length: > 0 } xml
                ? XElement.Parse(xml.StartsWith("<member", StringComparison.Ordinal) ? xml : $"<member>{xml}</member>")
                : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    // a reference has no text of its own: its name stands for it
    private static string? Words(XElement? element)
    {
        if (element is null)
        {
            return null;
        }

        var words = string.Concat(element.DescendantNodes().Select(node => node switch
        {
            XText text => text.Value,
            XElement { IsEmpty: true } reference => ((string?)reference.Attribute("cref") ?? (string?)reference.Attribute("name")
                ?? (string?)reference.Attribute("langword"))?.Split('.', ':')[^1],
            _ => null,
        }));
        return string.Join(' ', words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
