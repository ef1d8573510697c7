using System.Globalization;
using System.Text.RegularExpressions;

namespace SnnNotebooks.Memristive.Devices;

/// <summary>A measured curve: conductances after upward pulses, then after downward ones.</summary>
/// <param name="Potentiation">Siemens, in the order of the pulses, the first before any.</param>
/// <param name="Depression">Siemens, in the order of the pulses, the first before any; may be empty.</param>
public sealed record PulseCurve(IReadOnlyList<double> Potentiation, IReadOnlyList<double> Depression)
{
    private const int MostRows = 1_000_000;
    private const int LongestLine = 1_000;
    private static readonly Regex Thousands = new(@"^\s*[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+\s*$", RegexOptions.NonBacktracking);

    /// <summary>
    /// Reads a table of text: pulse number and conductance in each line, separated by comma, semicolon or tab. Numbers have decimal points,
    /// or decimal commas where semicolons or tabs separate them ("1,500" is refused there: it may be 1.5 or 1500). Under a heading there
    /// may be
    /// further columns, which are passed over; without one there are two, and every line has as many as the first. A heading may name the
    /// unit of the second column: S, mS, uS or nS in round or square brackets (siemens where none does). Lines that begin with # and empty
    /// ones are passed over. Depression begins where the pulse numbers start again, else behind the largest conductance.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>The curve, in the order of the lines.</returns>
    /// <exception cref="InvalidDataException">The file holds something else; the message names the line.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public static PulseCurve Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var reader = new StreamReader(path);
        return Parse(reader, Path.GetFileName(path));
    }

    /// <summary>Reads a table as <see cref="Read"/> does.</summary>
    /// <param name="text">The table.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <returns>The curve, in the order of the lines.</returns>
    /// <exception cref="InvalidDataException">It holds something else; the message names the line.</exception>
    public static PulseCurve Parse(TextReader text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (unit, number, columns) = (1.0, 0, 2);
        var pulses = new List<double>();
        var conductances = new List<double>();
        while (Line(text, name, number + 1) is { } line)
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var cells = line.Split(Separator(line));
            if (cells.Length < 2)
            {
                throw new InvalidDataException(
                    $"{name}, line {number}: there is one column; expected the pulse number and the conductance, separated by a comma.");
            }

            if (conductances.Count == 0 && !Number(cells[0], out _) && !Number(cells[1], out _))
            {
                (unit, columns) = (Unit(cells[1], name, number), cells.Length);
                continue;
            }

            if (cells.Length != columns)
            {
                throw new InvalidDataException(
                    $"{name}, line {number} has {cells.Length} columns; expected {columns}. Separate decimal commas by semicolons or "
                    + "tabs, and give further columns a heading.");
            }

            if (!Number(cells[0], out var pulse) || !Number(cells[1], out var conductance) || conductance < 0)
            {
                throw new InvalidDataException(
                    $"{name}, line {number}: '{Short(cells[0])}' and '{Short(cells[1])}' are not a pulse number and a conductance of at "
                    + "least 0 (no thousands separator; a decimal point, as \"1,500\" may be 1.5 or 1500).");
            }

            if (conductances.Count == MostRows)
            {
                throw new InvalidDataException($"{name} has more than {MostRows} pulses.");
            }

            pulses.Add(pulse);
            conductances.Add(conductance * unit);
        }

        if (conductances.Count < 4)
        {
            throw new InvalidDataException($"{name} has {conductances.Count} pulses; a curve needs at least 4.");
        }

        return Split(pulses, conductances);
    }

    private static PulseCurve Split(List<double> pulses, List<double> conductances)
    {
        var restart = Enumerable.Range(1, pulses.Count - 1).FirstOrDefault(i => pulses[i] <= pulses[i - 1]);
        if (restart > 0)
        {
            return new PulseCurve(conductances[..restart], conductances[restart..]);
        }

        // a table may give the top twice, as the last of the one and the first of the other direction
        var (top, lastTop) = (conductances.IndexOf(conductances.Max()), conductances.LastIndexOf(conductances.Max()));
        return top == conductances.Count - 1 ? new PulseCurve(conductances, [])
            : top == 0 ? new PulseCurve([], conductances[lastTop..])
            : new PulseCurve(conductances[..(top + 1)], conductances[lastTop..]);
    }

    // a line of any length would be held in memory whole
    private static string? Line(TextReader text, string name, int number)
    {
        var buffer = new System.Text.StringBuilder();
        while (true)
        {
            var next = text.Read();
            if (next < 0)
            {
                return buffer.Length == 0 ? null : buffer.ToString().Trim();
            }

            if (next == '\n')
            {
                return buffer.ToString().Trim();
            }

            if (buffer.Length == LongestLine)
            {
                throw new InvalidDataException(
                    $"{name}, line {number} is longer than {LongestLine} characters; expected a pulse number and a conductance.");
            }

            buffer.Append((char)next);
        }
    }

    // where a semicolon or a tab separates, a comma belongs to a number
    private static char Separator(string line) =>
        line.Contains(';', StringComparison.Ordinal) ? ';' : line.Contains('\t', StringComparison.Ordinal) ? '\t' : ',';

    private static bool Number(string cell, out double value)
    {
        value = 0;
        var ambiguous = cell.Contains(',', StringComparison.Ordinal)
            && (cell.Contains('.', StringComparison.Ordinal) || Thousands.IsMatch(cell));
        return !ambiguous && double.TryParse(cell.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    private static double Unit(string heading, string name, int number)
    {
        var (open, close) = (heading.IndexOfAny(['(', '[']), heading.LastIndexOfAny([')', ']']));
        if (open < 0 || close < open)
        {
            return 1;
        }

        return heading[(open + 1)..close].Trim() switch
        {
            "S" => 1,
            "mS" => 1e-3,
            "uS" or "\u00b5S" or "\u03bcS" => 1e-6,
            "nS" => 1e-9,
            var other => throw new InvalidDataException(
                $"{name}, line {number}: the unit '{Short(other)}' is not known; expected S, mS, uS or nS."),
        };
    }

    private static string Short(string text) => text.Length > 40 ? text[..40] + "..." : text;
}
