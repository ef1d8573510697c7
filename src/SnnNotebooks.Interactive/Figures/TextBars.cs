namespace SnnNotebooks.Interactive.Figures;

/// <summary>A row of numbers as block letters, one each, for terminals.</summary>
public static class TextBars
{
    private const string Blocks = "▁▂▃▄▅▆▇█";

    /// <summary>Counts or rates: the greatest is the highest block, none is a blank.</summary>
    /// <param name="values">At least 0; not finite ones are blanks.</param>
    /// <returns>A block for each value.</returns>
    public static string FromZero(IEnumerable<double> values)
    {
        double[] all = [.. values];
        var most = all.Where(double.IsFinite).DefaultIfEmpty().Max();
        return string.Concat(all.Select(value => double.IsFinite(value) && value > 0 ? Blocks[(int)((Blocks.Length - 1) * value / most)]
            : ' '));
    }

    /// <summary>A curve: from the lowest block for the least number to the highest one for the greatest.</summary>
    /// <param name="values">Any; not finite ones are blanks.</param>
    /// <returns>A block for each value.</returns>
    public static string BetweenExtremes(IEnumerable<double> values)
    {
        double[] all = [.. values];
        var (least, most) = (all.Where(double.IsFinite).DefaultIfEmpty().Min(), all.Where(double.IsFinite).DefaultIfEmpty().Max());
        return string.Concat(all.Select(value => !double.IsFinite(value) ? ' '
            : Blocks[most > least ? (int)Math.Round((value - least) / (most - least) * (Blocks.Length - 1)) : 0]));
    }
}
