using System.Text;
using System.Text.Json;

namespace SnnNotebooks.Conformance.SpikingJelly;

/// <summary>
/// JSON as Python's json module writes it: <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> stand bare where JSON knows no such number.
/// </summary>
internal static class PythonJson
{
    /// <summary>Reads a file; those three count as null.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <returns>The document; the caller disposes it.</returns>
    /// <exception cref="JsonException">It is no such file.</exception>
    public static JsonDocument Read(string path)
    {
        var text = File.ReadAllText(path);
        var strict = new StringBuilder(text.Length);
        var inString = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                inString = !inString;
            }
            else if (inString && text[i] == '\\' && i + 1 < text.Length)
            {
                strict.Append(text[i++]); // what is escaped does not end the string
            }
            else if (!inString && Bare(text.AsSpan(i)) is > 0 and var length)
            {
                strict.Append("null");
                i += length - 1;
                continue;
            }

            strict.Append(text[i]);
        }

        return JsonDocument.Parse(strict.ToString());
    }

    private static int Bare(ReadOnlySpan<char> rest) =>
        rest.StartsWith("NaN") ? 3
        : rest.StartsWith("Infinity") ? 8
        : rest.StartsWith("-Infinity") ? 9
        : 0;
}
