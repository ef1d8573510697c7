namespace SnnNotebooks;

/// <summary>How far apart two words are.</summary>
internal static class Spelling
{
    /// <summary>The fewest letters to put in, take out or exchange (V. Levenshtein, 1966), one row at a time.</summary>
    public static int Distance(string from, string to)
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
