using System.Globalization;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>What trials differ in, as few names.</summary>
internal static class TrialConditions
{
    private const int Most = 40;
    private const int Groups = 6;
    private const string Missing = "missing";

    /// <summary>The condition of each trial. Numbers of more than 40 different values are put in six groups of as many trials.</summary>
    /// <param name="column">What they differ in.</param>
    /// <exception cref="DatasetException">There are more than 40 different texts.</exception>
    public static IReadOnlyList<string> Of(TrialColumn column)
    {
        var values = column.Values.Select(value => value.Length > 0 ? value : Missing).ToArray();
        var different = values.Distinct().Count();
        return different <= Most ? values
            : column.IsNumeric ? Grouped(values)
            : throw new DatasetException(
                $"The column {column.Name} has {different} different values for {values.Length} trials; expected at most {Most}, or "
                + "numbers, which are put in groups: name a coarser column, or a file with a group's name for each trial.");
    }

    private static string[] Grouped(string[] values)
    {
        var numbers = Array.ConvertAll(values, value => value == Missing ? double.NaN : double.Parse(value, CultureInfo.InvariantCulture));
        var ordered = numbers.Where(double.IsFinite).Order().ToArray();
        var starts = Enumerable.Range(0, Groups).Select(group => ordered[group * ordered.Length / Groups]).Distinct().ToArray();
        string Name(int group) => string.Create(CultureInfo.InvariantCulture,
            $"{starts[group]:G4} {(group + 1 < starts.Length ? $"to below {starts[group + 1]:G4}" : $"to {ordered[^1]:G4}")}");
        return Array.ConvertAll(
            numbers, number => double.IsFinite(number) ? Name(Array.FindLastIndex(starts, start => start <= number)) : Missing);
    }
}
