using System.Text.RegularExpressions;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Courses;

/// <summary>
/// A cell that is an exercise: what is given, a gap, a check. <c>docs/teaching.md</c> has the rules by which a lesson marks them.
/// </summary>
/// <param name="Name">The exercise's name.</param>
/// <param name="Index">The cell's place in the notebook, from 0.</param>
/// <param name="Given">The lines before the gap, the line <c>// your answer</c> included.</param>
/// <param name="Gap">The lines that stand for the answer.</param>
/// <param name="Check">The lines of the check, at the end of the cell.</param>
public sealed partial record ExerciseCell(string Name, int Index, string Given, string Gap, string Check)
{
    /// <summary>Place of the markdown cell with the folded solution, from 0; null where there is none.</summary>
    public int? SolutionIndex { get; init; }

    /// <summary>The C# that takes the gap's place in a solved notebook; null where there is none.</summary>
    public string? Solution { get; init; }

    /// <summary>The exercises of a lesson, in order.</summary>
    /// <param name="lesson">A lesson as its author wrote it.</param>
    /// <exception cref="NotebookException">A cell is marked as an exercise and has no gap or no check of its name, a name occurs twice, or
    /// a solution belongs to no exercise.</exception>
    public static IReadOnlyList<ExerciseCell> Of(Notebook lesson)
    {
        ArgumentNullException.ThrowIfNull(lesson);
        var solutions = Solutions(lesson);
        var exercises = new List<ExerciseCell>();
        for (var i = 0; i < lesson.Cells.Count; i++)
        {
            if (NameOf(lesson.Cells[i]) is not { } name)
            {
                continue;
            }

            if (exercises.Any(other => other.Name == name))
            {
                throw new NotebookException($"Two cells are the exercise '{name}'; each needs a name of its own.");
            }

            var exercise = Read(name, i, lesson.Cells[i].Source);
            exercises.Add(solutions.Remove(name, out var solution)
                ? exercise with { SolutionIndex = solution.Index, Solution = solution.Code }
                : exercise);
        }

        return solutions.Count == 0 ? exercises : throw new NotebookException(
            $"There is a solution of '{solutions.Keys.First()}', but no cell that begins with '// Exercise: {solutions.Keys.First()}'.");
    }

    /// <summary>The name of the exercise that a cell is by its first line, or null; the cell may come from a hand-in.</summary>
    /// <param name="cell">Any cell.</param>
    public static string? NameOf(Cell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        var match = FirstLine().Match(cell.Source);
        return cell.Kernel == KernelNames.CSharp && match.Success ? match.Groups[1].Value : null;
    }

    /// <summary>The cell's text with an answer in the gap.</summary>
    /// <param name="answer">C# statements.</param>
    public string With(string answer) => $"{Given}\n{answer}\n\n{Check}";

    private static ExerciseCell Read(string name, int index, string source)
    {
        var lines = source.Split('\n');
        var gap = Array.FindIndex(lines, line => line.StartsWith("// your answer", StringComparison.Ordinal));
        var check = Array.FindIndex(lines, line => line.StartsWith($"Exercise.Check(\"{name}\",", StringComparison.Ordinal));
        return gap < 0 || check <= gap
            ? throw new NotebookException(
                $"The exercise '{name}' needs a line that begins with '// your answer', the gap below it, and at the end a line that "
                + $"begins with 'Exercise.Check(\"{name}\",'.")
            : new(
                name, index, string.Join('\n', lines[..(gap + 1)]), string.Join('\n', lines[(gap + 1)..check]).Trim('\n'),
                string.Join('\n', lines[check..]));
    }

    private static Dictionary<string, (int Index, string Code)> Solutions(Notebook lesson)
    {
        var solutions = new Dictionary<string, (int, string)>(StringComparer.Ordinal);
        for (var i = 0; i < lesson.Cells.Count; i++)
        {
            var (kernel, source) = (lesson.Cells[i].Kernel, lesson.Cells[i].Source);
            if (kernel == KernelNames.Markdown && Folded().Match(source) is { Success: true } match
                && !solutions.TryAdd(match.Groups[1].Value, (i, match.Groups[2].Value)))
            {
                throw new NotebookException($"Two cells are the solution of '{match.Groups[1].Value}'.");
            }
        }

        return solutions;
    }

    [GeneratedRegex(@"\A// Exercise: ([a-z0-9-]+)[ \t\r]*(?:\n|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex FirstLine();

    [GeneratedRegex(
        @"\A<details><summary>Solution: ([a-z0-9-]+)</summary>\n\n```csharp\n(.*?)\n```$",
        RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Folded();
}
