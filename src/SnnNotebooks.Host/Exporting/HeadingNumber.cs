using System.Globalization;
using System.Text.RegularExpressions;

namespace SnnNotebooks.Host.Exporting;

/// <summary>The number in a heading, such as "Lesson 3: ...", by which notebooks are ordered.</summary>
internal static partial class HeadingNumber
{
    /// <summary>The first whole number; of headings without one the largest of all, so that they come last.</summary>
    /// <param name="heading">A heading; null for none.</param>
    public static int Of(string? heading) => Number().Match(heading ?? "") is { Success: true } number
        ? int.Parse(number.Value, CultureInfo.InvariantCulture) : int.MaxValue;

    [GeneratedRegex(@"\b[0-9]{1,6}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
