using Deedle;
using Microsoft.Data.Analysis;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Views;

namespace SnnNotebooks.Interactive.Tests;

public sealed class DataTableViewTests
{
    private const string Hostile = "</table><script>alert('x')</script>&\"";

    [Fact]
    public void A_data_frame_shows_types_missing_values_and_invariant_numbers()
    {
        var frame = new DataFrame(new DoubleDataFrameColumn("rate", [1.5, null, -3e-9]),
            new StringDataFrameColumn(Hostile, ["a", Hostile, null!]), new Int32DataFrameColumn("n", [1, 2, 3]));

        var lines = frame.Show().ToString().Split(Environment.NewLine);
        var html = frame.Show().ToHtml();

        Assert.Equal("DataFrame, 3 rows, 3 columns, 2 missing values", lines[0]);
        Assert.Contains("(Double, 1 missing)", lines[2], StringComparison.Ordinal);
        Assert.Matches(@"^0 +1\.5  a +1$", lines[3]);
        Assert.Matches(@"^1 +missing  ", lines[4]);
        Assert.Matches(@"^2 +-3E-09  missing +3$", lines[5]);
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.Contains("<i style=\"opacity:.6\">missing</i>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<button", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Deedle_frames_and_series_show_their_keys()
    {
        var series = new SeriesBuilder<string, double> { { "a", 1 }, { Hostile, double.NaN } }.Series;
        var frame = Frame.FromColumns(new[] { KeyValuePair.Create("x", series) });

        Assert.StartsWith("Deedle series, 2 rows, 1 columns, 1 missing values", series.Show().ToString(), StringComparison.Ordinal);
        Assert.StartsWith("Deedle frame, 2 rows, 1 columns, 1 missing values", frame.Show().ToString(), StringComparison.Ordinal);
        Assert.Contains("Double, 1 missing", frame.Show().ToHtml(), StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", frame.Show().ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Bare_frames_show_as_tables()
    {
        FrameFormatters.Register();
        var frame = new DataFrame(new Int32DataFrameColumn("n", [1]));
        var series = new SeriesBuilder<int, double> { { 1, 2.5 } }.Series;
        var columns = Frame.FromColumns(new[] { KeyValuePair.Create("x", series) });

        foreach (var (value, text) in new (object, string)[] { (frame, "DataFrame, 1 rows"), (series, "Deedle series, 1 rows"),
            (columns, "Deedle frame, 1 rows") })
        {
            Assert.StartsWith(text, value.ToDisplayString("text/plain"), StringComparison.Ordinal);
            Assert.Contains("<table", value.ToDisplayString("text/html"), StringComparison.Ordinal);
            Assert.Equal("text/html", Formatter.GetPreferredMimeTypesFor(value.GetType()).First());
        }
    }

    [Fact]
    public void Columns_are_drawn_as_curves()
    {
        var frame = new DataFrame(new DoubleDataFrameColumn("t", [1, 2]), new StringDataFrameColumn("s", ["a", "b"]),
            new Int32DataFrameColumn("n", new int?[] { 3, null }));
        var series = new SeriesBuilder<int, double> { { 1, 2.5 }, { 2, 4 } }.Series;
        var columns = Frame.FromColumns(new[] { KeyValuePair.Create("x", series), KeyValuePair.Create("y", series) });

        Assert.Equal(["n over t", "n against t", "n: 1 -> 3, 2 -> NaN"], frame.ShowCurves("t").ToString().Split(Environment.NewLine));
        Assert.Contains("y: 2.5 -> 2.5, 4 -> 4", columns.ShowCurves("x", "y").ToString(), StringComparison.Ordinal);
        Assert.Contains("no column of numbers called s; it has t, n",
            Assert.Throws<ArgumentException>(() => frame.ShowCurves("t", "s")).Message, StringComparison.Ordinal);
        Assert.Contains("called z", Assert.Throws<ArgumentException>(() => columns.ShowCurves("z")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Large_and_empty_frames_are_bounded_and_say_so()
    {
        var large = new DataFrame(Enumerable.Range(0, 70).Select(i => new Int32DataFrameColumn($"c{i}", 100_000)));
        var view = large.Show();

        Assert.Contains(
            "100,000 rows, 70 columns, 6,000,000 missing values in the first 60 columns, which are shown; the first 500 rows are here",
            view.ToString(), StringComparison.Ordinal);
        Assert.Contains("next</button>", view.ToHtml(), StringComparison.Ordinal);
        Assert.StartsWith("DataFrame, 0 rows, 0 columns", new DataFrame().Show().ToString(), StringComparison.Ordinal);
        Assert.StartsWith("Deedle frame, 0 rows", Frame.CreateEmpty<int, string>().Show().ToString(), StringComparison.Ordinal);
    }
}
