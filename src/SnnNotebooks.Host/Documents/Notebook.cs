namespace SnnNotebooks.Host.Documents;

/// <summary>A notebook: cells in order, and the kernels its <c>#!meta</c> block declares.</summary>
/// <param name="Cells">The cells, in the order of the file; none for an empty file.</param>
public sealed record Notebook(IReadOnlyList<Cell> Cells)
{
    /// <summary>The JSON object of the <c>#!meta</c> block as written, or null where there is none.</summary>
    public string? Meta { get; init; }

    /// <summary>The JSON of the Jupyter notebook it comes from, without its cells; null where there is none.</summary>
    public string? Origin { get; init; }

    /// <summary>The first heading of the first markdown cell that has one, without its marks; null where there is none.</summary>
    public string? Title
    {
        get
        {
            foreach (var cell in Cells.Where(cell => cell.Kernel == KernelNames.Markdown))
            {
                foreach (var line in cell.Source.Split('\n'))
                {
                    var text = line.TrimStart('#');
                    if (text.Length < line.Length && text.StartsWith(' ') && !string.IsNullOrWhiteSpace(text))
                    {
                        return text.Trim().Trim('#').Trim();
                    }
                }
            }

            return null;
        }
    }
}
