using SnnNotebooks.Interactive.Figures;

namespace SnnNotebooks.Interactive.Tests;

public sealed class TextBarsTests
{
    [Fact]
    public void Counts_rise_from_nothing_and_none_is_a_blank() =>
        Assert.Equal(" ▁▄█ ", TextBars.FromZero([0, 1, 4, 8, double.NaN]));

    [Fact]
    public void A_curve_lies_between_its_extremes() =>
        Assert.Equal("▁█ ▅", TextBars.BetweenExtremes([-2, 2, double.PositiveInfinity, 0.1]));

    [Fact]
    public void Nothing_and_a_flat_line_are_drawn_too()
    {
        Assert.Equal(string.Empty, TextBars.FromZero([]));
        Assert.Equal("  ", TextBars.FromZero([0, 0]));
        Assert.Equal("▁▁", TextBars.BetweenExtremes([3, 3]));
    }
}
