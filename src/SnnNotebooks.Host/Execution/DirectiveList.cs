using System.Net;

namespace SnnNotebooks.Host.Execution;

/// <summary>What <c>#!lsmagic</c> shows.</summary>
internal static class DirectiveList
{
    /// <summary>The directives and the cell markers.</summary>
    public static IReadOnlyDictionary<string, string> Represent()
    {
        var rows = Directive.Known.Select(item => (Name: item.Key, Words: item.Value))
            .Append((Name: "cells", Words: "#!csharp, #!markdown, #!html, #!javascript, #!mermaid, #!value, alone on their line"))
            .ToArray();
        var html = "<table><tbody>"
            + string.Concat(
                rows.Select(
                    row => $"<tr><td><code>{WebUtility.HtmlEncode(row.Name)}</code></td><td>{WebUtility.HtmlEncode(row.Words)}</td></tr>"))
                        + "</tbody></table>";
        return new Dictionary<string, string>
        {
            ["text/html"] = html,
            ["text/plain"] = string.Join('\n', rows.Select(row => $"{row.Name} {row.Words}")),
        };
    }
}
