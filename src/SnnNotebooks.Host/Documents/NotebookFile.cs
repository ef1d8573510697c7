namespace SnnNotebooks.Host.Documents;

/// <summary>Reads notebooks by the name of their file.</summary>
public static class NotebookFile
{
    /// <summary>Whether a path is named like a notebook: <c>.dib</c> or <c>.ipynb</c>.</summary>
    /// <param name="path">Any path.</param>
    public static bool IsNotebook(string path) => Path.GetExtension(path).ToUpperInvariant() is ".DIB" or ".IPYNB";

    /// <summary>Reads a notebook.</summary>
    /// <param name="path">A <c>.dib</c> or <c>.ipynb</c> file.</param>
    /// <exception cref="NotebookException">Missing, a folder, unreadable, not named like a notebook, or broken.</exception>
    public static Notebook Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Directory.Exists(path) && File.Exists(path) && !IsNotebook(path))
        {
            throw new NotebookException($"{path} is not a notebook by its name. Expected a .dib or .ipynb file.");
        }

        return path.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase) ? IpynbReader.Read(path) : DibReader.Read(path);
    }
}
