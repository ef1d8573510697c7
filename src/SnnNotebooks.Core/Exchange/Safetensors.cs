using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange;

/// <summary>The safetensors format: eight bytes of header length, a JSON header, the tensors' bytes without gaps.</summary>
public static class Safetensors
{
    private const string MetadataKey = "__metadata__";
    private const long LargestHeader = 100_000_000;

    private static readonly (string Name, ScalarType Type)[] Types =
    [
        ("F64", ScalarType.Float64), ("F32", ScalarType.Float32), ("F16", ScalarType.Float16), ("BF16", ScalarType.BFloat16),
        ("I64", ScalarType.Int64), ("I32", ScalarType.Int32), ("I16", ScalarType.Int16), ("I8", ScalarType.Int8), ("U8", ScalarType.Byte),
        ("BOOL", ScalarType.Bool),
    ];

    /// <summary>Reads a file.</summary>
    /// <param name="file">Its bytes, from the beginning; a stream that knows its length.</param>
    /// <param name="path">What it is called in messages.</param>
    /// <returns>The checkpoint; the caller disposes it.</returns>
    /// <exception cref="CheckpointException">It is no safetensors file, or damaged.</exception>
    public static Checkpoint Read(Stream file, string path)
    {
        var (header, start) = Header(file, path);
        using (header)
        {
            var (metadata, entries) = Content(header.RootElement, path);
            CheckLayout(entries.OrderBy(entry => entry.From).ThenBy(entry => entry.To), file.Length - start, path);
            var tensors = new List<(string, Tensor)>();
            try
            {
                foreach (var (key, type, shape, from, _) in entries)
                {
                    tensors.Add((key, RawTensor.Create(shape, type, memory =>
                    {
                        file.Position = start + from;
                        file.ReadExactly(memory);
                        if (type == ScalarType.Bool && memory.ContainsAnyExceptInRange((byte)0, (byte)1))
                        {
                            throw Bad(path, $"a truth value of {key} is neither 0 nor 1");
                        }
                    })));
                }
            }
            catch
            {
                tensors.ForEach(entry => entry.Item2.Dispose());
                throw;
            }

            return new Checkpoint(tensors, metadata, "safetensors");
        }
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="tensors">Keys and values, in the order in which they are written.</param>
    /// <param name="metadata">Texts by name; none where it is empty.</param>
    /// <exception cref="CheckpointException">A tensor has a type that the format does not have, complex numbers for example.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there before is untouched.</exception>
    public static void Write(string path, IReadOnlyList<(string Key, Tensor Value)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (name, text) in metadata)
                {
                    json.WriteString(name, text);
                }

                json.WriteEndObject();
            }

            var position = 0L;
            foreach (var (key, value) in tensors)
            {
                var bytes = value.numel() * RawTensor.SizeOf(value.dtype);
                json.WriteStartObject(key);
                json.WriteString("dtype",
                    Array.Find(Types, type => type.Type == value.dtype).Name
                        ?? throw new CheckpointException(
                            $"{key} is of type {value.dtype}, which safetensors does not have: convert it first."));
                Numbers(json, "shape", value.shape);
                Numbers(json, "data_offsets", [position, position + bytes]);
                json.WriteEndObject();
                position += bytes;
            }

