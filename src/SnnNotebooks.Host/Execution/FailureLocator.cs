using System.Diagnostics;
using System.Globalization;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Execution;

/// <summary>Says in which cell and on which line something went wrong.</summary>
internal static class FailureLocator
{
    private const int MostDiagnostics = 10;
    private const int MostFrames = 30;

    /// <summary>Describes an exception that ended a cell.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="source">File that stack traces name.</param>
    /// <param name="path">Notebook of the cell.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="number">Its number, from 1.</param>
    public static CellFailure Describe(Exception error, string source, string path, Cell cell, int number)
    {
        var failure = error is CellCompilationException compilation
            ? Compilation(compilation, path, cell, number)
            : Thrown(error, source, path, cell, number);

        // only the text of these is what a reader sees in the file
        return Path.GetExtension(path).ToUpperInvariant() is ".DIB" or ".CS" or ".CSX" ? failure : failure with { LineInFile = null };
    }

    private static CellFailure Compilation(CellCompilationException error, string path, Cell cell, int number)
    {
        var errors = error.Errors;
        var first = errors[0];
        var line = first.Location.GetLineSpan().StartLinePosition.Line + 1 - cell.FirstLine + 1;
        var lines = cell.Source.Split('\n');
        var column = first.Location.GetLineSpan().StartLinePosition.Character;
        var message = $"{first.Id}: {first.GetMessage(CultureInfo.InvariantCulture)}";
        if (line >= 1 && line <= lines.Length)
        {
            var source = lines[line - 1];
            message += column <= 200 && source.Length <= 400
                ? $"\n    {source}\n    {new string(' ', Math.Min(column, source.Length))}^"
                : "";
        }
        else
        {
            line = Math.Clamp(line, 1, lines.Length);
        }

        var others = errors.Skip(1).Take(MostDiagnostics).Select(other =>
            $"line {other.Location.GetLineSpan().StartLinePosition.Line + 2 - cell.FirstLine}: {other.Id}: "
            + $"{other.GetMessage(CultureInfo.InvariantCulture)}");
        return new CellFailure("CompilationError", message, path, number, line, line + cell.FirstLine - 1, [.. others]);
    }

    private static CellFailure Thrown(Exception error, string source, string path, Cell cell, int number)
    {
        int? line = null;
        for (var current = error; current is not null && line is null; current = current.InnerException)
        {
            foreach (var frame in new StackTrace(current, fNeedFileInfo: true).GetFrames())
            {
                var lineInCell = frame.GetFileLineNumber() - cell.FirstLine + 1;
                if (frame.GetFileName() == source && lineInCell >= 1 && lineInCell <= cell.LineCount)
                {
                    line = lineInCell;
                    break;
                }
            }
        }

        var message = error.Message;
        for (var inner = error.InnerException; inner is not null && message.Length < 4000; inner = inner.InnerException)
        {
            message += $"\n  caused by {inner.GetType().FullName}: {inner.Message}";
        }

        var trace = (error.StackTrace ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(frame => frame.TrimEnd())
            .Where(frame => !frame.Contains("SnnNotebooks.Host.Execution", StringComparison.Ordinal)
                && !frame.StartsWith("---", StringComparison.Ordinal))
            .Take(MostFrames);
        return new CellFailure(error.GetType().FullName!, message, path, number, line, line + cell.FirstLine - 1, [.. trace]);
    }
}
