using System.Globalization;
using System.Net;
using System.Text;
using SnnNotebooks.Host.Exporting;

namespace SnnNotebooks.Host.Courses;

/// <summary>The page that leads to all of a course.</summary>
internal static class CourseIndex
{
    /// <summary>The page.</summary>
    /// <param name="course">The lessons.</param>
    /// <param name="place">Path of a file below <c>student</c> and <c>solution</c>, without ending, by its path among the lessons.</param>
    public static string Write(Course course, Func<string, string> place)
    {
        var body = new StringBuilder(
            "<h1>Course</h1>\n<p>The folder <code>student</code> is for the class, whole; <code>solution</code> stays with the teacher."
            + "</p>\n<table><thead><tr><th scope=\"col\">lesson</th><th scope=\"col\">minutes</th><th scope=\"col\">exercises</th>"
            + "<th scope=\"col\">slides</th><th scope=\"col\">for students</th><th scope=\"col\">with solutions</th></tr></thead>"
            + "<tbody>\n");
        foreach (var lesson in course.Lessons)
        {
            var path = place(lesson.Path).Replace('\\', '/');
            body.Append(CultureInfo.InvariantCulture,
                    $"<tr><td>{WebUtility.HtmlEncode(lesson.Title)}</td><td>{LessonTime.Minutes(lesson)}</td>"
                    + $"<td>{lesson.Exercises.Count}</td>")
                .Append($"<td>{Link($"slides/{lesson.Name}.html", "slides")}</td>")
                .Append($"<td>{Links($"student/{path}")}</td><td>{Links($"solution/{path}")}</td></tr>\n");
        }

        body.Append("</tbody></table>\n").AppendJoin("", LinkedText.Of(course.Lessons).Select(text =>
            $"<p>The lessons link to: {Link($"student/{place(text.Path).Replace('\\', '/')}.html", text.Name)}</p>\n"));
        return HtmlPage.Write("Course", [], body.ToString());
    }

    private static string Links(string path) => string.Join(" &middot; ",
        Link(path + ".html", "to print"), Link(path + ".dib", ".dib"), Link(path + ".ipynb", ".ipynb"));

    private static string Link(string path, string text) =>
        $"<a href=\"{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}\">{text}</a>";
}
