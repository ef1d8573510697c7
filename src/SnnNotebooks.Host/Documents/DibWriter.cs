using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SnnNotebooks.Host.Documents;

/// <summary>
/// Writes <c>.dib</c> notebooks in canonical form: the <c>#!meta</c> block if there is one, canonical names, one blank line around each
/// cell.
/// </summary>
public static class DibWriter
{
    /// <summary>The text of a notebook.</summary>
    /// <param name="notebook">Any notebook; a kernel that no reader knows is declared in the <c>#!meta</c> block.</param>
    /// <returns>Text that <see cref="DibReader"/> reads back to the same cells, without byte order mark, lines ending in LF.</returns>
    /// <exception cref="NotebookException">A cell holds a line that is itself a cell marker, which the format cannot say.</exception>
    public static string Write(Notebook notebook)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        var meta = WithKernelsOf(notebook);
        var text = new StringBuilder();
        if (meta is not null)
        {
            text.Append("#!meta\n\n").Append(meta).Append('\n');
        }

        foreach (var cell in notebook.Cells)
        {
            text.Append(text.Length == 0 ? "" : "\n").Append("#!").Append(cell.Kernel).Append("\n\n").Append(cell.Source).Append('\n');
        }

        var result = text.ToString();
        Check(notebook, result);
        return result;
    }

    private static string? WithKernelsOf(Notebook notebook)
    {
        var known = KernelNames.Known.Select(kernel => kernel.Name).ToHashSet(StringComparer.Ordinal);
        if (notebook.Meta is { } json)
        {
            known.UnionWith(MetaBlock.Parse(json, "the notebook", 1).Kernels.Select(kernel => kernel.Name));
        }

        var missing = notebook.Cells.Select(cell => cell.Kernel).Distinct().Where(kernel => !known.Contains(kernel)).ToArray();
        var hidesMeta = notebook.Meta is null
            && notebook.Cells.Any(
                cell => cell.Source.StartsWith("#!meta", StringComparison.Ordinal)
                    || cell.Source.Contains("\n#!meta", StringComparison.Ordinal));
        if (missing.Length == 0 && !hidesMeta)
        {
            return notebook.Meta;
        }

        var root = JsonNode.Parse(notebook.Meta ?? "{}")!.AsObject();
        var info = Child(root, "kernelInfo", () => new JsonObject { ["defaultKernelName"] = KernelNames.CSharp });
        var items = Child(info, "items", () => new JsonArray());
        foreach (var kernel in missing)
        {
            items.Add(new JsonObject { ["aliases"] = new JsonArray(), ["name"] = kernel });
        }

        return root.ToJsonString(
            new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    private static T Child<T>(JsonObject parent, string name, Func<T> make)
        where T : JsonNode
    {
        if (parent[name] is T child)
        {
            return child;
        }

        var made = make();
        parent[name] = made;
        return made;
    }

    // reading back is the only check that covers every rule of the grammar
    private static void Check(Notebook notebook, string text)
    {
        var expected = notebook.Cells.Select(cell => cell with { Source = cell.Source.Trim('\n') })
            .Where(cell => cell.Source.Length > 0).ToArray();
        var read = DibReader.Parse(text, "the notebook").Cells;
        for (var i = 0; i < Math.Max(expected.Length, read.Count); i++)
        {
            if (i >= expected.Length || i >= read.Count || expected[i].Kernel != read[i].Kernel || expected[i].Source != read[i].Source)
            {
                throw new NotebookException(
                    $"Cell {Math.Min(i + 1, expected.Length)} cannot be written as .dib: one of its lines is a cell marker such as "
                    + "#!csharp at the start of a line, or ends in a carriage return. Indent or remove that line.");
            }
        }
    }
}
