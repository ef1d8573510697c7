using System.Globalization;

namespace SnnNotebooks.Interactive.Figures.Linked;

/// <summary>Names that begin with numbers by these, others behind them by their letters.</summary>
internal sealed class NameOrder : IComparer<string>
{
    public static NameOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var byNumber = Number(x!).CompareTo(Number(y!));
        return byNumber != 0 ? byNumber : string.CompareOrdinal(x, y);
    }

    private static double Number(string name) =>
        double.TryParse(name.Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : double.PositiveInfinity;
}
