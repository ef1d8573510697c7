using System.Globalization;
using System.Text;

namespace SnnNotebooks.Host.Documents;

/// <summary>Reads the text of a document, whatever its bytes.</summary>
internal static class DocumentText
{
    /// <summary>Documents beyond this many bytes are refused: one that large is a mistake, and <c>/dev/zero</c> never ends.</summary>
    public const long LargestFile = 512L << 20;

    private static readonly Encoding[] Marked = [new UTF8Encoding(true, true), new UTF32Encoding(false, true, true),
        new UnicodeEncoding(false, true, true), new UnicodeEncoding(true, true, true)];

    /// <summary>The text of a file: UTF-8, or UTF-16 or UTF-32 where a byte order mark says so.</summary>
    /// <exception cref="NotebookException">Missing, no regular file, unreadable, too large, or not in that encoding.</exception>
    public static string Read(string path)
    {
        if (Directory.Exists(path))
        {
            throw new NotebookException($"{Printable.Name(path)} is a folder, not a notebook. Name the .dib file inside it.");
        }

        if (!File.Exists(path))
        {
            throw new NotebookException(
                $"There is no notebook at {Printable.Name(Path.GetFullPath(path))}. Check the path; it is taken relative to "
                + $"{Printable.Name(Directory.GetCurrentDirectory())}.");
        }

        try
        {
            return RegularFile.Read(path, LargestFile) is { } bytes ? Decode(bytes, path)
                : throw new NotebookException($"{Printable.Name(path)} is larger than {LargestFile >> 20} MB, which no notebook is.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"{Printable.Name(path)} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>
    /// A text with <c>\n</c> at the ends of its lines. Other characters that end lines elsewhere, such as U+2028, are content and stay.
    /// </summary>
    public static string WithUnixLines(string text) =>
        text.Contains('\r', StringComparison.Ordinal) ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n') : text;

    /// <summary>The text that bytes of a file are, as <see cref="Read"/> takes them.</summary>
    /// <exception cref="NotebookException">They are not in that encoding.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes, string path)
    {
        var encoding = Marked[0];
        var mark = 0;
        foreach (var marked in Marked)
        {
            if (bytes.StartsWith(marked.Preamble))
            {
                (encoding, mark) = (marked, marked.Preamble.Length);
                break;
            }
        }

        try
        {
            return encoding.GetString(bytes[mark..]);
        }
        catch (DecoderFallbackException e)
        {
            var position = mark + e.Index;
            var line = bytes[..Math.Min(position, bytes.Length)].Count((byte)'\n') + 1;
            var wrong = string.Join(' ', (e.BytesUnknown ?? []).Select(value => value.ToString("X2", CultureInfo.InvariantCulture)));
            throw new NotebookException(
                string.Create(CultureInfo.InvariantCulture,
                    $"{Printable.Name(path)}, line {line}: the bytes {wrong} at position {position} are not "
                    + $"{encoding.WebName.ToUpperInvariant()}. Expected a text in UTF-8; save it as that in your editor, or convert it: "
                    + $"iconv -f LATIN1 -t UTF-8."), e);
        }
    }
}
