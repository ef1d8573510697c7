using TorchSharp;

namespace SnnNotebooks.Interactive.Tests;

public sealed class AgreementTests
{
    private static readonly torch.Tensor Kit = torch.tensor(new[] { 1.0, -4, 2 });

    [Fact]
    public void Equal_numbers_are_said_to_be_equal_whatever_their_type() =>
        Assert.Equal("spikes: equal to the bit", Agreement.Require("spikes", Kit.to(torch.float32), Kit));

    [Fact]
    public void A_difference_within_the_tolerance_is_told() =>
        Assert.Equal("sum: equal but for 1.0e-3 (rounding)", Agreement.Require("sum", Kit + 0.001, Kit, tolerance: 0.0003));

    [Theory]
    [InlineData(0.001, 0)]
    [InlineData(0.0013, 0.0003)]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    public void Anything_above_it_fails(double added, double tolerance)
    {
        var error = Assert.Throws<InvalidOperationException>(() => Agreement.Require("sum", Kit + added, Kit, tolerance));
        Assert.StartsWith("sum: the lines above and the kit differ by ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_that_are_not_finite_on_both_sides_fail() =>
        Assert.Throws<InvalidOperationException>(() => Agreement.Require("sum", Kit / 0, Kit / 0, 1));

    [Fact]
    public void Other_shapes_fail_even_where_they_would_broadcast()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Agreement.Require("sum", Kit.unsqueeze(0), Kit));
        Assert.Equal("sum: the lines above give [1, 3], the kit [3].", error.Message);
    }
}
