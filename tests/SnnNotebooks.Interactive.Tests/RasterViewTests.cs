using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Tests;

public sealed class RasterViewTests
{
    [Fact]
    public void One_sample_of_a_batch_is_shown()
    {
        using var spikes = zeros(4, 3, 5);
        spikes[2, 1, 0] = 1;

        Assert.Contains("0 spikes of 5 neurons in 4 time steps", spikes.ShowRaster(batch: 0).ToString(), StringComparison.Ordinal);
        Assert.Contains("    0 ..|.", spikes.ShowRaster(batch: 1).ToString(), StringComparison.Ordinal);
        Assert.Contains("sample 1 of 3", spikes.ShowRaster(batch: 1).ToHtml(), StringComparison.Ordinal);
        Assert.Contains("1 spikes of 15 neurons", spikes.ShowRaster().ToString(), StringComparison.Ordinal);
        Assert.Contains("3 samples", Assert.Throws<ArgumentOutOfRangeException>(() => spikes.ShowRaster(batch: 3)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_are_no_spikes_are_told()
    {
        using var graded = tensor(new[] { 0f, 1f, 0.5f, float.NaN }).reshape(4, 1);
        using var binary = tensor(new[] { 0, 1, 1, 0 }).reshape(4, 1);

        Assert.Contains(
            "2 spikes of 1 neurons in 4 time steps, mean rate 0.500 per step, NaN VALUES LEFT OUT; values other than 0 and 1 occur",
            graded.ShowRaster().ToString(), StringComparison.Ordinal);
        Assert.EndsWith("mean rate 0.500 per step", binary.ShowRaster().ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 50_000)]
    [InlineData(50_000, 1)]
    [InlineData(3_000, 1_700)]
    public void Any_shape_fits_a_page(int steps, int neurons)
    {
        using var spikes = ones(steps, neurons, dtype: ScalarType.Int8);

        var html = spikes.ShowRaster().ToHtml();

        Assert.Contains($"{(long)steps * neurons} spikes of {neurons} neurons in {steps} time steps, mean rate 1.000", html,
            StringComparison.Ordinal);
        Assert.InRange(html.Length, 1000, 500_000);
        Assert.InRange(html.Split("<text").Length, 6, 60);
    }

    [Fact]
    public void Marks_become_a_picture_beyond_twenty_thousand_spikes()
    {
        using var few = ones(100, 200);
        using var more = ones(100, 201);

        Assert.DoesNotContain("data:image/png", few.ShowRaster().ToHtml(), StringComparison.Ordinal);
        Assert.Contains("data:image/png", more.ShowRaster().ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_spikes_are_no_error()
    {
        using var silent = zeros(10, 4);

        Assert.DoesNotContain("NaN", silent.ShowRaster().ToHtml(), StringComparison.Ordinal);
    }
}
