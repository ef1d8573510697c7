using System.Globalization;

namespace SnnNotebooks.Benchmarks;

/// <summary>Up to which firing rate a layer is faster by events, from the rows of the table that <c>sparse</c> writes.</summary>
internal static class SparseCrossing
{
    /// <summary>The first column, of the dense layer's time over that by events.</summary>
    public const int OneSample = 6;

    /// <summary>The same with 32 samples at once.</summary>
    public const int ManySamples = 7;

    /// <summary>The rate in percent at which both take as long, between the measured rates on logarithmic axes.</summary>
    /// <param name="layer">The rows of a layer, by rising rates.</param>
    /// <param name="column">The column of ratios, above 1 where events win.</param>
    /// <returns>Null where one side is ahead at every rate that was measured.</returns>
    public static double? Of(IReadOnlyList<IReadOnlyList<string>> layer, int column)
    {
        for (var i = 1; i < layer.Count; i++)
        {
            var (before, after) = (Math.Log(Number(layer[i - 1][column])), Math.Log(Number(layer[i][column])));
            if (before > 0 && after <= 0)
            {
                var (low, high) = (Rate(layer[i - 1]), Rate(layer[i]));
                return low * Math.Pow(high / low, before / (before - after));
            }
        }

        return null;
    }

    /// <summary>The same in words.</summary>
    public static string Text(IReadOnlyList<IReadOnlyList<string>> layer, int column) => Of(layer, column) is { } rate
        ? string.Create(CultureInfo.InvariantCulture, $"{rate:0} %")
        : Number(layer[0][column]) > 1 ? "every rate measured" : "none measured";

    /// <summary>A row's firing rate in percent.</summary>
    public static double Rate(IReadOnlyList<string> row) => Number(row[1].TrimEnd('%'));

    /// <summary>A cell's number.</summary>
    public static double Number(string cell) => double.Parse(cell.Trim(), CultureInfo.InvariantCulture);
}
