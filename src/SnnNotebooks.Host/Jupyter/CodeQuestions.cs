using System.Text.Json.Nodes;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Jupyter;

/// <summary>Answers what clients ask about code that is still being written. They count characters, .NET counts UTF-16 units.</summary>
internal sealed class CodeQuestions(CSharpEngine engine) : IDisposable
{
    private readonly CodeAssistant assistant = new(engine);

    public void Dispose() => assistant.Dispose();

    /// <summary>What a name is, in plain text; null where there is nothing to say.</summary>
    public Task<string?> ExplainAsync(string name) => assistant.ExplainAsync(name, name.Length, CancellationToken.None);

    /// <summary>What could stand at the cursor of a complete_request.</summary>
    public async Task<JsonObject> CompleteAsync(JupyterMessage request)
    {
        var code = request.Text("code");
        var position = TextPosition.ToUnits(code, request.Number("cursor_pos") ?? int.MaxValue);
        var (items, span) = await assistant.CompleteAsync(code, position, CancellationToken.None).ConfigureAwait(false);
        var start = TextPosition.ToCharacters(code, span.Start);
        var end = TextPosition.ToCharacters(code, Math.Max(span.End, position));
        return new JsonObject
        {
            ["status"] = "ok",
            ["matches"] = new JsonArray([.. items.Select(item => JsonValue.Create(item.DisplayText))]),
            ["cursor_start"] = start,
            ["cursor_end"] = end,
            ["metadata"] = new JsonObject
            {
                ["_jupyter_types_experimental"] = new JsonArray(
                    [.. items.Select(
                        item => (JsonNode)new JsonObject { ["start"] = start, ["end"] = end, ["text"] = item.DisplayText,
                            ["type"] = item.Tags.FirstOrDefault() ?? "" })]),
            },
        };
    }

    /// <summary>What stands at the cursor of an inspect_request.</summary>
    public async Task<JsonObject> InspectAsync(JupyterMessage request)
    {
        var code = request.Text("code");
        var position = TextPosition.ToUnits(code, request.Number("cursor_pos") ?? int.MaxValue);
        var text = await assistant.ExplainAsync(code, position, CancellationToken.None).ConfigureAwait(false);
        return new JsonObject
        {
            ["status"] = "ok",
            ["found"] = text is not null,
            ["data"] = text is null ? new JsonObject() : new JsonObject { ["text/plain"] = text },
            ["metadata"] = new JsonObject(),
        };
    }
}
