using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Host.Execution;
using SnnNotebooks.Native;
using TorchSharp;

namespace SnnNotebooks.Host.Serving;

/// <summary>Variables as a tree of an editor shows them; no code of the notebook runs for it.</summary>
internal static class VariableReport
{
    private const int LongestValue = 200;

    /// <summary>Name, type and value of each; of tensors shape, element type and device.</summary>
    public static JsonArray Of(IEnumerable<CellVariable> variables) => [.. variables.Select(Item)];

    /// <summary>Where tensors may be computed: <c>cpu</c> or <c>cuda</c>; null where no cell has loaded the kit.</summary>
    public static string? Device() => AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetName().Name == "TorchSharp") ? LoadedDevice() : null;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string LoadedDevice()
    {
        LibTorch.EnsureLoaded();
        return torch.cuda.is_available() ? "cuda" : "cpu";
    }

    private static JsonNode Item(CellVariable variable)
    {
        var item = new JsonObject { ["name"] = variable.Name, ["type"] = (variable.Value?.GetType() ?? variable.Type).ToDisplayString("text/plain") };
        if (variable.Value is not null && IsTensor(variable.Value.GetType()))
        {
            AddTensor(item, variable.Value);
        }
        else
        {
            item["value"] = Short(variable.Value);
        }

        return item;
    }

    // by name: asking for the type itself would load TorchSharp where no cell uses it
    private static bool IsTensor(Type type) => type.FullName == "TorchSharp.torch+Tensor" || type.BaseType is { } parent && IsTensor(parent);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddTensor(JsonObject item, object value)
    {
        if (value is not torch.Tensor tensor)
        {
            item["value"] = "a tensor of another TorchSharp";
            return;
        }

        if (tensor.IsInvalid)
        {
            item["value"] = "disposed";
            return;
        }

        var shape = tensor.shape;
        item["value"] = string.Create(CultureInfo.InvariantCulture, $"[{string.Join(", ", shape)}] {tensor.dtype} {tensor.device}");
        item["tensor"] = new JsonObject
        {
            ["shape"] = new JsonArray([.. shape.Select(length => (JsonNode)length)]),
            ["type"] = tensor.dtype.ToString(),
            ["device"] = tensor.device.ToString(),
            ["requiresGradient"] = tensor.requires_grad,
            ["bytes"] = tensor.NumberOfElements * tensor.ElementSize,
        };
    }

    private static string Short(object? value)
    {
        var text = value switch
        {
            null => "null",
            string words => words,
            bool or char or Enum => value.ToString()!,
            IFormattable number when value.GetType().IsPrimitive || value is decimal or DateTime or TimeSpan => number.ToString(null, CultureInfo.InvariantCulture),
            Array array => $"[{string.Join(", ", Enumerable.Range(0, array.Rank).Select(array.GetLength))}]",
            ICollection collection when value.GetType().Namespace?.StartsWith("System", StringComparison.Ordinal) == true =>
                string.Create(CultureInfo.InvariantCulture, $"{collection.Count} items"),
            _ => "",
        };
        text = text.ReplaceLineEndings(" ");
        return text.Length <= LongestValue ? text : text[..LongestValue] + "…";
    }
}
