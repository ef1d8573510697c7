using System.IO.Enumeration;
using System.Text.Json.Nodes;

namespace SnnNotebooks.Host.Jupyter;

/// <summary>What was executed since the kernel began, and what came of it.</summary>
internal sealed class History
{
    private const int Session = 1;

    private readonly List<(int Line, string Input, string? Output)> entries = [];

    /// <summary>Adds an execution.</summary>
    public void Add(int line, string input, string? output) => entries.Add((line, input, output));

    /// <summary>Answers a <c>history_request</c>.</summary>
    public JsonArray Answer(JupyterMessage request)
    {
        var withOutput = request.Flag("output", false);
        var chosen = request.Text("hist_access_type") switch
        {
            "range" => Range(request.Number("session") ?? 0, request.Number("start") ?? 0, request.Number("stop")),
            "search" => Search(request.Text("pattern", "*"), request.Flag("unique", false), request.Number("n")),
            _ => Tail(entries, request.Number("n")),
        };
        return [.. chosen.Select(
            entry => (JsonNode)new JsonArray(Session, entry.Line, withOutput ? new JsonArray(entry.Input, entry.Output) : entry.Input))];
    }

    private IEnumerable<(int Line, string Input, string? Output)> Range(int session, int start, int? stop) =>
        session is 0 or Session ? entries.Where(entry => entry.Line >= start && (stop is null || entry.Line < stop)) : [];

    private IEnumerable<(int Line, string Input, string? Output)> Search(string pattern, bool unique, int? count)
    {
        var found = entries.Where(entry => FileSystemName.MatchesSimpleExpression(pattern, entry.Input, ignoreCase: false)).ToList();
        if (unique)
        {
            // of the same input, the last execution
            found = [.. found.GroupBy(entry => entry.Input).Select(group => group.Last()).OrderBy(entry => entry.Line)];
        }

        return Tail(found, count);
    }

    private static IEnumerable<(int Line, string Input, string? Output)> Tail(
        List<(int Line, string Input, string? Output)> list, int? count) =>
        count is null ? list : list.TakeLast(Math.Max(0, count.Value));
}
