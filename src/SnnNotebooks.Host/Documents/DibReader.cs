namespace SnnNotebooks.Host.Documents;

/// <summary>Reads <c>.dib</c> notebooks by the grammar of .NET Interactive.</summary>
/// <remarks>
/// A cell starts at a line that is exactly <c>#!</c> and a known name. The first line starting with <c>#!meta</c> opens a JSON block
/// that ends at the next <c>#!</c> line and may add names for the lines after it; the text around it is read as if it were not there.
/// Leading and trailing lines of length zero are dropped, empty cells too.
/// </remarks>
public static class DibReader
{
    /// <summary>Reads a notebook from a file.</summary>
    /// <param name="path">A <c>.dib</c> file; UTF-8 with or without a byte order mark, lines ending in LF or CRLF.</param>
    /// <exception cref="NotebookException">The file is missing, a folder, unreadable, or its <c>#!meta</c> block is broken.</exception>
    public static Notebook Read(string path) => Parse(DocumentText.Read(path), path);

    /// <summary>Reads a notebook from its text.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="file">Name for messages.</param>
    /// <exception cref="NotebookException">The <c>#!meta</c> block is broken.</exception>
    public static Notebook Parse(string text, string file)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = Lines(text.TrimStart('\uFEFF'), 1);
        var markers = KernelNames.Markers();
        var declared = new Dictionary<string, string>(markers);
        var meta = TakeMeta(lines, file, declared, out var place);
        var cells = new List<Cell>();
        SplitAtMarkers(lines, KernelNames.CSharp, i => i < place ? markers : declared, cells);
        return new Notebook(cells) { Meta = meta };
    }

    /// <summary>
    /// The cells within one text that may hold markers, as a cell of a Jupyter notebook may. In C# a line inside a text or a comment is
    /// none.
    /// </summary>
    /// <param name="text">The text; lines end in <c>\n</c>.</param>
    /// <param name="kernel">Language of the lines before the first marker.</param>
    /// <param name="markers">Names and aliases by canonical name.</param>
    internal static IReadOnlyList<Cell> Split(string text, string kernel, IReadOnlyDictionary<string, string> markers)
    {
        var cells = new List<Cell>();
        var number = 1;
        for (var start = 0; start <= text.Length;)
        {
            var marker = Markers(text, start, kernel, markers).Select(at => (int?)at).FirstOrDefault();
            var lines = Lines(text[start..(marker ?? text.Length)], number);
            AddCell(cells, kernel, lines, 0, lines.Count);
            if (marker is not { } at)
            {
                break;
            }

            var end = DirectiveLines.EndOfLine(text, at);
            kernel = MarkedKernel(text[at..end], markers)!;
            number += lines.Count;
            start = end + 1;
        }

        return cells;
    }

    /// <summary>Whether any line of a text marks a cell.</summary>
    internal static bool HasMarker(string text, string kernel, IReadOnlyDictionary<string, string> markers) =>
        Markers(text, 0, kernel, markers).Any();

    private static IEnumerable<int> Markers(string text, int start, string kernel, IReadOnlyDictionary<string, string> markers) =>
        DirectiveLines.Find(text, start, kernel)
            .Where(at => MarkedKernel(text[at..DirectiveLines.EndOfLine(text, at)], markers) is not null);

    private static string? MarkedKernel(string line, IReadOnlyDictionary<string, string> markers) =>
        line.StartsWith("#!", StringComparison.Ordinal) && markers.TryGetValue(line[2..], out var kernel) ? kernel : null;

    private static List<(string Text, int Number)> Lines(string text, int number) =>
        [.. text.Split('\n').Select(line => (line.EndsWith('\r') ? line[..^1] : line, number++))];

    // the block is lifted out: lines before and after it belong to one cell
    private static string? TakeMeta(List<(string Text, int Number)> lines, string file, Dictionary<string, string> markers, out int start)
    {
        start = lines.FindIndex(line => line.Text.StartsWith("#!meta", StringComparison.Ordinal));
        if (start < 0)
        {
            return null;
        }

        var end = lines.FindIndex(start + 1, line => line.Text.StartsWith("#!", StringComparison.Ordinal));
        end = end < 0 ? lines.Count : end;
        var json = string.Join('\n', lines.Skip(start + 1).Take(end - start - 1).Select(line => line.Text));
        Declare(MetaBlock.Parse(json, file, start + 2), markers);
        lines.RemoveRange(start, end - start);
        return json.Trim();
    }

    private static void SplitAtMarkers(
        List<(string Text, int Number)> lines, string kernel, Func<int, IReadOnlyDictionary<string, string>> markersAt, List<Cell> cells)
    {
        var start = 0;
        for (var i = 0; i < lines.Count; i++)
        {
            if (MarkedKernel(lines[i].Text, markersAt(i)) is { } next)
            {
                AddCell(cells, kernel, lines, start, i);
                kernel = next;
                start = i + 1;
            }
        }

        AddCell(cells, kernel, lines, start, lines.Count);
    }

    /// <summary>Adds the names of a block.</summary>
    internal static void Declare(MetaBlock block, Dictionary<string, string> markers)
    {
        foreach (var declared in block.Kernels)
        {
            markers[declared.Name] = declared.Name;
            foreach (var alias in declared.Aliases)
            {
                markers[alias] = declared.Name;
            }
        }
    }

    private static void AddCell(List<Cell> cells, string kernel, List<(string Text, int Number)> lines, int start, int end)
    {
        while (start < end && lines[start].Text.Length == 0)
        {
            start++;
        }

        while (end > start && lines[end - 1].Text.Length == 0)
        {
            end--;
        }

        if (end > start)
        {
            cells.Add(
                new Cell(kernel, string.Join('\n', lines.GetRange(start, end - start).Select(line => line.Text)), lines[start].Number));
        }
    }
}
