namespace SnnNotebooks.Cli.Sweeps;

/// <summary>Texts in scripts of bash.</summary>
internal static class Bash
{
    /// <summary>A text as one word, whatever is in it.</summary>
    public static string Quote(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+@%".Contains(c, StringComparison.Ordinal))
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
