using System.Text;

namespace SnnNotebooks.Datasets;

/// <summary>
/// The lines of a text, as <see cref="File.ReadLines(string)"/> gives them, but of bounded length: a file without line ends must not fill
/// the memory.
/// </summary>
internal static class TextLines
{
    /// <summary>Characters of the longest line that is read: a table of a million columns.</summary>
    public const int Longest = 1 << 24;

    private const int Chunk = 1 << 16;

    /// <summary>Reads them one by one.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DatasetException">A line is longer than <see cref="Longest"/>.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IEnumerable<string> Of(string path)
    {
        using var reader = new StreamReader(path);
        var (line, chunk, number, isAfterReturn) = (new StringBuilder(), new char[Chunk], 1L, false);
        while (reader.Read(chunk) is var count and > 0)
        {
            for (var from = 0; from < count;)
            {
                if (isAfterReturn && chunk[from] == '\n')
                {
                    (isAfterReturn, from) = (false, from + 1);
                    continue;
                }

                var length = chunk.AsSpan(from, count - from).IndexOfAny('\r', '\n');
                line.Append(chunk, from, length < 0 ? count - from : length);
                if (line.Length > Longest)
                {
                    throw new DatasetException($"Line {number} of {path} has more than {Longest} characters; expected a text of lines.");
                }

                if (length < 0)
                {
                    isAfterReturn = false;
                    break;
                }

                isAfterReturn = chunk[from + length] == '\r';
                from += length + 1;
                number++;
                yield return line.ToString();
                line.Clear();
            }
        }

        if (line.Length > 0)
        {
            yield return line.ToString();
        }
    }
}
