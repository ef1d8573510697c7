using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Courses;

/// <summary>The exercises of the lessons that ship: their cells without the rest of the lesson, in a process of the tool.</summary>
public sealed class LessonTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "notebooks", "lessons");

    public static TheoryData<string> Lessons =>
    [
        .. Directory.GetFiles(Folder, "*.dib").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Lessons))]
    public void A_lesson_says_how_long_it_takes_which_is_no_more_than_half_an_hour(string name)
    {
        var lesson = CourseLesson.Read(Path.Combine(Folder, name + ".dib"));
        var minutes = LessonTime.Minutes(lesson);

        Assert.InRange(minutes, 15, 30);
        Assert.StartsWith($"# {lesson.Title}\n\n*About {minutes} minutes, the exercises among them.*\n",
            lesson.Notebook.Cells.First(cell => cell.Kernel == KernelNames.Markdown).Source, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Lessons))]
    public async Task Solutions_are_right_gaps_are_open_and_definitions_have_no_fault(string lesson)
    {
        var notebook = NotebookFile.Read(Path.Combine(Folder, lesson + ".dib"));
        var exercises = ExerciseCell.Of(notebook);
        Assert.NotEmpty(exercises);
        var definitions = Path.Combine(Folder, "exercises", lesson + ".csx");
        Assert.Contains(notebook.Cells, cell => cell.Source == $"#!import exercises/{lesson}.csx");
        var cells = new List<string>
        {
            $"#!import {Path.Combine(Folder, "..", "_setup.dib")}",
            $"#!import {definitions}",
            """
            string.Join("; ", Exercise.Names.SelectMany(name => Enumerable.Range(1, 5).SelectMany(Exercise.Find(name).Faults)).Distinct())
            """,
            "string.Join(\",\", Exercise.Names)",
        };
        cells.AddRange(exercises.Select(exercise => exercise.With(exercise.Gap)));
        cells.AddRange(exercises.Select(exercise =>
            exercise.With(exercise.Solution ?? throw new InvalidOperationException($"{exercise.Name} has no solution"))));
        using var folder = new NotebookFolder();

        var report = await folder.RunAsync(string.Join("\n\n", cells.Select(cell => $"#!csharp\n\n{cell}")));

        Assert.True(report.Succeeded, report.Failure);
        Assert.Equal("<>", NotebookFolder.Text(report, 3));
        Assert.Equal($"<{string.Join(',', exercises.Select(exercise => exercise.Name).Order(StringComparer.Ordinal))}>",
            NotebookFolder.Text(report, 4));
        Assert.All(exercises.Select((exercise, i) => (exercise, i)), pair =>
        {
            var (name, text) = (pair.exercise.Name, NotebookFolder.Text(report, 5 + pair.i));
            Assert.Equal($"<{name}: open. Not answered yet.>", text);
            Assert.StartsWith($"<{name}: right. ", NotebookFolder.Text(report, 5 + exercises.Count + pair.i), StringComparison.Ordinal);
        });
    }
}
