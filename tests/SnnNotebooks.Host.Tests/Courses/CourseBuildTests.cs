using System.Text.RegularExpressions;
using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Host.Tests.Courses;

public sealed partial class CourseBuildTests : IDisposable
{
    private readonly MadeCourse course = new("slope", "offset");

    public void Dispose() => course.Dispose();

    [Fact]
    public async Task One_source_gives_handouts_solutions_slides_and_an_index_and_a_second_build_the_same_bytes()
    {
        var index = await BuildAsync();

        var student = NotebookFile.Read(Path.Combine(course.Out, "student", "lessons", "lines.dib"));
        Assert.Equal(["slope", "offset"], student.Cells.Select(ExerciseCell.NameOf).OfType<string>());
        Assert.All(student.Cells, cell => Assert.False(MadeCourse.TellsSolution(cell.Source), cell.Source));
        Assert.Equal(2, student.Cells.Count(cell => cell.Source.Contains("throw new NotImplementedException", StringComparison.Ordinal)));
        var jupyter = NotebookFile.Read(Path.Combine(course.Out, "student", "lessons", "lines.ipynb"));
        Assert.Equal(student.Cells.Select(cell => cell.Source), jupyter.Cells.Select(cell => cell.Source));
        foreach (var page in new[] { "student/lessons/lines.html", "slides/lines.html" })
        {
            var html = File.ReadAllText(Path.Combine(course.Out, page));
            Assert.False(MadeCourse.TellsSolution(Regex.Replace(html, "<[^>]*>", "")), page);
            Assert.Contains("Which line?", html, StringComparison.Ordinal);
            Assert.Contains("&lt;shown&gt; 2", html, StringComparison.Ordinal);
            Assert.DoesNotMatch(Fetched(), html);
        }

        var solved = NotebookFile.Read(Path.Combine(course.Out, "solution", "lessons", "lines.dib"));
        Assert.Equal(2, solved.Cells.Count(
            cell => cell.Kernel == "csharp" && cell.Source.Contains(MadeCourse.Right, StringComparison.Ordinal)));
        Assert.Contains("slope: right", Plain("solution/lessons/lines.html"), StringComparison.Ordinal);
        Assert.Contains("href=\"lines.html\"", File.ReadAllText(Path.Combine(course.Out, "student", "lessons", "other.html")),
            StringComparison.Ordinal);

        var links = Link().Matches(File.ReadAllText(index)).Select(match => match.Groups[1].Value).ToArray();
        Assert.Equal(15, links.Length);
        Assert.All(links, link => Assert.True(File.Exists(Path.Combine(course.Out, link)), link));

        Assert.Contains("<td>10</td><td>2</td>", File.ReadAllText(index), StringComparison.Ordinal); // minutes, exercises
        Assert.Contains("<strong>How many?</strong></p>\n<div class=\"outputs\">",
            File.ReadAllText(Path.Combine(course.Out, "slides", "lines.html")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(course.Out, "student", "lessons", "words.md")));
        Assert.Empty(DeadLinks());

        var first = Bytes();
        Assert.DoesNotContain(first.Keys, path => path.EndsWith(".tmp", StringComparison.Ordinal));
        await BuildAsync();
        Assert.Equal(first, Bytes());
    }

    [Theory]
    [InlineData(true, "slope: open")]
    [InlineData(false, "slope: kept")]
    public async Task The_handed_out_folder_runs_by_itself(bool withChecks, string shows)
    {
        await BuildAsync(withChecks);
        Assert.Equal(withChecks, File.Exists(Path.Combine(course.Out, "student", "lessons", "exercises", "lines.csx")));
        using var elsewhere = new NotebookFolder();
        Directory.Move(Path.Combine(course.Out, "student"), Path.Combine(elsewhere.Folder, "given"));

        var report = await elsewhere.RunFileAsync("given/lessons/lines.dib");

        Assert.True(report.Succeeded, report.Failure);
        var shown = string.Concat(Enumerable.Range(1, report.Cells.Count).Select(cell => NotebookFolder.Text(report, cell)));
        Assert.Contains(shows, shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3 * x) + 1", "3 * x) + 2", "the solution of 'slope' is not right")]
    [InlineData("$\"<shown> {1 + 1}\"", "throw new Exception(\"no\")", "with its solutions fails")]
    [InlineData("<details><summary>Solution: slope", "<details><summary>Solution: slop", "There is a solution of 'slop'")]
    public async Task A_lesson_that_is_wrong_is_no_course(string text, string wrong, string says)
    {
        File.WriteAllText(course.LessonPath, File.ReadAllText(course.LessonPath).Replace(text, wrong, StringComparison.Ordinal));

        var refused = await Assert.ThrowsAsync<NotebookException>(() => BuildAsync());

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(course.Out, "index.html")));
    }

    [Fact]
    public void Two_lessons_with_an_exercise_of_one_name_are_refused()
    {
        File.Copy(course.LessonPath, Path.Combine(course.Lessons, "again.dib"));

        Assert.Contains("again.dib and lines.dib", Assert.Throws<NotebookException>(() => Course.Read(course.Lessons)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Lessons_are_in_the_order_of_their_numbers() =>
        Assert.Equal(["Lesson 1: words", "Lesson 10: lines"], Course.Read(course.Lessons).Lessons.Select(lesson => lesson.Title));

    [Fact]
    public void The_lessons_of_the_kit_are_a_course()
    {
        var own = Course.Read(Path.Combine(TestSupport.Repository.Root, "notebooks", "lessons"));
        Assert.All(own.Lessons, lesson => Assert.DoesNotContain(
            lesson.ForStudents().Cells, cell => cell.Source.Contains("<summary>Solution", StringComparison.Ordinal)));
    }

    private Task<string> BuildAsync(bool withChecks = true) => new CourseBuilder(
        new NotebookRunner(["dotnet", Path.Combine(AppContext.BaseDirectory, "snn.dll"), NotebookWorker.Verb])) { WithChecks = withChecks }
        .BuildAsync(Course.Read(course.Lessons), course.Out, new Progress<string>(), default);

    // links of pages to other files of the course, and to places in them, that lead nowhere
    private IEnumerable<string> DeadLinks() => Directory.EnumerateFiles(course.Out, "*.html", SearchOption.AllDirectories)
        .SelectMany(page => Link().Matches(File.ReadAllText(page)).Select(match => (page, Link: match.Groups[1].Value)))
        .Where(link =>
        {
            var parts = link.Link.Split('#');
            var folder = Path.GetDirectoryName(link.page)!;
            var target = parts[0].Length == 0 ? link.page : Path.Combine(folder, Uri.UnescapeDataString(parts[0]));
            return !File.Exists(target)
                || (parts.Length > 1 && !File.ReadAllText(target).Contains($"id=\"{parts[1]}\"", StringComparison.Ordinal));
        }).Select(link => $"{link.page}: {link.Link}");

    private string Plain(string page) => Regex.Replace(File.ReadAllText(Path.Combine(course.Out, page)), "<[^>]*>", "");

    private SortedDictionary<string, string> Bytes() => new(Directory.EnumerateFiles(course.Out, "*", SearchOption.AllDirectories)
        .ToDictionary(path => path, path => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))),
        StringComparer.Ordinal);

    [GeneratedRegex("(src|href)=\"(https?:)?//")]
    private static partial Regex Fetched();

    [GeneratedRegex("href=\"([^\"]+)\"")]
    private static partial Regex Link();
}
