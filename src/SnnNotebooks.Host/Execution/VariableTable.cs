using System.Net;
using Microsoft.DotNet.Interactive.Formatting;

namespace SnnNotebooks.Host.Execution;

/// <summary>What <c>#!who</c> and <c>#!whos</c> show.</summary>
internal static class VariableTable
{
    private const int LongestValue = 200;

    /// <summary>Names, or a table of names, types and values.</summary>
    public static IReadOnlyDictionary<string, string> Represent(IEnumerable<CellVariable> variables, bool withValues)
    {
        if (!withValues)
        {
            return new Dictionary<string, string> { ["text/plain"] = string.Join('\n', variables.Select(variable => variable.Name)) };
        }

        var rows = variables.Select(
            variable => (variable.Name, Type: variable.Type.ToDisplayString("text/plain"), Value: Short(variable.Value))).ToArray();
        var html = "<table><thead><tr><th>variable</th><th>type</th><th>value</th></tr></thead><tbody>"
            + string.Concat(
                rows.Select(
                    row =>
                        $"<tr><td>{WebUtility.HtmlEncode(row.Name)}</td><td>{WebUtility.HtmlEncode(row.Type)}</td><td>"
                        + $"{WebUtility.HtmlEncode(row.Value)}</td></tr>"))
            + "</tbody></table>";
        return new Dictionary<string, string>
        {
            ["text/html"] = html,
            ["text/plain"] = string.Join('\n', rows.Select(row => $"{row.Name}\t{row.Type}\t{row.Value}")),
        };
    }

    private static string Short(object? value)
    {
        var text = (value switch { null => "<null>", string s => s, _ => value.ToDisplayString("text/plain") }).ReplaceLineEndings(" ");
        return text.Length <= LongestValue ? text : text[..LongestValue] + "…";
    }
}
