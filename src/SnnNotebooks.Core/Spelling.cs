namespace SnnNotebooks;

/// <summary>Finds what somebody meant to write. The host, which refers to no library of spikes, compiles this file too.</summary>
internal static class Spelling
{
    private const int LongestName = 64;

    /// <summary>The known name with the fewest letters to change, capital or not; null where none is known.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        var meant = (name.Length > LongestName ? name[..LongestName] : name).ToUpperInvariant();
        return known.MinBy(candidate => Distance(candidate.ToUpperInvariant(), meant));
    }

    /// <summary>The fewest letters to put in, take out or exchange (V. Levenshtein, 1966), one row at a time.</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var exchanged = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(exchanged, Math.Min(row[j - 1], row[j]) + 1);
            }
        }

        return row[^1];
    }
}
