namespace SnnNotebooks.Host.Exporting.Terminal;

/// <summary>Takes the lines of a terminal that can no longer change, from the top.</summary>
internal interface ITerminalLines
{
    /// <summary>Takes the next line.</summary>
    void Add(IReadOnlyList<Glyph> line);
}

/// <summary>One cell of a terminal.</summary>
/// <param name="Text">A character with its combining marks; empty right of a character that is two cells wide, and behind a
/// tabulator.</param>
/// <param name="Style">How it looks.</param>
internal readonly record struct Glyph(string Text, TextStyle Style);
