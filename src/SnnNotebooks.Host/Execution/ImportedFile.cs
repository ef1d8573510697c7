using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Execution;

/// <summary>Reads what <c>#!import</c> names.</summary>
internal static class ImportedFile
{
    /// <summary>The cells of a notebook, or the one cell that a C# file is.</summary>
    /// <exception cref="NotebookException">None of these, or unreadable.</exception>
    public static Notebook Read(string file) => Path.GetExtension(file).ToUpperInvariant() switch
    {
        ".DIB" or ".IPYNB" => NotebookFile.Read(file),
        ".CS" or ".CSX" => new Notebook([new Cell(KernelNames.CSharp, DocumentText.WithUnixLines(DocumentText.Read(file)))]),
        _ => throw new NotebookException($"#!import cannot read {Printable.Name(file)}. Expected a .dib, .ipynb, .cs or .csx file."),
    };
}
