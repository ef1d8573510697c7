using System.Text.Json;

namespace SnnNotebooks.Host.Jupyter;

/// <summary>One message from a client.</summary>
/// <param name="Identities">Frames that lead back to it.</param>
/// <param name="Type">For example <c>execute_request</c>.</param>
/// <param name="Header">The header as it came; replies carry it as their parent.</param>
/// <param name="Content">The content, an object.</param>
internal sealed record JupyterMessage(IReadOnlyList<byte[]> Identities, string Type, byte[] Header, JsonElement Content)
{
    /// <summary>A text of the content, or a default where it is absent or no text.</summary>
    public string Text(string name, string fallback = "") =>
        Content.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : fallback;

    /// <summary>A flag of the content, or a default where it is absent or no flag.</summary>
    public bool Flag(string name, bool fallback) =>
        Content.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : fallback;

    /// <summary>A whole number of the content, or null where it is absent or no such number.</summary>
    public int? Number(string name) =>
        Content.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : null;
}
