using System.IO.Compression;
using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Grading;
using SnnNotebooks.Host.Tests.Courses;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Grading;

/// <summary>Hand-ins as learning platforms let a teacher download them, and archives.</summary>
public sealed class DownloadTests : IDisposable
{
    private const string Notebook = "#!csharp\n\n// Exercise: slope\n1\n";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("Anna Berg_1234_assignsubmission_file/lesson.dib", "Anna Berg (1234)")] // Moodle, folders
    [InlineData("Anna Berg_1234_assignsubmission_file_/work/lesson.ipynb", "Anna Berg (1234)")] // its older versions
    [InlineData("Anna-Lena Berg_1234_assignsubmission_file_my_lesson.dib", "Anna-Lena Berg (1234)")] // Moodle, files
    [InlineData("Participant_7_assignsubmission_file/lesson.dib", "Participant (7)")] // Moodle, anonymous
    [InlineData("berganna_12_3456_lesson-1.dib", "berganna (12)")] // Canvas
    [InlineData("berganna_LATE_12_3456_what_is_a_spike.ipynb", "berganna (12)")]
    [InlineData("anna_berg.dib", "anna_berg")] // neither
    [InlineData("lesson_2_done/lesson.dib", "lesson_2_done")]
    [InlineData("anna_berg/lesson_12_3456_x.dib", "anna_berg")]
    public void A_student_is_who_the_name_says(string file, string student)
    {
        Write(file, file.EndsWith(".dib", StringComparison.Ordinal) ? Notebook : IpynbWriter.Write(DibReader.Parse(Notebook, "x")));

        var handIn = Assert.Single(HandIn.In(folder.Path));

        Assert.Equal((student, null, 1), (handIn.Student, handIn.Refusal, handIn.Cells.Count));
    }

    [Fact]
    public void What_else_one_student_handed_in_is_no_row_of_its_own()
    {
        Write("Anna Berg_1234_assignsubmission_file/lesson.dib", Notebook);
        Write("Anna Berg_1234_assignsubmission_onlinetext/onlinetext.html", "Hello");
        Write("Anna Berg_1235_assignsubmission_onlinetext/onlinetext.html", "I could not come.");
        Write("berganna_12_3456_lesson.dib", Notebook);
        Write("berganna_12_3457_figure.png", "");
        Write("crisdora_13_3458_figure.png", "");

        Assert.Equal([("Anna Berg (1234)", true), ("Anna Berg (1235)", false), ("berganna (12)", true), ("crisdora (13)", false)],
            HandIn.In(folder.Path).Select(handIn => (handIn.Student, handIn.Refusal is null)));
    }

    [Fact]
    public void Notebooks_are_read_out_of_an_archive()
    {
        Zip("Anna Berg_1234_assignsubmission_file/work.zip", ("student/lesson.dib", Notebook), ("student/data/x.csv", "1"),
            ("__MACOSX/student/._lesson.dib", "Mac OS X"), ("student/.ipynb_checkpoints/lesson.ipynb", "{}"), ("../../two.dib", Notebook));
        Zip("bert.zip", ("lesson.dib", Notebook));
        Zip("carl.zip", ("lesson.pdf", ""));
        Zip("submissions.zip", ("Anna Berg_1234_assignsubmission_file/lesson.dib", Notebook));

        Assert.Equal(
        [
            ("Anna Berg (1234)", "Anna Berg_1234_assignsubmission_file/work.zip/../../two.dib", null),
            ("Anna Berg (1234)", "Anna Berg_1234_assignsubmission_file/work.zip/student/lesson.dib", null),
            ("bert", "bert.zip/lesson.dib", null),
            ("carl", "carl.zip", "There is no notebook (.dib or .ipynb) in this archive."),
            ("submissions", "submissions.zip",
                "It is what Moodle or Canvas downloads, of many students. Unpack it, and grade the folder."),
        ], HandIn.In(folder.Path).Select(handIn => (handIn.Student, handIn.File, handIn.Refusal)));
        Assert.Equal(4, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [Fact]
    public void Archives_made_to_do_harm_are_refused()
    {
        Zip("anna.zip", ("lesson.dib", Notebook), ("zeros.dib", new string(' ', 70_000_000))); // 68 kB packed
        Zip("bert.zip", [.. Enumerable.Range(0, 101).Select(i => ($"{i}.dib", Notebook))]);
        Write("carl.zip", "PK no archive");
        Zip("dora.zip", ("lesson.dib", string.Concat(Enumerable.Range(0, 1000))));
        var cut = File.ReadAllBytes(folder.File("dora.zip"));
        cut.AsSpan(40, 20).Fill(0xFF); // within what is packed
        File.WriteAllBytes(folder.File("dora.zip"), cut);

        Assert.Equal(["too many bytes", "more than 100 notebooks", "no zip archive that can be read", "no zip archive that can be read"],
            HandIn.In(folder.Path).Select(handIn => handIn.Refusal!).Zip(
                ["too many bytes", "more than 100 notebooks", "no zip archive that can be read", "no zip archive that can be read"],
                (said, expected) => said.Contains(expected, StringComparison.Ordinal) ? expected : said));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void An_archive_cut_or_changed_at_any_byte_is_read_or_refused(int kind)
    {
        Zip("anna.zip", ("lesson.dib", Notebook), ("b/c.dib", Notebook));
        var whole = File.ReadAllBytes(folder.File("anna.zip"));
        for (var i = 0; i < whole.Length; i++)
        {
            var harmed = kind == 0 ? whole[..i] : [.. whole];
            if (kind == 1)
            {
                harmed[i] ^= 0xFF;
            }

            Assert.NotEmpty(HandInArchive.Read("anna", "anna.zip", harmed, 1 << 20));
        }
    }

    [Fact]
    public async Task Moodle_and_Canvas_get_a_table_back_that_they_take()
    {
        using var course = new MadeCourse("slope", "rise");
        void HandIn(string file, string answer) => Write(file, course.HandIn([answer, Long(MadeCourse.Right)]));
        HandIn("=Anna, \"A\" Berg_1234_assignsubmission_file/lesson.dib", MadeCourse.Right);
        HandIn("=Anna, \"A\" Berg_1234_assignsubmission_file/older.dib", Long(MadeCourse.Right));
        HandIn("Jörg_1235_assignsubmission_file/lesson.dib", Long(MadeCourse.Right));
        Write("Dora_1236_assignsubmission_file/lesson.pdf", "");
        HandIn("berganna_LATE_12_3456_lesson.dib", MadeCourse.Right);
        HandIn("carl.dib", Long(MadeCourse.Right));

        var grader = GradedClass.Grader(new GradingLimits(), new LimitsOnly());
        var grades = await grader.GradeAsync(Course.Read(course.Lessons), folder.Path, 1, new Progress<HandInGrade>(), default);
        new GradePages(grades).Write(course.Out);

        // the columns that Moodle's grading worksheet and Canvas's gradebook ask for
        Assert.Equal(
        [
            "Identifier,Full name,Grade,Last modified (grade),Feedback comments",
            "Participant 1234,\"'=Anna, \"\"A\"\" Berg\",1,,\"Lesson 10: lines: 1 of 2 right (slope: right, rise: wrong).\"",
            "Participant 1235,Jörg,0,,\"Lesson 10: lines: 0 of 2 right (slope: wrong, rise: wrong).\"",
        ], File.ReadAllLines(Path.Combine(course.Out, "moodle.csv")));
        Assert.Equal(["Student,ID,Section,lines", "berganna,12,,1"], File.ReadAllLines(Path.Combine(course.Out, "canvas.csv")));
        Assert.Equal(7, File.ReadAllLines(Path.Combine(course.Out, "grades.csv")).Length);
    }

    // wrong without a process being started: longer than what is tried
    private static string Long(string answer) => $"{answer} // {new string('x', 100_000)}";

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.File(name))!);
        File.WriteAllText(folder.File(name), text);
    }

    private void Zip(string name, params (string Entry, string Text)[] entries)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.File(name))!);
        using var archive = ZipFile.Open(folder.File(name), ZipArchiveMode.Create);
        foreach (var (entry, text) in entries)
        {
            using var writer = new StreamWriter(archive.CreateEntry(entry).Open());
            writer.Write(text);
        }
    }
}
