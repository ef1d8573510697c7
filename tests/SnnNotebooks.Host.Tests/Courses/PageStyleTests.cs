using System.Text.RegularExpressions;
using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Grading;
using SnnNotebooks.Host.Running;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Courses;

/// <summary>The pages' own styles beside the figures': a rule for a class that plotly.js uses, too, would hide parts of figures.</summary>
public sealed partial class PageStyleTests
{
    [Fact]
    public void No_page_styles_a_class_of_the_figures()
    {
        using var made = new MadeCourse("slope");
        var course = Course.Read(made.Lessons);
        var lesson = course.Lessons.Single(lesson => lesson.Exercises.Count > 0);
        CellReport[] run = [.. lesson.Notebook.Cells.Select((cell, i) => new CellReport(i + 1, cell, CellStatus.Succeeded, default, []))];
        var pages = new LessonPages(course, lesson, new(made.LessonPath, lesson.Notebook, true, run, "", "", default, null, null));
        using var folder = new TemporaryFolder();
        new GradePages(new(course.Lessons, [], new LimitsOnly(), 1)).Write(folder.Path);
        string[] all = [pages.ForStudents(), pages.Solved(), pages.Slides(), File.ReadAllText(folder.File("index.html"))];

        var own = all.SelectMany(page => StyleSheet().Matches(page)).Select(sheet => Body().Replace(sheet.Groups[1].Value, "{}"))
            .SelectMany(rules => ClassName().Matches(rules)).Select(name => name.Groups[1].Value).ToHashSet();
        var figures = FigureClasses().Matches(PlotlyScript.Read()).SelectMany(match => match.Groups[1].Value.Split(' ')).ToHashSet();

        Assert.Superset(new HashSet<string> { "gap", "slide", "mark", "outputs" }, own);
        Assert.Superset(new HashSet<string> { "lines", "points", "plot" }, figures);
        Assert.Empty(own.Intersect(figures));
    }

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex StyleSheet();

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Body();

    [GeneratedRegex(@"\.([a-z][\w-]*)")]
    private static partial Regex ClassName();

    // d3's ways to name one: classed("lines", ...), attr("class", "lines"), ensureSingle(at, "g", "lines")
    [GeneratedRegex(@"(?:classed\(|""class"",|""(?:g|path|rect|svg|text|div)"",)""([A-Za-z][\w -]*)""")]
    private static partial Regex FigureClasses();
}
