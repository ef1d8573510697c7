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

    /// <summary>Answers a request of one of <see cref="Kinds"/>, on another thread; called for one after the other as they come.</summary>
    /// <exception cref="FormatException">It lacks something.</exception>
    /// <exception cref="OperationCanceledException">A newer one of its kind has come.</exception>
    public Task<JsonObject> AnswerAsync(ServerRequest request)
    {
        // in the order in which they come: on the pool's threads an older one could end a newer one
        var older = latest.GetValueOrDefault(request.Kind);
        var cancel = latest[request.Kind] = new CancellationTokenSource();
        return Task.Run(async () =>
        {
            await (older?.CancelAsync() ?? Task.CompletedTask).ConfigureAwait(false);
            return await AnswerAsync(request, cancel.Token).ConfigureAwait(false);
        });
    }

    private async Task<JsonObject> AnswerAsync(ServerRequest request, CancellationToken cancel)
    {
        var source = request.Text("code");
        await turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return request.Kind switch
            {
                "complete" => await CompleteAsync(source, Position(request, source), cancel).ConfigureAwait(false),
                "signature" => await assistant.SignaturesAsync(EditorText.Lenient(source), Position(request, source), cancel)
                    .ConfigureAwait(false) ?? new JsonObject { ["signatures"] = new JsonArray() },
                "hover" => new JsonObject { ["text"] = await assistant.ExplainAsync(EditorText.Lenient(source), Position(request, source),
                    cancel).ConfigureAwait(false) },
                _ => new JsonObject { ["items"] = CodeDiagnostics.Find(engine, source, folder, request.Flag("full"), cancel) },
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
