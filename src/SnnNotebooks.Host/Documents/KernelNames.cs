namespace SnnNotebooks.Host.Documents;

/// <summary>The cell markers that are known without a <c>#!meta</c> block (case-sensitive, as in .NET Interactive).</summary>
public static class KernelNames
{
    /// <summary>C#, the language of code before any marker.</summary>
    public const string CSharp = "csharp";

    /// <summary>Markdown text.</summary>
    public const string Markdown = "markdown";

    /// <summary>HTML shown as it is.</summary>
    public const string Html = "html";

    /// <summary>JavaScript for the reader's browser.</summary>
    public const string JavaScript = "javascript";

    /// <summary>A mermaid diagram.</summary>
    public const string Mermaid = "mermaid";

    /// <summary>Names and aliases.</summary>
    public static IReadOnlyList<KernelInfo> Known { get; } =
    [
        new(CSharp, "c#", "C#"),
        new("fsharp", "f#", "F#"),
        new("pwsh", "powershell"),
        new(Html),
        new(JavaScript, "js"),
        new(Markdown, "md"),
        new(Mermaid),
        new("http"),
        new("sql"),
        new("kql"),
        new("value"),
    ];

    /// <summary>A fresh table from every name and alias to its canonical name.</summary>
    internal static Dictionary<string, string> Markers()
    {
        var markers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var kernel in Known)
        {
            markers[kernel.Name] = kernel.Name;
            foreach (var alias in kernel.Aliases)
            {
                markers[alias] = kernel.Name;
            }
        }

        return markers;
    }
}
