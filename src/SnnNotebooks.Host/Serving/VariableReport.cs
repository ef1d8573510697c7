using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Host.Execution;
using SnnNotebooks.Interactive;

namespace SnnNotebooks.Host.Serving;

/// <summary>Variables as a tree of an editor shows them; no code of the notebook runs for it.</summary>
internal static class VariableReport
{
    private const int LongestValue = 200;

    /// <summary>Name, type and value of each; of tensors shape, element type and device.</summary>
    public static JsonArray Of(IEnumerable<CellVariable> variables) => [.. variables.Select(Item)];

    private static JsonNode Item(CellVariable variable)
    {
        var item = new JsonObject
        {
            ["name"] = variable.Name,
            ["type"] = (variable.Value?.GetType() ?? variable.Type).ToDisplayString("text/plain"),
        };
        if (variable.Value is not null && TensorFacts.IsTensor(variable.Value.GetType()))
        {
            AddTensor(item, variable.Value);
        }
        else
        {
            item["value"] = Short(variable.Value);
        }

        return item;
    }

    private static void AddTensor(JsonObject item, object value)
    {
        if (TensorFacts.Of(value, out var tensor) is { } none)
        {
            item["value"] = none;
            return;
        }

        item["value"] = string.Create(
            CultureInfo.InvariantCulture, $"[{string.Join(", ", tensor!.Shape)}] {tensor.ElementType} {tensor.Device}");
        item["tensor"] = new JsonObject
        {
            ["shape"] = new JsonArray([.. tensor.Shape.Select(length => (JsonNode)length)]),
            ["type"] = tensor.ElementType,
            ["device"] = tensor.Device,
            ["requiresGradient"] = tensor.RequiresGradient,
            ["bytes"] = tensor.Bytes,
        };
    }

    private static string Short(object? value)
    {
        var text = value switch
        {
            null => "null",
            string words => words,
            bool or char or Enum => value.ToString()!,
            IFormattable number when value.GetType().IsPrimitive
                || value is decimal or DateTime or TimeSpan => number.ToString(null, CultureInfo.InvariantCulture),
            Array array => $"[{string.Join(", ", Enumerable.Range(0, array.Rank).Select(array.GetLength))}]",
            ICollection collection when value.GetType().Namespace?.StartsWith("System", StringComparison.Ordinal) == true =>
                string.Create(CultureInfo.InvariantCulture, $"{collection.Count} items"),
            _ => "",
        };
        text = text.ReplaceLineEndings(" ");
        return text.Length <= LongestValue ? text : text[..LongestValue] + "…";
    }
}
