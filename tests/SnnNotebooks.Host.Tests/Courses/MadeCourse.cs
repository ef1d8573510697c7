using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Courses;

/// <summary>A small course: a lesson whose exercises all ask for 3 x + 1, and one without exercises.</summary>
internal sealed class MadeCourse : IDisposable
{
    public const string Right = "Func<double, double> f = x => (3 * x) + 1;";
    private const string Gap = "Func<double, double> f = x => throw new NotImplementedException();";

    /// <summary>Words that stand in the solutions; what a hand-in must never come by.</summary>
    public const string Secret = "three times, and one";

    private readonly TemporaryFolder folder = new();

    public MadeCourse(params string[] exercises)
    {
        Exercises = exercises;
        Directory.CreateDirectory(Path.Combine(Lessons, "exercises"));
        File.WriteAllText(Path.Combine(folder.Path, "_setup.dib"), "#!csharp\n\n#r \"nuget: SnnNotebooks.Interactive.Frames, *-*\"\n");
        File.WriteAllText(Path.Combine(Lessons, "exercises", "lines.csx"),
            $"// {Secret}\nusing System;\nusing SnnNotebooks.Interactive.Exercises;\n" + string.Concat(exercises.Select(name =>
                $"Exercise.Define(\"{name}\").Given(\"x\", draw => draw.Between(1, 9)).Truth(given => (3 * given[0]) + 1);\n")));
        File.WriteAllText(LessonPath, Lesson(exercises.Select(_ => Gap), withSolutions: true));
        File.WriteAllText(Path.Combine(Lessons, "other.dib"), "#!markdown\n\n# Lesson 1: words\n\nNext: [lines](lines.dib).\n");
        File.WriteAllText(Path.Combine(Lessons, "words.md"), "# Words of lines\n\n### Rise of a line\n\nWhat a line does.\n");
    }

    public IReadOnlyList<string> Exercises { get; }

    public string Folder => folder.Path;

    public string Lessons => Path.Combine(folder.Path, "lessons");

    public string LessonPath => Path.Combine(Lessons, "lines.dib");

    public string Out => Path.Combine(folder.Path, "out");

    /// <summary>A notebook with answers in its gaps, in the order of the exercises.</summary>
    public string HandIn(IEnumerable<string> answers) => Lesson(answers, withSolutions: false);

    /// <summary>Whether a text tells a solution.</summary>
    public static bool TellsSolution(string text) =>
        text.Contains("(3 * x) + 1", StringComparison.Ordinal) || text.Contains(Secret, StringComparison.Ordinal);

    public void Dispose() => folder.Dispose();

    private string Lesson(IEnumerable<string> answers, bool withSolutions) =>
        "#!markdown\n\n# Lesson 10: lines\n\nA line has a [slope](words.md#rise-of-a-line).\n\n## First\n\n* one\n* two\n\n"
        + "#!csharp\n\n#!import ../_setup.dib\n\n#!csharp\n\n#!import exercises/lines.csx\n\n#!markdown\n\n**How many?**\n\n"
        + "#!csharp\n\n$\"<shown> {1 + 1}\"\n\n"
        + string.Concat(Exercises.Zip(answers, (name, answer) =>
            $"#!markdown\n\n### {name}\n\nWhich line?\n\n#!csharp\n\n// Exercise: {name}\nusing System;\n"
            + $"using SnnNotebooks.Interactive.Exercises;\n\n// your answer: a function\n{answer}\n\nExercise.Check(\"{name}\", f)\n\n"
            + (withSolutions ? Solution(name) : "")));

    private static string Solution(string name) => $"#!markdown\n\n<details><summary>Solution: {name}</summary>\n\n"
        + $"```csharp\n{Right}\n```\n\n{Secret}\n\n</details>\n\n";
}
