using System.Globalization;
using System.Text.RegularExpressions;

namespace SnnNotebooks.Host.Courses;

/// <summary>
/// Figures draw their ids at random, so that two pages can be joined. A page by itself numbers them, to be the same each time.
/// </summary>
internal static partial class StableIds
{
    /// <summary>The page with numbered ids.</summary>
    /// <param name="page">HTML.</param>
    public static string In(string page)
    {
        var numbers = new Dictionary<string, string>(StringComparer.Ordinal);
        return RandomId().Replace(page, match => numbers.TryGetValue(match.Value, out var known)
            ? known
            : numbers[match.Value] = string.Create(CultureInfo.InvariantCulture, $"snn{numbers.Count + 1}"));
    }

    [GeneratedRegex("\\bsnn[0-9a-f]{32}", RegexOptions.CultureInvariant)]
    private static partial Regex RandomId();
}
