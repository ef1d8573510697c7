using System.Globalization;
using System.Text.Json.Nodes;

namespace SnnNotebooks.Host.Documents;

/// <summary>Checks that a notebook survives the way to the other format and back.</summary>
public static class RoundTrip
{
    private const int MostNamed = 8;

    /// <summary>Converts a notebook to the other format and back.</summary>
    /// <param name="path">A <c>.dib</c> or <c>.ipynb</c> file.</param>
    /// <returns>Whether a <c>.dib</c> is canonical, that is, equal to its conversion byte for byte; true for an <c>.ipynb</c>.</returns>
    /// <exception cref="NotebookException">The file cannot be read, a cell changed on the way, or the <c>.ipynb</c> holds what a
    /// <c>.dib</c> cannot; the message says which.</exception>
    public static bool Check(string path)
    {
        var notebook = NotebookFile.Read(path);
        var dib = DibWriter.Write(notebook);
        var back = IpynbReader.Parse(IpynbWriter.Write(DibReader.Parse(dib, path)), path);
        if (DibWriter.Write(back) != dib)
        {
            var kept = notebook.Cells.Zip(back.Cells)
                .TakeWhile(pair => pair.First.Kernel == pair.Second.Kernel && pair.First.Source == pair.Second.Source).Count();
            throw new NotebookException(
                $"{Printable.Name(path)}: cell {kept + 1} of {notebook.Cells.Count} is not the same after .dib to .ipynb to .dib.");
        }

        if (LostAsDib(notebook) is { Count: > 0 } lost)
        {
            throw new NotebookException($"{Printable.Name(path)}: a .dib cannot hold {string.Join(", ", lost.Select(Printable.Name))}.");
        }

        return path.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase)
            || File.ReadAllBytes(path).AsSpan().SequenceEqual(System.Text.Encoding.UTF8.GetBytes(dib));
    }

    /// <summary>What a notebook brought along from Jupyter and a <c>.dib</c> cannot hold.</summary>
    /// <param name="notebook">Any notebook that can be written as a <c>.dib</c>.</param>
    /// <returns>Names such as <c>metadata.authors of the notebook</c> and <c>attachments.image.png of cell 1</c>; the first few.</returns>
    public static IReadOnlyList<string> LostAsDib(Notebook notebook)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        var lost = new List<string>();
        if (notebook.Origin is null)
        {
            return lost;
        }

        // empty cells are dropped, so cells are compared in order of those that stay
        var before = JsonNode.Parse(IpynbWriter.Write(notebook))!.AsObject();
        var after = JsonNode.Parse(IpynbWriter.Write(DibReader.Parse(DibWriter.Write(notebook), "the notebook")))!.AsObject();
        var stay = new Queue<JsonNode?>(after["cells"]!.AsArray());
        for (var i = 0; i < notebook.Cells.Count; i++)
        {
            var where = string.Create(CultureInfo.InvariantCulture, $" of cell {i + 1}");
            if (notebook.Cells[i].Source.Trim('\n').Length == 0)
            {
                lost.Add("the empty text" + where);
            }
            else
            {
                Compare(before["cells"]![i], stay.Dequeue(), "", where, lost);
            }
        }

        before.Remove("cells");
        after.Remove("cells");
        Compare(before, after, "", " of the notebook", lost);
        return lost.Count <= MostNamed
            ? lost
            : [.. lost.Take(MostNamed), string.Create(CultureInfo.InvariantCulture, $"and {lost.Count - MostNamed} more")];
    }

    private static void Compare(JsonNode? before, JsonNode? after, string name, string where, List<string> lost)
    {
        if (before is JsonObject parts)
        {
            // the text was compared before
            foreach (var (key, value) in parts.Where(part => part.Key != "source"))
            {
                Compare(value, (after as JsonObject)?[key], name.Length == 0 ? key : $"{name}.{key}", where, lost);
            }
        }
        else if (before is not (null or JsonArray { Count: 0 }) && !JsonNode.DeepEquals(before, after))
        {
            lost.Add(name + where);
        }
    }
}
