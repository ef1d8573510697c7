using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis.Text;
using SnnNotebooks.Host.Execution;
using SnnNotebooks.Host.Jupyter;

namespace SnnNotebooks.Host.Serving;

/// <summary>
/// What an editor asks while its user types. One question is worked on at a time; a newer one of its kind ends an older one.
/// </summary>
/// <param name="engine">The compiler whose declarations are seen.</param>
/// <param name="folder">The notebook's folder.</param>
internal sealed class EditorServices(CSharpEngine engine, string folder) : IDisposable
{
    private const int MostItems = 500;

    private readonly CodeAssistant assistant = new(engine);
    private readonly SemaphoreSlim turn = new(1);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> latest = new();

    /// <summary>The kinds of request answered here.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["complete", "signature", "hover", "diagnose"];

    /// <summary>Answers a request of one of <see cref="Kinds"/>.</summary>
    /// <exception cref="FormatException">It lacks something.</exception>
    /// <exception cref="OperationCanceledException">A newer one of its kind has come.</exception>
    public async Task<JsonObject> AnswerAsync(ServerRequest request)
    {
        var source = request.Text("code");
        var cancel = new CancellationTokenSource();
        if (latest.TryGetValue(request.Kind, out var older))
        {
            await older.CancelAsync().ConfigureAwait(false);
        }

        latest[request.Kind] = cancel;
        await turn.WaitAsync(cancel.Token).ConfigureAwait(false);
        try
        {
            return request.Kind switch
            {
                "complete" => await CompleteAsync(source, Position(request, source), cancel.Token).ConfigureAwait(false),
                "signature" => await assistant.SignaturesAsync(EditorText.Lenient(source), Position(request, source), cancel.Token)
                    .ConfigureAwait(false) ?? new JsonObject { ["signatures"] = new JsonArray() },
                "hover" => new JsonObject { ["text"] = await assistant.ExplainAsync(EditorText.Lenient(source), Position(request, source),
                    cancel.Token).ConfigureAwait(false) },
                _ => new JsonObject { ["items"] = CodeDiagnostics.Find(engine, source, folder, request.Flag("full"), cancel.Token) },
            };
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        assistant.Dispose();
        turn.Dispose();
    }

    private static int Position(ServerRequest request, string source) => request.Number("position", 0, source.Length);

    private async Task<JsonObject> CompleteAsync(string source, int position, CancellationToken cancellationToken)
    {
        var line = position == 0 ? 0 : source.LastIndexOf('\n', position - 1) + 1;
        if (position > line && source[line] == '#' && !source.AsSpan(line, position - line).ContainsAny(' ', '\t', '"'))
        {
            return Items(Directive.Known.Keys.Select(name => (name, "Keyword")), new TextSpan(line, position - line));
        }

        var (items, span) = await assistant.CompleteAsync(EditorText.Lenient(source), position, cancellationToken).ConfigureAwait(false);
        return Items(items.Select(item => (item.DisplayText, item.Tags.FirstOrDefault() ?? "")), span);
    }

    private static JsonObject Items(IEnumerable<(string Text, string Tag)> items, TextSpan span) => new()
    {
        ["start"] = span.Start,
        ["end"] = span.End,
        ["items"] = new JsonArray(
            [.. items.Take(MostItems).Select(item => (JsonNode)new JsonObject { ["text"] = item.Text, ["type"] = item.Tag })]),
    };
}
