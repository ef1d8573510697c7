using System.Globalization;
using System.Net;
using System.Text;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Exporting;
using SnnNotebooks.Interactive.Exercises;

namespace SnnNotebooks.Host.Grading;

/// <summary>
/// Grades as pages: a table, and a page for each student. Nothing of a hand-in stands in them but as text.
/// </summary>
public sealed class GradePages
{
    private const string Style = """
        <style>
        .mark{font-weight:600}.mark,.count{white-space:nowrap}
        .right{color:#1a7f37}.almost{color:#9a6700}.wrong{color:#b3261e}.none{color:var(--snn-muted);font-weight:400}
        @media (prefers-color-scheme:dark){.right{color:#56d364}.almost{color:#e3b341}.wrong{color:#ff8a7a}}
        .exercise{border:1px solid var(--snn-border);border-radius:8px;margin:1rem 0;padding:.2rem 1rem 1rem;break-inside:avoid}
        .exercise h3{margin:.7rem 0 .3rem}
        .exercise pre{background:var(--snn-code);border-radius:6px;padding:.6rem .8rem;white-space:pre-wrap}
        .caution{border-left:3px solid var(--snn-error);padding:.2rem .9rem;margin:1rem 0}
        .grades td:last-child{overflow-wrap:anywhere;min-width:12em}
        main:has(.grades){max-width:none}.about{max-width:none;border:0;margin:.4rem 0;padding:0}
        @media print{@page{size:A4 landscape}a{text-decoration:none}}
        </style>

        """;

    private readonly Grades grades;
    private readonly Dictionary<string, string> pages;

    /// <summary>Pages of grades.</summary>
    /// <param name="grades">The grades.</param>
    public GradePages(Grades grades)
    {
        ArgumentNullException.ThrowIfNull(grades);
        this.grades = grades;
        pages = [];
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var student in grades.HandIns.Select(grade => grade.HandIn.Student).Distinct())
        {
            var plain = string.Concat(student.Select(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' ? letter : '_'));
            var name = plain = plain.Length > 80 ? plain[..80] : plain;
            for (var i = 2; !taken.Add(name); i++)
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{plain}-{i}");
            }

            pages[student] = name + ".html";
        }
    }

    /// <summary>
    /// Writes the table (<c>grades.csv</c>, <c>index.html</c>), a page for each student (<c>students/NAME.html</c>) and, where hand-ins
    /// were downloaded from there, what Moodle and Canvas take back (<c>moodle.csv</c>, <c>canvas.csv</c>).
    /// </summary>
    /// <param name="folder">Made where it is missing.</param>
    /// <exception cref="NotebookException">A file cannot be written.</exception>
    public void Write(string folder)
    {
        var students = Path.Combine(folder, "students");
        ExportFile.Prepare(Path.Combine(folder, "grades.csv"));
        ExportFile.Prepare(Path.Combine(students, "x"));
        foreach (var (student, page) in pages)
        {
            ExportFile.Write(Path.Combine(students, page), Student(student));
        }

        ExportFile.Write(Path.Combine(folder, "index.html"), Table());
        ExportFile.Write(Path.Combine(folder, "grades.csv"), GradeTable.Csv(grades));
        foreach (var platform in Enum.GetValues<Platform>())
        {
            if (new PlatformTable(grades, platform) is { IsEmpty: false } table)
            {
                ExportFile.Write(Path.Combine(folder, table.FileName), table.Csv());
            }
        }
    }

