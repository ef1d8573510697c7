namespace SnnNotebooks.Host.Documents;

/// <summary>Reads <c>.dib</c> notebooks by the grammar of .NET Interactive.</summary>
/// <remarks>
/// A cell starts at a line that is exactly <c>#!</c> and a known name. The first line starting with <c>#!meta</c> opens a JSON block
/// that ends at the next <c>#!</c> line and may add names. Leading and trailing lines of length zero are dropped, empty cells too.
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
        var lines = text.TrimStart('\uFEFF').Split('\n');
        var markers = KernelNames.Markers();
        var cells = new List<Cell>();
        var kernel = KernelNames.CSharp;
        var start = 0;
        string? meta = null;

        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i] = lines[i].EndsWith('\r') ? lines[i][..^1] : lines[i];
            if (!line.StartsWith("#!", StringComparison.Ordinal))
            {
                continue;
            }

            if (meta is null && line.StartsWith("#!meta", StringComparison.Ordinal))
            {
                AddCell(cells, kernel, lines, start, i);
                var end = i + 1;
                for (; end < lines.Length && !lines[end].StartsWith("#!", StringComparison.Ordinal); end++)
                {
                    lines[end] = lines[end].EndsWith('\r') ? lines[end][..^1] : lines[end];
                }

                var json = string.Join('\n', lines, i + 1, end - i - 1);
                var block = MetaBlock.Parse(json, file, i + 2);
                meta = json.Trim();
                Declare(block, markers);
                kernel = block.DefaultKernel is { } name ? markers.GetValueOrDefault(name, name) : KernelNames.CSharp;
                start = end;
                i = end - 1;
            }
            else if (markers.TryGetValue(line[2..], out var next))
            {
                AddCell(cells, kernel, lines, start, i);
                kernel = next;
                start = i + 1;
            }
        }

        AddCell(cells, kernel, lines, start, lines.Length);
        return new Notebook(cells) { Meta = meta };
    }

    private static void Declare(MetaBlock block, Dictionary<string, string> markers)
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

    private static void AddCell(List<Cell> cells, string kernel, string[] lines, int start, int end)
    {
        while (start < end && lines[start].Length == 0)
        {
            start++;
        }

        while (end > start && lines[end - 1].Length == 0)
        {
            end--;
        }

        if (end > start)
        {
            cells.Add(new Cell(kernel, string.Join('\n', lines, start, end - start), start + 1));
        }
    }
}
