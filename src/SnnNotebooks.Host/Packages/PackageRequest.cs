namespace SnnNotebooks.Host.Packages;

/// <summary>The argument of <c>#r "nuget: Id, version"</c>.</summary>
/// <param name="Id">The package's id.</param>
/// <param name="Version">Its version as written; null for the newest stable one.</param>
internal sealed record PackageRequest(string Id, string? Version)
{
    private const string Expected =
        "Expected #r \"nuget: Id, 1.2.3\"; the version may be left out (newest stable), or be a pattern such as 1.* or 2.0.0-*, or a "
        + "range such as [1.0, 2.0).";

    /// <summary>Whether any version will do: none is written, or <c>*-*</c>.</summary>
    public bool IsAny => Version is null or "*" or "*-*";

    /// <summary>Whether only that one version will do.</summary>
    public bool IsExact => Version is not null && !Version.AsSpan().ContainsAny("*[(");

    /// <summary>The version as a project file says it.</summary>
    public string Range => Version is null ? "*" : IsExact ? $"[{Version}]" : Version;

    /// <summary>Reads the text after <c>nuget:</c>.</summary>
    /// <exception cref="NotebookException">It does not name a package.</exception>
    public static PackageRequest Parse(string text)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        var id = (comma < 0 ? text : text[..comma]).Trim();
        var version = comma < 0 ? null : text[(comma + 1)..].Trim();
        if (version is ['[' or '(', .., ']' or ')'])
        {
            // blanks separate the ends of a range for a reader, and mean nothing
            version = string.Concat(version.Where(c => !char.IsWhiteSpace(c)));
        }

        if (id.Length == 0 || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
        {
            throw new NotebookException($"#r \"nuget:{text}\" does not name a package. {Expected}");
        }

        if (version is not null
            && (version.Length == 0
                || !version.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+' or '*' or '[' or ']' or '(' or ')' or ',')))
        {
            throw new NotebookException($"#r \"nuget:{text}\" has no version this host can read. {Expected}");
        }

        return new PackageRequest(id, version);
    }
}
