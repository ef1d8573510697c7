using System.Text.RegularExpressions;

namespace SnnNotebooks.Host.Exporting;

/// <summary>Markdown with links as a reader sees them: their texts, not where they lead.</summary>
internal static partial class LinkTexts
{
    /// <summary>The same text; of each link its text stays.</summary>
    /// <param name="markdown">Markdown.</param>
    public static string In(string markdown) => Link().Replace(markdown, "$1");

    [GeneratedRegex(@"\[([^\]]+)\]\([^)]*\)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
