using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Jupyter;

/// <summary>Turns messages into frames and back: identities, delimiter, signature, header, parent, metadata, content, buffers.</summary>
/// <param name="key">Key of the signatures; empty for none.</param>
internal sealed class MessageCodec(string key)
{
    /// <summary>The version of the protocol spoken.</summary>
    public const string ProtocolVersion = "5.4";

    private const int MostSeen = 1 << 16;

    private static readonly byte[] Delimiter = "<IDS|MSG>"u8.ToArray();
    private static readonly byte[] NoHeader = "{}"u8.ToArray();
    private static readonly JsonDocumentOptions Nesting = new() { MaxDepth = 256 };
    private static readonly JsonSerializerOptions Relaxed = IpynbWriter.Relaxed(indented: false);

    private readonly byte[] key = Encoding.UTF8.GetBytes(key);
    private readonly HashSet<string> seen = [];
    private readonly Queue<string> seenInOrder = new();
    private readonly string session = Guid.NewGuid().ToString();

    /// <summary>Reads a message.</summary>
    /// <param name="frames">The frames as they came.</param>
    /// <exception cref="FormatException">Not such a message, its signature is wrong, or it has come before: it must not be
    /// obeyed.</exception>
    public JupyterMessage Read(IReadOnlyList<byte[]> frames)
    {
        var delimiter = 0;
        while (delimiter < frames.Count && !frames[delimiter].AsSpan().SequenceEqual(Delimiter))
        {
            delimiter++;
        }

        if (frames.Count < delimiter + 6)
        {
            throw new FormatException($"{frames.Count} frames without a delimiter, signature and four parts");
        }

        var parts = frames.Skip(delimiter + 2).Take(4).ToArray();
        if (key.Length > 0 && !CryptographicOperations.FixedTimeEquals(Sign(parts), frames[delimiter + 1]))
        {
            throw new FormatException("its signature is wrong");
        }

        if (key.Length > 0 && !Remember(Encoding.ASCII.GetString(frames[delimiter + 1])))
        {
            throw new FormatException("it has come before: somebody sends again what was recorded");
        }

        try
        {
            using var header = JsonDocument.Parse(parts[0], Nesting);
            var type = header.RootElement.GetProperty("msg_type").GetString() ?? throw new FormatException("its type is null");
            var content = JsonDocument.Parse(parts[3], Nesting).RootElement;
            return content.ValueKind == JsonValueKind.Object
                ? new JupyterMessage([.. frames.Take(delimiter)], type, parts[0], content)
                : throw new FormatException("its content is no object");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    /// <summary>Writes a message.</summary>
    /// <param name="identities">Frames that lead to the client, or the topic.</param>
    /// <param name="type">For example <c>execute_reply</c>.</param>
    /// <param name="parent">Header of the request, or null.</param>
    /// <param name="content">The content.</param>
    public IReadOnlyList<byte[]> Write(IEnumerable<byte[]> identities, string type, byte[]? parent, JsonObject content)
    {
        var header = new JsonObject
        {
            ["msg_id"] = Guid.NewGuid().ToString(),
            ["msg_type"] = type,
            ["session"] = session,
            ["username"] = "kernel",
            ["date"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
            ["version"] = ProtocolVersion,
        };
        byte[][] parts = [Bytes(header), parent ?? NoHeader, NoHeader, Bytes(content)];
        return [.. identities, Delimiter, key.Length > 0 ? Sign(parts) : [], .. parts];
    }

    // every message has an id of its own, so no two are signed alike
    private bool Remember(string signature)
    {
        if (!seen.Add(signature))
        {
            return false;
        }

        seenInOrder.Enqueue(signature);
        if (seenInOrder.Count > MostSeen)
        {
            seen.Remove(seenInOrder.Dequeue());
        }

        return true;
    }

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString(Relaxed));

    private byte[] Sign(IEnumerable<byte[]> parts)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (var part in parts)
        {
            hash.AppendData(part);
        }

        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