            json.WriteEndObject();
        }

        AtomicFile.Write(path, (Stream stream) =>
        {
            var padding = (8 - ((int)buffer.Length % 8)) % 8; // the tensors begin at a multiple of 8
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, buffer.Length + padding);
            stream.Write(length);
            buffer.WriteTo(stream);
            stream.Write("        "u8[..padding]);
            foreach (var (_, value) in tensors)
            {
                RawTensor.Bytes(value, stream.Write);
            }
        });
    }

    private static (Dictionary<string, string> Metadata,
        List<(string Key, ScalarType Type, long[] Shape, long From, long To)> Entries) Content(JsonElement root, string path)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var entries = new List<(string Key, ScalarType Type, long[] Shape, long From, long To)>();
        try
        {
            foreach (var property in Properties(root, path))
            {
                if (property.Name == MetadataKey)
                {
                    foreach (var item in Properties(property.Value, path))
                    {
                        metadata[item.Name] = item.Value.ValueKind == JsonValueKind.String
                            ? item.Value.GetString()!
                            : throw Bad(path, $"its metadata {item.Name} is no text");
                    }
                }
                else
                {
                    entries.Add(Entry(property, path));
                }
            }
        }
        catch (InvalidOperationException damaged)
        {
            throw new CheckpointException(
                $"{path} is no safetensors file this kit reads: a text in its header is no Unicode ({damaged.Message})",
                damaged); // half of a surrogate pair, escaped
        }

        return (metadata, entries);
    }

    private static (JsonDocument Header, long Start) Header(Stream file, string path)
    {
        var prefix = new byte[8];
        if (file.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
        {
            throw Bad(path, "it is shorter than the eight bytes of a header length");
        }

        var length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (length < 2 || length > LargestHeader || length > file.Length - 8)
        {
            throw Bad(path, $"its header length is {length} bytes of a file of {file.Length}");
        }

        var bytes = new byte[length];
        file.ReadExactly(bytes);
        if (!Utf8.IsValid(bytes))
        {
            throw Bad(path, "its header is no UTF-8 text (damaged)");
        }

        try
        {
            return (JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 8 }), 8 + length);
        }
        catch (JsonException damaged)
        {
            throw new CheckpointException($"{path} is no safetensors file: its header is no JSON ({damaged.Message}).", damaged);
        }
    }

    /// <summary>The members of an object; a name that comes twice is refused, since either could be meant.</summary>
    private static IEnumerable<JsonProperty> Properties(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Bad(path, $"its header holds {element.ValueKind} where an object should be");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            yield return names.Add(property.Name) ? property : throw Bad(path, $"its header names {property.Name} twice");
        }
    }

    private static (string Key, ScalarType Type, long[] Shape, long From, long To) Entry(JsonProperty property, string path)
    {
        var key = property.Name;
        string? name = null;
        long[]? shape = null;
        long[]? offsets = null;
        foreach (var member in Properties(property.Value, path))
        {
            switch (member.Name)
            {
                case "dtype" when member.Value.ValueKind == JsonValueKind.String:
                    name = member.Value.GetString();
                    break;
                case "shape":
                    shape = Numbers(member.Value);
                    break;
                case "data_offsets":
                    offsets = Numbers(member.Value);
                    break;
            }
        }

        if (name is null || shape is null || offsets is not [var from, var to])
        {
            throw Bad(path, $"{key} lacks a dtype, a shape or two data_offsets");
        }

        if (!Types.Any(type => type.Name == name))
        {
            throw Bad(path, $"{key} is of type {name}; read are {string.Join(", ", Types.Select(type => type.Name))}");
        }

        var type = Array.Find(Types, type => type.Name == name).Type;
        var count = RawTensor.Count(shape);
        if (count < 0 || shape.Length > 64 || from < 0 || to < from || (Int128)count * RawTensor.SizeOf(type) != to - from)
        {
            throw Bad(path, $"{key}, {name} [{string.Join(", ", shape.Take(16))}], does not fit its bytes {from} to {to}");
        }

        return (key, type, shape, from, to);
    }

    /// <summary>The tensors must cover the bytes after the header exactly: no gap, no overlap, no rest.</summary>
    private static void CheckLayout(
        IEnumerable<(string Key, ScalarType Type, long[] Shape, long From, long To)> ordered, long length, string path)
    {
        var position = 0L;
        foreach (var entry in ordered)
        {
            if (entry.From != position)
            {
                throw Bad(path, $"{entry.Key} begins at byte {entry.From} where {position} was expected (a gap or an overlap)");
            }

            position = entry.To;
        }

        if (position != length)
        {
            throw Bad(path, $"its tensors take {position} bytes and {length} follow the header (damaged or cut short)");
        }
    }

    private static long[]? Numbers(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array
            && element.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out _))
            ? [.. element.EnumerateArray().Select(item => item.GetInt64())]
            : null;

    private static void Numbers(Utf8JsonWriter json, string name, IEnumerable<long> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    private static CheckpointException Bad(string path, string what) => new($"{path} is no safetensors file this kit reads: {what}.");
}
