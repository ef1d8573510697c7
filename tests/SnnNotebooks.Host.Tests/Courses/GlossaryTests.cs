using System.Text.RegularExpressions;
using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Courses;

/// <summary>The words of the lessons: each that the glossary explains is linked where a lesson uses it first.</summary>
public sealed partial class GlossaryTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "notebooks", "lessons");

    public static TheoryData<string> Lessons =>
        [.. Directory.GetFiles(Folder, "*.dib").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Lessons))]
    public void Words_of_the_glossary_are_linked_at_their_first_use(string lesson)
    {
        var text = string.Join("\n\n", NotebookFile.Read(Path.Combine(Folder, lesson + ".dib")).Cells
            .Where(cell => cell.Kernel == KernelNames.Markdown).Select(cell => cell.Source));
        var links = GlossaryLink().Matches(text);
        var plain = NoProse().Replace(text, match => new string(' ', match.Length));
        var terms = Terms();

        Assert.All(links, link => Assert.Contains(link.Groups[1].Value, terms.Select(term => term.Anchor)));
        var unlinked = terms.Select(term => (term.Anchor, Use: FirstUse(plain, term.Forms), Link: links.FirstOrDefault(link =>
                link.Groups[1].Value == term.Anchor)?.Index ?? int.MaxValue))
            .Where(term => term.Use < term.Link)
            .Select(term => $"{term.Anchor}: ...{text[Math.Max(0, term.Use - 30)..Math.Min(text.Length, term.Use + 30)]}...");
        Assert.Empty(unlinked);
    }

    [Fact]
    public void Each_word_stands_once_in_the_glossary_and_some_lesson_uses_it()
    {
        var lessons = string.Concat(Directory.GetFiles(Folder, "*.dib").Select(File.ReadAllText));
        var terms = Terms();

        Assert.Equal(terms.Count, terms.Select(term => term.Anchor).Distinct().Count());
        Assert.All(terms, term => Assert.Contains($"(glossary.md#{term.Anchor})", lessons, StringComparison.Ordinal));
    }

    [Fact]
    public void A_link_to_a_word_leads_to_its_place_on_the_glossarys_page()
    {
        var page = new LinkedText(Path.Combine(Folder, "glossary.md")).ToHtml();

        Assert.All(Terms(), term => Assert.Contains($" id=\"{term.Anchor}\"", page, StringComparison.Ordinal));
    }

    private static int FirstUse(string plain, IReadOnlyList<string> forms) => forms.Min(form =>
        Regex.Match(plain, $@"(?<![\w-]){Regex.Escape(form)}s?(?![\w-])",
            form.Any(char.IsLower) ? RegexOptions.IgnoreCase : RegexOptions.None) is { Success: true } match ? match.Index : int.MaxValue);

    // a heading of the third level, with the anchor that GitHub gives it, and the other forms below it
    private static IReadOnlyList<(string Anchor, IReadOnlyList<string> Forms)> Terms() =>
    [
        .. Entry().Matches(File.ReadAllText(Path.Combine(Folder, "glossary.md"))).Select(entry => (
            NoAnchor().Replace(entry.Groups[1].Value.ToLowerInvariant(), string.Empty).Replace(' ', '-'),
            (IReadOnlyList<string>)
                [entry.Groups[1].Value, .. entry.Groups[2].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries)])),
    ];

    [GeneratedRegex(@"\[[^\]]*\]\(glossary\.md#([^)]*)\)")]
    private static partial Regex GlossaryLink();

    // code, headings, links, tags, and what is to be read next
    [GeneratedRegex(
        @"```[\s\S]*?```|`[^`\n]*`|^#.*$|\*\*(Next|Read):\*\*.*$|\[[^\]]*\]\([^)]*\)|<summary>.*</summary>|<[^>\n]*>",
        RegexOptions.Multiline)]
    private static partial Regex NoProse();

    [GeneratedRegex(@"^### (.+)\n(?:(?!###)[^\n]*?(?:\*Also: ([^*]+)\*)?\n)", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"[^a-z0-9 -]")]
    private static partial Regex NoAnchor();
}
