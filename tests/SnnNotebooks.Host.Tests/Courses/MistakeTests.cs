using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Courses;

/// <summary>
/// Wrong answers as students write them (<c>Mistakes/LESSON.csx</c>), and which step of them each is told went wrong. A line
/// <c>//// EXERCISE: WORDS</c> begins an answer; the words are the beginning of what is said to it.
/// </summary>
public sealed class MistakeTests
{
    private const int Least = 5; // an exercise tells apart
    private const string Mark = "//// ";
    private static readonly string Folder = Path.Combine(Repository.Root, "notebooks", "lessons");

    public static TheoryData<string> Lessons => LessonTests.Lessons;

    [Theory]
    [MemberData(nameof(Lessons))]
    public async Task A_wrong_answer_is_told_which_step_went_wrong_and_every_named_mistake_is_among_them(string lesson)
    {
        var exercises = ExerciseCell.Of(NotebookFile.Read(Path.Combine(Folder, lesson + ".dib")));
        var answers = Stored(lesson);
        string[] cells =
        [
            $"#!import {Path.Combine(Folder, "..", "_setup.dib")}",
            $"#!import {Path.Combine(Folder, "exercises", lesson + ".csx")}",
            "string.Join('|', Exercise.Names.SelectMany(name => Exercise.Find(name).Mistakes.Select(mistake => $\"{name}: {mistake}\")))",
            .. answers.Select(answer => exercises.Single(exercise => exercise.Name == answer.Exercise).With(answer.Code)),
        ];
        using var folder = new NotebookFolder();

        var report = await folder.RunAsync(string.Join("\n\n", cells.Select(cell => $"#!csharp\n\n{cell}")));

        Assert.True(report.Succeeded, report.Failure);
        var named = NotebookFolder.Text(report, 3).Trim('<', '>').Split('|');
        var told = answers.Select((_, i) => NotebookFolder.Text(report, 4 + i).TrimStart('<').Split('\n')[0]).ToArray();
        Assert.All(answers.Zip(told), pair => Assert.StartsWith(
            $"{pair.First.Exercise}: {pair.First.Says}", Plain(pair.Second), StringComparison.Ordinal));
        Assert.All(named, mistake => Assert.Contains(told, words => Plain(words).StartsWith(mistake, StringComparison.Ordinal)));
        Assert.All(exercises, exercise =>
            Assert.InRange(answers.Count(answer => answer.Exercise == exercise.Name), Least, int.MaxValue));
        Assert.Distinct(answers.Select(answer => $"{answer.Exercise}: {answer.Says}"));
    }

    private static string Plain(string words) =>
        words.Replace(": almost. ", ": ", StringComparison.Ordinal).Replace(": not right. ", ": ", StringComparison.Ordinal);

    private static IReadOnlyList<(string Exercise, string Says, string Code)> Stored(string lesson)
    {
        var path = Path.Combine(Repository.Root, "tests", "SnnNotebooks.Host.Tests", "Courses", "Mistakes", lesson + ".csx");
        return
        [
            .. $"\n{File.ReadAllText(path)}".Split("\n" + Mark)[1..].Select(text =>
            {
                var (head, code) = (text.Split('\n')[0], text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
                var colon = head.IndexOf(": ", StringComparison.Ordinal);
                return (head[..colon], head[(colon + 2)..], code.TrimEnd());
            }),
        ];
    }
}
