using System.Globalization;
using System.Text;
using SnnNotebooks.Datasets.Events.Formats;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// A table as text, such as CSV: columns separated by semicolons, commas, tabs or blanks, perhaps with names in its first line. Empty lines
/// and those that begin with # are comments; a field in quotes may hold separators.
/// </summary>
internal sealed class TextTable
{
    private static readonly HashSet<string> Missing = new(StringComparer.OrdinalIgnoreCase) { "", "na", "n/a", "nan", "null" };

    private readonly string path;
    private readonly char? separator; // blanks where null

    private TextTable(string path, char? separator, string[] first)
    {
        (this.path, this.separator, Width) = (path, separator, first.Length);
        Names = Array.TrueForAll(first, field => field.Length > 0 && (IsNumber(field) || Missing.Contains(field))) ? null : first;
    }

    /// <summary>The names of the columns; null where the first line holds numbers.</summary>
    public IReadOnlyList<string>? Names { get; }

    /// <summary>How many columns there are.</summary>
    public int Width { get; }

    /// <summary>Whether a file begins like text rather than like bytes.</summary>
    /// <param name="start">Its first bytes.</param>
    public static bool IsText(ReadOnlySpan<byte> start) =>
        start.Length > 0 && !start.ContainsAnyInRange((byte)0, (byte)8) && !start.ContainsAnyInRange((byte)14, (byte)31);

    /// <summary>Opens a table.</summary>
    /// <exception cref="DatasetException">It cannot be read or holds no lines.</exception>
    public static TextTable Open(string path)
    {
        var line = Guarded(path, () => Lines(path).Select(found => found.Text).FirstOrDefault())
            ?? throw new DatasetException($"{path} holds no lines; expected a table as text.");
        char? separator = line.Contains('\t', StringComparison.Ordinal) ? '\t'
            : TextHeader.Separator(Encoding.UTF8.GetBytes(line)) is var found && found == (byte)' ' ? null : (char)found;
        return Fields(line, separator) is var first && first.Length > 1
            ? new TextTable(path, separator, first)
            : new TextTable(path, '\n', [line.Trim('"')]); // one column, whose values may hold blanks
    }

    /// <summary>A name without case, signs and blanks: <c>Spike time (s)</c> is <c>spiketimes</c>.</summary>
    public static string Plain(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    /// <summary>The first column with one of some names, in the form of <see cref="Plain"/>; -1 where there is none.</summary>
    public int Find(params ReadOnlySpan<string> plain)
    {
        for (var column = 0; column < Names?.Count; column++)
        {
            if (plain.Contains(Plain(Names[column])))
            {
                return column;
            }
        }

        return -1;
    }

    /// <summary>Gives every line after the names to a reader, with the number it has in the file, from 1.</summary>
    /// <exception cref="DatasetException">It cannot be read, or a line has another number of columns.</exception>
    public void ForEach(Action<int, string[]> read) => Guarded(path, () =>
    {
        foreach (var (number, text) in Lines(path).Skip(Names is null ? 0 : 1))
        {
            var fields = Fields(text, separator);
            read(number, fields.Length == Width
                ? fields
                : throw new DatasetException($"Line {number} of {path} has {fields.Length} columns; expected {Width}, as the first line."));
        }

        return true;
    });

    /// <summary>A number of a line; NaN where it is missing.</summary>
    /// <exception cref="DatasetException">It is no number.</exception>
    public double Number(int line, string[] fields, int column) =>
        Missing.Contains(fields[column]) ? double.NaN
        : double.TryParse(fields[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
        : throw new DatasetException(
            $"Line {line} of {path} has '{Shortened(fields[column])}' in column {Names?[column] ?? $"{column + 1}"}; expected a number, "
            + "whose decimals have a point.");

    /// <summary>All lines as columns of texts; those of numbers are numbers.</summary>
    public IReadOnlyList<TrialColumn> Columns()
    {
        var values = Enumerable.Range(0, Width).Select(_ => new List<string>()).ToArray();
        ForEach((_, fields) =>
        {
            for (var column = 0; column < Width; column++)
            {
                values[column].Add(Missing.Contains(fields[column]) ? string.Empty : fields[column]);
            }
        });
        return [.. values.Select((column, place) => column.TrueForAll(text => text.Length == 0 || IsNumber(text))
            ? new TrialColumn(NameOf(place), [.. column.Select(Rounded)], IsNumeric: true)
            : new TrialColumn(NameOf(place), column, IsNumeric: false))];
    }

    private string NameOf(int column) => Names?[column] ?? Path.GetFileNameWithoutExtension(path);

    private static string Rounded(string text) =>
        text.Length == 0 ? text : TrialColumn.Text(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "...";

    private static IEnumerable<(int Number, string Text)> Lines(string path)
    {
        var number = 0;
        foreach (var line in TextLines.Of(path))
        {
            number++;
            var text = line.Trim(' ', '\r');
            if (text.Length > 0 && text[0] != '#')
            {
                yield return (number, text);
            }
        }
    }

    private static string[] Fields(string line, char? separator)
    {
        if (!line.Contains('"', StringComparison.Ordinal))
        {
            return separator is { } sign
                ? line.Split(sign, StringSplitOptions.TrimEntries)
                : line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        }

        List<string> fields = [];
        var field = new StringBuilder();
        var quoted = false;
        foreach (var letter in line)
        {
            if (letter == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && (separator is { } sign ? letter == sign : char.IsWhiteSpace(letter)))
            {
                fields.Add(field.ToString().Trim());
                field.Clear();
            }
            else
            {
                field.Append(letter);
            }
        }

        fields.Add(field.ToString().Trim());
        return separator is null ? [.. fields.Where(text => text.Length > 0)] : [.. fields];
    }

    private static T Guarded<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be read: {failure.Message}", failure);
        }
    }
}
