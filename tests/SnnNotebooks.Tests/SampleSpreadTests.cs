namespace SnnNotebooks.Tests;

public sealed class SampleSpreadTests
{
    [Fact]
    public void Mean_deviation_and_standard_error_are_those_of_a_sample()
    {
        var spread = SampleSpread.Of([10, 12, 17]);

        Assert.Equal((3, 13, 13), (spread.Count, spread.Mean, spread.Variance));
        Assert.Equal((Math.Sqrt(13), Math.Sqrt(13.0 / 3)), (spread.Deviation, spread.StandardError));
    }

    [Theory]
    [InlineData(0.1, 3)]
    [InlineData(1 / 3.0, 7)]
    [InlineData(0.4813, 10)]
    [InlineData(-1E-300, 6)]
    [InlineData(double.MaxValue, 5)]
    public void Equal_numbers_have_their_own_value_as_mean_and_vary_by_exactly_zero(double value, int count)
    {
        var spread = SampleSpread.Of(Enumerable.Repeat(value, count));

        Assert.Equal((count, value, 0, 0, 0), (spread.Count, spread.Mean, spread.Variance, spread.Deviation, spread.StandardError));
    }

    [Fact]
    public void One_number_has_a_mean_and_no_spread_and_none_has_neither()
    {
        Assert.Equal(new SampleSpread(1, 5, double.NaN), SampleSpread.Of([5]));
        Assert.Equal(new SampleSpread(0, double.NaN, double.NaN), SampleSpread.Of([]));
        Assert.True(double.IsNaN(SampleSpread.Of([5]).Deviation) && double.IsNaN(SampleSpread.Of([]).StandardError));
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(1, double.NaN)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(1, double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    public void A_number_that_is_not_finite_leaves_no_spread(double first, double second)
    {
        var spread = SampleSpread.Of([first, second]);

        Assert.True(double.IsNaN(spread.Deviation) && double.IsNaN(spread.StandardError), $"{spread}");
    }
}
