using System.Text.RegularExpressions;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Exporting;

namespace SnnNotebooks.Host.Courses;

/// <summary>A text in Markdown to which lessons link, such as a glossary: it goes along, and becomes a page beside theirs.</summary>
/// <param name="Path">Full path of its <c>.md</c>.</param>
internal sealed partial record LinkedText(string Path)
{
    private static readonly Dictionary<string, IReadOnlyDictionary<string, string>> NoImages = [];

    /// <summary>The name of its file, without ending.</summary>
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Those to which lessons link, in their own folder. What lies elsewhere is not the course's to hand out.</summary>
    /// <param name="lessons">Lessons of one folder.</param>
    public static IReadOnlyList<LinkedText> Of(IReadOnlyList<CourseLesson> lessons) =>
    [
        .. lessons.SelectMany(lesson => lesson.Notebook.Cells.Where(cell => cell.Kernel == KernelNames.Markdown)
                .SelectMany(cell => Link().Matches(cell.Source))
                .Select(link => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(lesson.Path)!, link.Groups[1].Value)))
            .Distinct().Where(path => File.Exists(path) && new FileInfo(path).LinkTarget is null)
            .Order(StringComparer.Ordinal).Select(path => new LinkedText(path)),
    ];

    /// <summary>The page.</summary>
    /// <exception cref="NotebookException">The file cannot be read.</exception>
    public string ToHtml()
    {
        var text = DocumentText.WithUnixLines(DocumentText.Read(Path));
        var title = text.Split('\n').FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal))?[2..].Trim() ?? Name;
        return HtmlPage.Write(title, [],
            $"<section class=\"markdown\">\n{MarkdownHtml.Render(text, System.IO.Path.GetDirectoryName(Path)!, NoImages)}</section>\n");
    }

    [GeneratedRegex(@"\]\(([\w-]+\.md)(?:#[^)]*)?\)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
