using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Training;

namespace SnnNotebooks.Interactive.Tests;

public sealed class FigureTests
{
    [Fact]
    public void Scripts_cannot_be_ended_by_labels()
    {
        var confusion = new ConfusionMatrix(["</script><!--", "\u2028\u2029", "same", "same"]);
        confusion.Add(2, 3);

        var html = confusion.Show().ToHtml();
        var script = html[(html.IndexOf("<script>", StringComparison.Ordinal) + 8)..];

        Assert.Equal(script.Length - "</script>".Length, script.IndexOf("</script>", StringComparison.Ordinal));
        Assert.DoesNotContain("<!--", script, StringComparison.Ordinal);
        Assert.DoesNotContain('\u2028', script);
    }

    [Fact]
    public void A_confusion_matrix_shows_counts_and_the_percent_of_each_row()
    {
        var confusion = new ConfusionMatrix(["cat", "dog"]);
        confusion.Add(0, 0);
        confusion.Add(0, 0);
        confusion.Add(0, 0);
        confusion.Add(0, 1);

        var html = confusion.Show().ToHtml();

        Assert.Contains("3\\u003Cbr\\u003E75 %", html, StringComparison.Ordinal);
        Assert.Contains("true class cat\\u003Cbr\\u003Etaken for dog\\u003Cbr\\u003E1 of 4 samples (25.0 %)", html,
            StringComparison.Ordinal);
        Assert.Contains("accuracy 75.0 % of 4 samples", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_measured_is_no_error()
    {
        Assert.Contains("no samples", new ConfusionMatrix(["a"]).Show().ToHtml(), StringComparison.Ordinal);
        Assert.Contains("no finished epoch, stopped before its end", new TrainingHistory([], true).Show().ToHtml(),
            StringComparison.Ordinal);
        Assert.Contains("no finished epoch", new TrainingHistory([], false).Show().ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 4, 0, 68, 1, 84)]
    [InlineData(0, 4, 4, 253, 231, 37)]
    [InlineData(-1, 4, 0, 247, 247, 247)]
    [InlineData(-1, 4, -4, 8, 48, 107)]
    [InlineData(0, 4, double.NaN, 230, 0, 200)]
    [InlineData(0, 4, double.PositiveInfinity, 230, 0, 200)]
    public void Colours_follow_values(double low, double high, double value, int red, int green, int blue)
    {
        var scale = new ColourScale(low, high);

        var png = Convert.FromBase64String(scale.Picture([value], 1)["data:image/png;base64,".Length..]);

        Assert.Equal((red, green, blue), Colour(png));
    }

    [Fact]
    public void Numbers_do_not_depend_on_the_culture()
    {
        Assert.Equal("1.5", Markup.Number(1.5));
        Assert.Equal("12.5 %", Markup.Percent(12.5));
        Assert.Equal("0.33", Markup.Coordinate(1 / 3.0));
    }

    [Fact]
    public void Every_picture_and_chart_has_a_text_for_those_who_do_not_see_it()
    {
        var history = new TrainingHistory([new EpochResult(1, 1, 0.5, 0.5, 1)], false).Show().ToHtml();

        Assert.Matches(new Regex("role=\"figure\" aria-label=\"Training curves: test accuracy 50.0 % after 1 epoch\""), history);
    }

    // the colour of the first pixel: its place from the unpacked rows, then the table
    private static (int Red, int Green, int Blue) Colour(byte[] png)
    {
        var (table, data) = (Chunk(png, "PLTE"), Chunk(png, "IDAT"));
        using var zlib = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
        var row = new byte[2];
        zlib.ReadExactly(row);
        return (table[3 * row[1]], table[(3 * row[1]) + 1], table[(3 * row[1]) + 2]);
    }

    private static byte[] Chunk(byte[] png, string name)
    {
        for (var at = 8; at < png.Length;)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            if (System.Text.Encoding.ASCII.GetString(png, at + 4, 4) == name)
            {
                return png[(at + 8)..(at + 8 + length)];
            }

            at += 12 + length;
        }

        throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"The PNG has no {name}."));
    }
}
