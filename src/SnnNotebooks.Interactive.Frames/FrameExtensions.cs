using Deedle;
using Microsoft.Data.Analysis;
using Plotly.NET;
using SnnNotebooks.Interactive.Views;

namespace SnnNotebooks.Interactive;

/// <summary>One call from a data frame or a chart of another library to its picture; end a cell with it.</summary>
public static class FrameExtensions
{
    /// <summary>A frame of Microsoft.Data.Analysis as a table.</summary>
    /// <param name="frame">The frame; it is not kept.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static DataTableView Show(this DataFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var rows = Enumerable.Range(0, (int)Math.Min(frame.Rows.Count, int.MaxValue));
        return new DataTableView(
            "DataFrame",
            frame.Rows.Count,
            frame.Columns.Count,
            rows.Select(row => (object)row),
            frame.Columns.Select(
                column => new DataColumn(column.Name, column.DataType, column.NullCount, rows.Select(row => (object?)column[row]))));
    }

    /// <summary>A frame of Deedle as a table.</summary>
    /// <typeparam name="TRow">Of row keys.</typeparam>
    /// <typeparam name="TColumn">Of column keys.</typeparam>
    /// <param name="frame">The frame; it is not kept.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static DataTableView Show<TRow, TColumn>(this Frame<TRow, TColumn> frame)
        where TRow : notnull
        where TColumn : notnull
    {
        ArgumentNullException.ThrowIfNull(frame);
        var types = frame.ColumnTypes.ToArray();
        return new DataTableView(
            "Deedle frame",
            frame.RowCount,
            frame.ColumnCount,
            frame.RowKeys.Select(key => (object)key),
            frame.ColumnKeys.Select((key, i) =>
            {
                var column = frame.GetColumnAt<object>(i);
                return new DataColumn(key.ToString() ?? string.Empty, types[i], column.KeyCount - column.ValueCount, Values(column));
            }));
    }

    /// <summary>A series of Deedle as a table.</summary>
    /// <typeparam name="TKey">Of keys.</typeparam>
    /// <typeparam name="TValue">Of values.</typeparam>
    /// <param name="series">The series; it is not kept.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static DataTableView Show<TKey, TValue>(this Series<TKey, TValue> series)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(series);
        return new DataTableView(
            "Deedle series",
            series.KeyCount,
            1,
            series.Keys.Select(key => (object)key),
            [new DataColumn("value", typeof(TValue), series.KeyCount - series.ValueCount, Values(series))]);
    }

    /// <summary>A chart of Plotly.NET, drawn as the kit's own figures are.</summary>
    /// <param name="chart">The chart.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static ChartView Show(this GenericChart chart) => new(chart);

    private static IEnumerable<object?> Values<TKey, TValue>(Series<TKey, TValue> series)
    {
        for (var i = 0; i < series.KeyCount; i++)
        {
            var value = series.TryGetAt(i);
            yield return value.HasValue ? value.Value : null;
        }
    }
}
