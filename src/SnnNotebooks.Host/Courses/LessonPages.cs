using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Exporting;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Host.Courses;

/// <summary>A lesson's pages, from one run with the solutions in its gaps.</summary>
/// <param name="course">The course, for links between its lessons.</param>
/// <param name="lesson">The lesson.</param>
/// <param name="solved">The run.</param>
internal sealed partial class LessonPages(Course course, CourseLesson lesson, RunReport solved)
{
    private const string Style = """
        <style>
        .gap{border:2px dashed var(--snn-accent);border-radius:8px;padding:.2rem .9rem .8rem;break-inside:avoid}
        .gap summary{display:none}.gap pre{white-space:pre-wrap}
        .room{display:none}
        @page{size:A4;margin:18mm 16mm}
        @media print{
        .room{display:block;height:6.4em;background:repeating-linear-gradient(transparent 0 1.55em,#bbb 1.55em 1.6em);
          print-color-adjust:exact;-webkit-print-color-adjust:exact}
        body{font-size:11pt}h2,h3{break-after:avoid}p{orphans:3;widows:3}.cell{margin:.7rem 0}.snn-plotly,.display{break-inside:avoid}
        }
        </style>

        """;

    private readonly string folder = Path.GetDirectoryName(lesson.Path)!;
    private readonly HashSet<string> pages =
        [.. course.Lessons.Select(other => other.Name + ".dib"), .. LinkedText.Of(course.Lessons).Select(text => text.Name + ".md")];

    /// <summary>The handout: solutions out, gaps open, with room to write on paper.</summary>
    public string ForStudents()
    {
        var body = new StringBuilder(Style);
        foreach (var (cell, outputs, exercise) in StudentCells())
        {
            if (cell.Kernel == KernelNames.Markdown)
            {
                body.Append("<section class=\"cell markdown\">\n").Append(Markdown(cell)).Append("</section>\n");
            }
            else if (exercise is not null)
            {
                body.Append($"<section class=\"cell gap\">{Code(cell.Source)}<div class=\"room\" aria-hidden=\"true\"></div></section>\n");
            }
            else if (!IsSetup(cell))
            {
                Append(body, cell, outputs);
            }
        }

        return Page(StudentCells().SelectMany(cell => cell.Outputs), body);
    }

    /// <summary>The same with solutions, unfolded.</summary>
    public string Solved()
    {
        var body = new StringBuilder(Style);
        foreach (var cell in solved.Cells.Where(cell => !IsSetup(cell.Cell)))
        {
            if (cell.Cell.Kernel == KernelNames.Markdown)
            {
                body.Append("<section class=\"cell markdown\">\n")
                    .Append(Markdown(cell.Cell).Replace("<details>", "<details open>", StringComparison.Ordinal)).Append("</section>\n");
            }
            else
            {
                Append(body, cell.Cell, cell.Outputs);
            }
        }

        return Page(solved.Cells.SelectMany(cell => cell.Outputs), body);
    }

    /// <summary>The slides, without solutions.</summary>
    public string Slides()
    {
        var deck = new SlideDeck(lesson.Title);
        var asked = "";
        foreach (var (cell, outputs, exercise) in StudentCells().Where(cell => !IsSetup(cell.Cell)))
        {
            if (cell.Kernel == KernelNames.Markdown)
            {
                deck.AddText(cell.Source, source => Markdown(cell with { Source = source }));
                asked = Question().Matches(cell.Source) is [.., var last] ? Markdown(cell with { Source = last.Value }) : "";
            }
            else if (exercise is not null)
            {
                deck.Append(Code(cell.Source));
            }
            else
            {
                var shown = new StringBuilder();
                foreach (var output in outputs)
                {
                    OutputHtml.Append(shown, output, folder);
                }

                deck.AddFigure(asked, shown.ToString(), Code(cell.Source));
            }
        }

        return deck.ToHtml(OutputHtml.Scripts(StudentCells().SelectMany(cell => cell.Outputs), UsesMermaid));
    }

    private bool UsesMermaid => lesson.Notebook.Cells.Any(cell => cell.Kernel == KernelNames.Mermaid);

    // the cells of the student's version, with the outputs of the run but for those of the exercises
    private IEnumerable<(Cell Cell, IReadOnlyList<CellOutput> Outputs, ExerciseCell? Exercise)> StudentCells() =>
        lesson.ForStudents().Cells.Select(cell =>
        {
            var index = lesson.Notebook.Cells.ToList().FindIndex(own => own.FirstLine == cell.FirstLine);
            var exercise = lesson.Exercises.FirstOrDefault(exercise => exercise.Index == index);
            return (cell, exercise is null ? solved.Cells[index].Outputs : [], exercise);
        });

    private string Page(IEnumerable<CellOutput> outputs, StringBuilder body) =>
        HtmlPage.Write(lesson.Title, OutputHtml.Scripts(outputs, UsesMermaid), body.ToString());

    private void Append(StringBuilder body, Cell cell, IReadOnlyList<CellOutput> outputs)
    {
        body.Append("<section class=\"cell\">\n");
        if (cell.Kernel == KernelNames.CSharp)
        {
            body.Append(Code(cell.Source));
        }

        body.Append("<div class=\"outputs\">\n");
        foreach (var output in outputs)
        {
            OutputHtml.Append(body, output, folder);
        }

        body.Append("</div>\n</section>\n");
    }

    private static string Code(string source) =>
        $"<details class=\"code\" open><summary>code</summary><pre><code>{CSharpHighlighter.Highlight(source)}</code></pre></details>\n";

    // what only makes the kit ready is no part of a page
    internal static bool IsSetup(Cell cell) => CourseLesson.IsImport(cell) || (cell.Kernel == KernelNames.CSharp && cell.Source == "kit");

    // a link to another lesson's notebook, or to a text beside it, leads to its page
    private string Markdown(Cell cell) => Link().Replace(
        MarkdownHtml.Render(cell.Source, folder, JupyterCell.Attachments(cell)),
        match => pages.Contains(WebUtility.HtmlDecode(match.Groups[1].Value))
            ? $"href=\"{Path.ChangeExtension(match.Groups[1].Value, ".html")}{match.Groups[2].Value}\""
            : match.Value);

    [GeneratedRegex("href=\"([^\"/#]+\\.(?:dib|md))(#[^\"]*)?\"", RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    // what a figure is asked stands before it, in bold
    [GeneratedRegex(@"\*\*[^*]+\?\*\*", RegexOptions.CultureInvariant)]
    private static partial Regex Question();
}
