using System.Globalization;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>A column of a table of trials, as text.</summary>
/// <param name="Name">Its name, such as <c>direction</c>.</param>
/// <param name="Values">One for each trial; empty where it is missing.</param>
/// <param name="IsNumeric">Whether they are numbers, in the invariant culture.</param>
public sealed record TrialColumn(string Name, IReadOnlyList<string> Values, bool IsNumeric)
{
    /// <summary>Some of its rows.</summary>
    internal TrialColumn Rows(int[] rows) =>
        rows.Length == Values.Count ? this : this with { Values = [.. rows.Select(row => Values[row])] };

    /// <summary>A number as such columns have it.</summary>
    internal static string Text(double value) =>
        double.IsNaN(value) ? string.Empty : value.ToString("G7", CultureInfo.InvariantCulture);
}
