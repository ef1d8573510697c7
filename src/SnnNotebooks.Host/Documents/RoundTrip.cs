namespace SnnNotebooks.Host.Documents;

/// <summary>Checks that a notebook survives <c>.dib</c> to <c>.ipynb</c> to <c>.dib</c>.</summary>
public static class RoundTrip
{
    /// <summary>Converts a notebook to the other format and back.</summary>
    /// <param name="path">A <c>.dib</c> or <c>.ipynb</c> file.</param>
    /// <returns>Whether a <c>.dib</c> is canonical, that is, equal to its conversion byte for byte; true for an <c>.ipynb</c>.</returns>
    /// <exception cref="NotebookException">The file cannot be read, or a cell changed on the way; the message says which.</exception>
    public static bool Check(string path)
    {
        var notebook = NotebookFile.Read(path);
        var dib = DibWriter.Write(notebook);
        var back = IpynbReader.Parse(IpynbWriter.Write(DibReader.Parse(dib, path)), path);
        var again = DibWriter.Write(back);
        if (again != dib)
        {
            var kept = notebook.Cells.Zip(back.Cells).TakeWhile(pair => pair.First.Kernel == pair.Second.Kernel && pair.First.Source == pair.Second.Source).Count();
            throw new NotebookException($"{path}: cell {kept + 1} of {notebook.Cells.Count} is not the same after .dib to .ipynb to .dib.");
        }

        return path.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase) || File.ReadAllBytes(path).AsSpan().SequenceEqual(System.Text.Encoding.UTF8.GetBytes(dib));
    }
}
