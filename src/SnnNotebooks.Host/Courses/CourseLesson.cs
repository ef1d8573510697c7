using System.Text.RegularExpressions;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Courses;

/// <summary>A lesson as its teacher wrote it: with gaps, checks and folded solutions.</summary>
/// <param name="Path">Full path of its <c>.dib</c>.</param>
/// <param name="Notebook">Its cells.</param>
/// <param name="Exercises">Its exercises, in order.</param>
public sealed partial record CourseLesson(string Path, Notebook Notebook, IReadOnlyList<ExerciseCell> Exercises)
{
    /// <summary>The folder beside the lessons from which they import the definitions of their exercises.</summary>
    public const string DefinitionFolder = "exercises/";

    /// <summary>The name of its file, without ending.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Its heading.</summary>
    public string Title => Notebook.Title ?? Name;

    /// <summary>Reads a lesson.</summary>
    /// <param name="path">A <c>.dib</c> file.</param>
    /// <exception cref="NotebookException">It cannot be read, or an exercise is not marked as <c>docs/teaching.md</c> says.</exception>
    public static CourseLesson Read(string path)
    {
        var notebook = NotebookFile.Read(path);
        try
        {
            return new(System.IO.Path.GetFullPath(path), notebook, ExerciseCell.Of(notebook));
        }
        catch (NotebookException e)
        {
            throw new NotebookException($"{Printable.Name(path)}: {e.Message}", e);
        }
    }

    /// <summary>Whether a cell imports and does nothing else.</summary>
    /// <param name="cell">Any cell.</param>
    internal static bool IsImport(Cell cell) => cell.Kernel == KernelNames.CSharp
        && cell.Source.Split('\n').All(line => line.Length == 0 || line.StartsWith("#!", StringComparison.Ordinal)
            || line.StartsWith("#r ", StringComparison.Ordinal) || line.StartsWith("#i ", StringComparison.Ordinal));

    /// <summary>Whether a line imports definitions of exercises.</summary>
    /// <param name="line">A line of a cell.</param>
    internal static bool ImportsDefinitions(string line) => line.StartsWith(Directive.Import, StringComparison.Ordinal)
        && line[Directive.Import.Length..].Trim().Trim('"', '\'').StartsWith(DefinitionFolder, StringComparison.Ordinal);

    /// <summary>What students get: the solutions are out, the gaps as they are.</summary>
    /// <param name="withChecks">Whether the definitions of the exercises are imported, so that answers are checked at once.</param>
    public Notebook ForStudents(bool withChecks = true) => Notebook with
    {
        Cells = [.. Notebook.Cells
            .Select(cell => cell.Kernel == KernelNames.Markdown
                ? cell with { Source = FoldedSolution().Replace(cell.Source, "").Trim('\n') }
                : withChecks || cell.Kernel != KernelNames.CSharp ? cell
                : cell with { Source = string.Join('\n', cell.Source.Split('\n').Where(line => !ImportsDefinitions(line))) })
            .Where(cell => cell.Source.Length > 0)],
    };

    /// <summary>The lesson with the solutions in the gaps.</summary>
    public Notebook Solved() => Notebook with
    {
        Cells = [.. Notebook.Cells.Select((cell, i) =>
            Exercises.FirstOrDefault(exercise => exercise.Index == i) is { Solution: { } answer } one
                ? cell with { Source = one.With(answer) }
                : cell)],
    };

    [GeneratedRegex(@"^<details><summary>Solution.*?^</details>$\n*",
        RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex FoldedSolution();
}
