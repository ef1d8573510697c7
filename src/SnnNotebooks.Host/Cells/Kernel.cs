using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Html;

namespace SnnNotebooks.Host.Cells;

/// <summary>The helpers every C# cell sees without a <c>using</c>, named as in .NET Interactive.</summary>
[SuppressMessage("Naming", "CA1707", Justification = "names of .NET Interactive")]
public static class Kernel
{
    /// <summary>Shows a value.</summary>
    /// <param name="value">Any value.</param>
    /// <param name="mimeTypes">Mime types such as <c>text/html</c>; none for those the type prefers.</param>
    /// <returns>A handle that replaces the display.</returns>
    [SuppressMessage("Style", "IDE1006", Justification = "lower case in .NET Interactive")]
    public static DisplayedValue display(object? value, params string[] mimeTypes) => new(value, mimeTypes);

    /// <summary>Marks text as HTML, so that showing it renders it.</summary>
    /// <param name="content">An HTML fragment.</param>
    public static IHtmlContent HTML(string content) => new HtmlString(content);

    /// <summary>Adds a style sheet to the page.</summary>
    /// <param name="content">The rules.</param>
    public static void CSS(string content) => _ = new DisplayedValue(new HtmlString($"<style>{content}</style>"), []);

    /// <summary>Runs a script in the reader's browser.</summary>
    /// <param name="script">JavaScript.</param>
    public static void Javascript(string script) => _ = new DisplayedValue(new HtmlString($"<script>{script}</script>"), []);
}
