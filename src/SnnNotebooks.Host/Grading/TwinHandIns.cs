using Microsoft.CodeAnalysis.CSharp;
using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Grading;

/// <summary>
/// Finds hand-ins of one lesson with the same code in all the gaps that they fill, whatever its spaces and comments. Short answers are
/// alike by themselves, so little code is not compared.
/// </summary>
internal sealed class TwinHandIns
{
    private const int LeastTokens = 60;
    private const int Named = 3;
    private const int LongestCode = 1 << 20; // characters
    private readonly ILookup<string, HandIn> byCode;
    private readonly Dictionary<HandIn, string> codes;

    public TwinHandIns(CourseLesson lesson, IEnumerable<HandIn> handIns)
    {
        var gaps = lesson.Exercises.ToDictionary(exercise => exercise.Name, exercise => Joined(exercise.Gap));
        codes = handIns.Select(handIn => (handIn, Code: Code(handIn, gaps))).Where(item => item.Code is not null)
            .ToDictionary(item => item.handIn, item => item.Code!);
        byCode = codes.ToLookup(item => item.Value, item => item.Key);
    }

    /// <summary>What is to be said of one of them.</summary>
    public IReadOnlyList<string> Remarks(HandIn handIn)
    {
        HandIn[] others = codes.TryGetValue(handIn, out var code) ? [.. byCode[code].Where(other => other != handIn)] : [];
        return
        [
            .. others.Take(Named).Select(other => other.Student == handIn.Student
                ? $"The same code as in {other.ShortFile}, which is handed in under the same name."
                : $"The same code as in {other.ShortFile}, handed in by {other.Student}."),
            .. others.Length > Named ? [$"The same code as in {others.Length - Named} more."] : Array.Empty<string>(),
        ];
    }

    private static string? Code(HandIn handIn, Dictionary<string, string> gaps)
    {
        if (handIn.Cells.Values.Sum(cell => (long)cell.Length) > LongestCode)
        {
            return null;
        }

        try
        {
            var filled = handIn.Cells.OrderBy(cell => cell.Key, StringComparer.Ordinal)
                .Select(cell => (cell.Key, Code: Joined(ComposedLesson.Answer(cell.Value))))
                .Where(cell => cell.Code != gaps.GetValueOrDefault(cell.Key)).ToArray();
            return filled.Sum(cell => cell.Code.Count(letter => letter == ' ') + 1) < LeastTokens
                ? null : string.Join(' ', filled.Select(cell => $"{cell.Key} {cell.Code}"));
        }
        catch (NotebookException)
        {
            return null; // nested too deeply to be read: the compiler will say so
        }
    }

    private static string Joined(string code)
    {
        CSharpEngine.RefuseDeepNesting(code);
        return string.Join(
            ' ', CSharpSyntaxTree.ParseText(code, CSharpEngine.ParseOptions).GetRoot().DescendantTokens().Select(token => token.Text));
    }
}