    private string Table()
    {
        var body = new StringBuilder(Style).Append(CultureInfo.InvariantCulture,
            $"<h1>Grades</h1>\n<p class=\"about\">{Counted(grades.HandIns.Count, "hand-in")} of {Counted(pages.Count, "student")} "
            + $"&middot; functions were tried on inputs drawn with seed {grades.Seed} "
            + $"&middot; sandbox: {Encode(grades.Sandbox.Name)}</p>\n");
        if (grades.Sandbox.NotEnforced.Count > 0)
        {
            var heading = grades.Sandbox.ReachesFiles ? "These ran unprotected" : "Not enforced while these were graded";
            body.Append($"<div class=\"caution\"><strong>{heading}</strong><ul>")
                .AppendJoin("", grades.Sandbox.NotEnforced.Select(sentence => $"<li>{Encode(sentence)}</li>")).Append("</ul></div>\n");
        }

        foreach (var lesson in grades.Lessons.Where(lesson => grades.HandIns.Any(grade => grade.Lesson == lesson)))
        {
            body.Append($"<h2>{Encode(lesson.Title)}</h2>\n<table class=\"grades\"><thead><tr><th scope=\"col\">student</th>"
                + "<th scope=\"col\">right</th>")
                .AppendJoin("", lesson.Exercises.Select(exercise => $"<th scope=\"col\">{Encode(exercise.Name)}</th>"))
                .Append("<th scope=\"col\">remarks</th></tr></thead><tbody>\n");
            var own = grades.HandIns.Where(grade => grade.Lesson == lesson).ToLookup(grade => grade.HandIn.Student);
            foreach (var grade in grades.HandIns.Where(grade => grade.Lesson == lesson))
            {
                var file = own[grade.HandIn.Student].Count() > 1 ? grade.HandIn.ShortFile : ""; // tells them apart
                body.Append(Link(grade.HandIn.Student, file)).Append(CultureInfo.InvariantCulture,
                    $"<td class=\"count\">{grade.Count(ExerciseOutcome.Right)} of {grade.Exercises.Count}</td>");
                foreach (var exercise in grade.Exercises)
                {
                    body.Append($"<td title=\"{Encode(exercise.Verdict.Message)}\">{Mark(exercise.Verdict.Outcome)}</td>");
                }

                body.Append($"<td>{Encode(string.Join(" ", grade.Remarks))}</td></tr>\n");
            }

            body.Append("</tbody></table>\n");
        }

        if (grades.HandIns.Where(grade => grade.Lesson is null).ToArray() is { Length: > 0 } refused)
        {
            body.Append("<h2>Not graded</h2>\n<table class=\"grades\"><thead><tr><th scope=\"col\">student</th><th scope=\"col\">file</th>"
                + "<th scope=\"col\">why</th></tr></thead><tbody>\n");
            foreach (var grade in refused)
            {
                body.Append(Link(grade.HandIn.Student, "")).Append(
                    $"<td>{Encode(grade.HandIn.ShortFile)}</td><td>{Encode(string.Join(" ", grade.Remarks))}</td></tr>\n");
            }

            body.Append("</tbody></table>\n");
        }

        return HtmlPage.Write("Grades", [], body.ToString());
    }

    private string Student(string student)
    {
        var body = new StringBuilder(Style).Append($"<h1>{Encode(student)}</h1>\n");
        foreach (var grade in grades.HandIns.Where(grade => grade.HandIn.Student == student))
        {
            body.Append($"<h2>{Encode(grade.Lesson?.Title ?? "Not graded")}</h2>\n<p class=\"about\">{Encode(grade.HandIn.File)}")
                .Append(grade.Lesson is null ? "" : string.Create(CultureInfo.InvariantCulture,
                    $" &middot; {grade.Count(ExerciseOutcome.Right)} of {grade.Exercises.Count} right"))
                .Append("</p>\n");
            body.AppendJoin("", grade.Remarks.Select(remark => $"<p class=\"caution\">{Encode(remark)}</p>\n"));
            foreach (var exercise in grade.Exercises)
            {
                body.Append($"<section class=\"exercise\"><h3>{Encode(exercise.Exercise)}: {Mark(exercise.Verdict.Outcome)}</h3>"
                    + $"<p>{Encode(exercise.Verdict.Message)}</p>");
                if (exercise.Answer is { Length: > 0 } answer)
                {
                    body.Append($"<pre><code>{CSharpHighlighter.Highlight(Printable.Lines(answer))}</code></pre>");
                }

                if (exercise.Printed.Length > 0)
                {
                    body.Append($"<details><summary>what it printed</summary><pre>{Encode(exercise.Printed)}</pre></details>");
                }

                body.Append("</section>\n");
            }
        }

        return HtmlPage.Write(student, [], body.Append("<p><a href=\"../index.html\">All grades</a></p>\n").ToString());
    }

    private static string Counted(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    private string Link(string student, string file) =>
        $"<tr><td><a href=\"students/{Uri.EscapeDataString(pages[student])}\">{Encode(student)}</a>"
        + $"{(file.Length > 0 ? $"<br><small>{Encode(file)}</small>" : "")}</td>";

    private static string Mark(ExerciseOutcome outcome)
    {
        var (sign, look) = outcome switch
        {
            ExerciseOutcome.Right => ("&#10003;", "right"),
            ExerciseOutcome.Almost => ("&#8776;", "almost"),
            ExerciseOutcome.Wrong => ("&#10007;", "wrong"),
            _ => ("&#9675;", "none"),
        };
        return $"<span class=\"mark {look}\"><span aria-hidden=\"true\">{sign}</span> {GradeTable.Word(outcome)}</span>";
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(Printable.Lines(text));
}
