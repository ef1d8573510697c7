using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Html;
using SnnNotebooks.Host.Execution;

// the namespace of .NET Interactive, so that what a notebook writes for it compiles here
namespace Microsoft.DotNet.Interactive;

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
    /// <param name="id">An id for its element, or none.</param>
    public static void CSS(string content, string? id = null) =>
        _ = new DisplayedValue(new HtmlString($"<style{(id is null ? "" : $" id=\"{WebUtility.HtmlEncode(id)}\"")}>{content}</style>"), []);

    /// <summary>Runs a script in the reader's browser.</summary>
    /// <param name="script">JavaScript.</param>
    public static void Javascript(string script) => _ = new DisplayedValue(new HtmlString($"<script>{script}</script>"), []);

    /// <summary>Removes what the running cell has shown so far.</summary>
    /// <param name="wait">Whether it stays until the next output comes.</param>
    public static void ClearOutput(bool wait = false) => DisplayChannel.Clear(wait);

    /// <summary>Asks the reader for a line of text.</summary>
    /// <param name="prompt">What to ask.</param>
    /// <exception cref="InvalidOperationException">Nobody can be asked here: the notebook runs headless.</exception>
    public static Task<string> GetInputAsync(string prompt = "") => Task.FromResult(DisplayChannel.Ask(prompt, isPassword: false));

    /// <summary>Asks the reader for a text that is not shown while it is typed.</summary>
    /// <param name="prompt">What to ask.</param>
    /// <exception cref="InvalidOperationException">Nobody can be asked here: the notebook runs headless.</exception>
    public static Task<string> GetPasswordAsync(string prompt = "") => Task.FromResult(DisplayChannel.Ask(prompt, isPassword: true));
}
