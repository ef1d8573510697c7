namespace SnnNotebooks.Host.Execution;

/// <summary>Finds what somebody meant to write.</summary>
internal static class Spelling
{
    private const int LongestName = 64;

    /// <summary>The known name with the fewest letters to change; null where none is known.</summary>
    public static string? Nearest(string name, IEnumerable<string> known) =>
        known.MinBy(
            candidate =>
                Distance(candidate.ToUpperInvariant(), (name.Length > LongestName ? name[..LongestName] : name).ToUpperInvariant()));

    // Levenshtein, one row at a time
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
