using System.Text.Json;

namespace SnnNotebooks.Host.Serving;

/// <summary>One request of a client: a JSON object on a line, with an <c>id</c> that its answer repeats and a <c>kind</c>.</summary>
internal sealed class ServerRequest
{
    private const int LongestId = 200;

    private readonly JsonElement root;

    private ServerRequest(JsonElement root, string id, string kind) => (this.root, Id, Kind) = (root, id, kind);

    public string Id { get; }

    public string Kind { get; }

    /// <summary>Reads one line.</summary>
    /// <exception cref="FormatException">Not such an object; the message says what was expected.</exception>
    public static ServerRequest Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement.Clone();
            if (root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
                && id.GetString() is { Length: > 0 and <= LongestId } name
                && root.TryGetProperty("kind", out var kind) && kind.ValueKind == JsonValueKind.String)
            {
                return new ServerRequest(root, name, kind.GetString()!);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with a lone surrogate
            throw new FormatException($"The line is not valid JSON: {e.Message}", e);
        }

        throw new FormatException(
            $"Expected a JSON object on one line with the strings \"id\" (1 to {LongestId} characters) and \"kind\".");
    }

    /// <summary>A text of the request.</summary>
    /// <exception cref="FormatException">Missing, or not a string.</exception>
    public string Text(string name)
    {
        try
        {
            return root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()!
                : throw new FormatException($"{Kind}: expected a string \"{name}\".");
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException($"{Kind}: \"{name}\" is not valid Unicode: {e.Message}", e);
        }
    }

    /// <summary>A text of the request, or null where it is null or missing.</summary>
    /// <exception cref="FormatException">Something else than a string.</exception>
    public string? OptionalText(string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? Text(name) : null;

    /// <summary>A whole number of the request within a range.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="least">The least it may be.</param>
    /// <param name="most">The most it may be.</param>
    /// <param name="fallback">What it is where it is missing; null where it must not be.</param>
    /// <exception cref="FormatException">Missing, not a whole number, or outside the range.</exception>
    public int Number(string name, int least, int most, int? fallback = null)
    {
        if (!root.TryGetProperty(name, out var value) && fallback is { } number)
        {
            return number;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out number) && number >= least && number <= most
            ? number
            : throw new FormatException($"{Kind}: expected a whole number \"{name}\" from {least} to {most}.");
    }

    /// <summary>Whether a flag of the request is set; a missing one is not.</summary>
    public bool Flag(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
