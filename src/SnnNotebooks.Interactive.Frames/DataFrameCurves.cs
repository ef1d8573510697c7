using System.Globalization;
using Deedle;
using Microsoft.Data.Analysis;
using SnnNotebooks.Interactive.Views;

namespace SnnNotebooks.Interactive;

/// <summary>Columns of data frames as curves; a missing value is a gap.</summary>
public static class DataFrameCurves
{
    /// <summary>Columns of a frame of Microsoft.Data.Analysis over one of them.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="x">The column that goes to the right.</param>
    /// <param name="y">The columns that go upwards; all other numeric ones where none is named.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">There is no such column, or it holds no numbers.</exception>
    public static CurveView ShowCurves(this DataFrame frame, string x, params string[] y)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return Of([.. frame.Columns.Select(column => (column.Name, column.IsNumericColumn()))], Values, x, y);

        double[] Values(string name) =>
            [.. Enumerable.Range(0, (int)Math.Min(frame.Rows.Count, int.MaxValue)).Select(row => Number(frame.Columns[name][row]))];
    }

    /// <summary>Columns of a frame of Deedle over one of them.</summary>
    /// <typeparam name="TRow">Of row keys.</typeparam>
    /// <param name="frame">The frame.</param>
    /// <param name="x">The column that goes to the right.</param>
    /// <param name="y">The columns that go upwards; all other numeric ones where none is named.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">There is no such column, or it holds no numbers.</exception>
    public static CurveView ShowCurves<TRow>(this Frame<TRow, string> frame, string x, params string[] y)
        where TRow : notnull
    {
        ArgumentNullException.ThrowIfNull(frame);
        var names = frame.ColumnKeys.ToArray();
        return Of([.. names.Zip(frame.ColumnTypes, (name, type) => (name, DataColumn.IsNumber(type)))], Values, x, y);

        double[] Values(string name)
        {
            var column = frame.GetColumnAt<object>(Array.IndexOf(names, name));
            return [.. Enumerable.Range(0, column.KeyCount).Select(row => column.TryGetAt(row))
                .Select(value => value.HasValue ? Number(value.Value) : double.NaN)];
        }
    }

    private static CurveView Of(IReadOnlyList<(string Name, bool IsNumber)> columns, Func<string, double[]> values, string x, string[] y)
    {
        var shown = y.Length > 0 ? y : [.. columns.Where(column => column.IsNumber && column.Name != x).Select(column => column.Name)];
        foreach (var name in shown.Prepend(x))
        {
            if (!columns.Any(column => column.Name == name && column.IsNumber))
            {
                throw new ArgumentException(
                    $"The frame has no column of numbers called {name}; it has "
                    + $"{string.Join(", ", columns.Where(column => column.IsNumber).Select(column => column.Name))}.");
            }
        }

        var over = values(x);
        return new CurveView($"{string.Join(", ", shown)} over {x}", x, shown.Length == 1 ? shown[0] : "value",
            [.. shown.Select(name => new Curve(name, over, values(name), over.Length <= 100))]);
    }

    private static double Number(object? value) => value is null ? double.NaN : Convert.ToDouble(value, CultureInfo.InvariantCulture);
}
