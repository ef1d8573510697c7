using System.Globalization;
using System.Text;

namespace SnnNotebooks.Host.Documents;

/// <summary>Why a cell failed, and where.</summary>
/// <param name="ErrorName">Type of the exception, or <c>CompilationError</c>, <c>Timeout</c>, <c>Crash</c>, <c>Stopped</c>.</param>
/// <param name="Message">What went wrong.</param>
/// <param name="NotebookPath">File that holds the cell.</param>
/// <param name="CellNumber">Number of the cell in that file, from 1.</param>
/// <param name="LineInCell">Line within the cell, from 1; null where no line is to blame.</param>
/// <param name="LineInFile">The same line counted from the top of the file; null also where the file holds JSON, or there is none.</param>
/// <param name="Trace">Stack frames, innermost first, without those of the host.</param>
/// <param name="Cause">The failure inside an imported notebook that made this cell fail.</param>
public sealed record CellFailure(
    string ErrorName,
    string Message,
    string NotebookPath,
    int CellNumber,
    int? LineInCell = null,
    int? LineInFile = null,
    IReadOnlyList<string>? Trace = null,
    CellFailure? Cause = null)
{
    /// <summary>For example <c>start-here.dib, cell 3, line 2 (line 25 of the file)</c>.</summary>
    public string Location
    {
        get
        {
            var where = string.Create(CultureInfo.InvariantCulture, $"{Printable.Name(Path.GetFileName(NotebookPath))}, cell {CellNumber}");
            where = LineInCell is null ? where : string.Create(CultureInfo.InvariantCulture, $"{where}, line {LineInCell}");
            return LineInFile is null ? where : string.Create(CultureInfo.InvariantCulture, $"{where} (line {LineInFile} of the file)");
        }
    }

    /// <summary>Location, error and causes, one a line; no stack frames.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var indent = "";
        for (var failure = this; failure is not null; failure = failure.Cause)
        {
            text.Append(indent).Append(failure.Location).Append(": ").Append(failure.ErrorName).Append(": ").Append(failure.Message);
            text.Append(failure.Cause is null ? "" : "\n");
            indent += "  ";
        }

        return text.ToString();
    }
}
