using System.Text.Json;

namespace SnnNotebooks.Host.Documents;

/// <summary>
/// The JSON of a <c>#!meta</c> block: <c>{"kernelInfo":{"defaultKernelName":"csharp","items":[{"name":"csharp","aliases":["c#"]}]}}</c>.
/// </summary>
internal sealed record MetaBlock(string? DefaultKernel, IReadOnlyList<KernelInfo> Kernels)
{
    private const string Expected =
        "expected one JSON object such as "
        + "{\"kernelInfo\":{\"defaultKernelName\":\"csharp\",\"items\":[{\"aliases\":[],\"name\":\"csharp\"}]}}";

    /// <summary>Reads the block.</summary>
    /// <param name="json">The lines between <c>#!meta</c> and the next <c>#!</c> line.</param>
    /// <param name="file">The notebook, for messages.</param>
    /// <param name="firstLine">Line of the file that holds the first line of <paramref name="json"/>.</param>
    /// <exception cref="NotebookException">Not such an object.</exception>
    public static MetaBlock Parse(string json, string file, int firstLine)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Read(document.RootElement, file, firstLine);
        }
        catch (JsonException e)
        {
            var line = firstLine + (int)(e.LineNumber ?? 0);
            var reason = e.Message.Split(" LineNumber:")[0];
            throw new NotebookException(
                $"{Printable.Name(file)}, line {line}: the #!meta block is not valid JSON: {reason}\n{Expected}. Correct it, or delete "
                + "the block: the usual languages are known without it.", e);
        }
    }

    private static MetaBlock Read(JsonElement root, string file, int line)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(file, line, $"is a JSON {Name(root)}");
        }

        if (!root.TryGetProperty("kernelInfo", out var info))
        {
            return new MetaBlock(null, []);
        }

        if (info.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(file, line, $"has a kernelInfo that is a JSON {Name(info)}");
        }

        string? defaultKernel = null;
        if (info.TryGetProperty("defaultKernelName", out var name) && name.ValueKind != JsonValueKind.Null)
        {
            defaultKernel = Text(name, "defaultKernelName", file, line);
        }

        var kernels = new List<KernelInfo>();
        if (info.TryGetProperty("items", out var items))
        {
            if (items.ValueKind != JsonValueKind.Array)
            {
                throw Wrong(file, line, $"has kernelInfo.items that is a JSON {Name(items)}");
            }

            foreach (var item in items.EnumerateArray())
            {
                if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("name", out var itemName))
                {
                    throw Wrong(file, line, "has an entry of kernelInfo.items without a \"name\"");
                }

                kernels.Add(new KernelInfo(Text(itemName, "name", file, line), Aliases(item, file, line)));
            }
        }

        return new MetaBlock(defaultKernel, kernels);
    }

    private static string[] Aliases(JsonElement item, string file, int line)
    {
        if (!item.TryGetProperty("aliases", out var aliases) || aliases.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        return aliases.ValueKind == JsonValueKind.Array
            ? [.. aliases.EnumerateArray().Select(alias => Text(alias, "aliases", file, line))]
            : throw Wrong(file, line, $"has aliases that are a JSON {Name(aliases)}");
    }

    private static string Text(JsonElement value, string what, string file, int line)
    {
        var text = value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Wrong(file, line, $"has a {what} that is a JSON {Name(value)}");
        return text.Length > 0 && !text.AsSpan().ContainsAny('\n', '\r')
            ? text
            : throw Wrong(file, line, $"has a {what} that is empty or longer than a line");
    }

    private static string Name(JsonElement value) => value.ValueKind.ToString().ToLowerInvariant();

    private static NotebookException Wrong(string file, int line, string what) =>
        new(
            $"{Printable.Name(file)}, line {line}: the #!meta block {what}; {Expected}. Correct it, or delete the block: the usual "
            + "languages are known without it.");
}
