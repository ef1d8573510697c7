using SnnNotebooks.Interactive.Views;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Tests;

public sealed class TensorViewTests
{
    [Fact]
    public void Time_steps_have_a_slider_where_the_first_axis_is_named_T()
    {
        using var activity = rand(3, 2, 4, 5);

        Assert.Contains("3 of 3 time steps, 2 of 2 maps", activity.Show("T", "C", "H", "W").ToHtml(), StringComparison.Ordinal);
        Assert.Contains("type=\"range\"", activity.Show("T", "C", "H", "W").ToHtml(), StringComparison.Ordinal);
        Assert.DoesNotContain("type=\"range\"", activity.Show("B", "C", "H", "W").ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_are_of_every_element_of_a_tensor_with_millions_and_the_view_stays_small()
    {
        using var big = zeros(3000, 1500);
        big[1234, 567] = 1e6f;
        big[2999, 1499] = float.NaN;

        var view = big.Show();

        Assert.Contains("0 to 1E+06", view.ToString(), StringComparison.Ordinal);
        Assert.Contains("NaN         1", view.ToString(), StringComparison.Ordinal);
        Assert.Contains("thinned: 1 row in 12, 1 column in 6", view.ToHtml(), StringComparison.Ordinal);
        Assert.DoesNotContain("sampled", view.ToHtml(), StringComparison.Ordinal);
        Assert.InRange(view.ToHtml().Length, 1000, 200_000);
    }

    [Fact]
    public void A_huge_tensor_is_sampled_at_random_and_says_so()
    {
        // one element, seen 2^26 times: sampling must not copy it
        using var one = full([1], 2f);
        using var huge = one.expand(1 << 13, 1 << 13);

        var text = huge.Show().ToString();

        Assert.Contains("2 to 2", text, StringComparison.Ordinal);
        Assert.Contains("of 1,048,576 of 67,108,864 elements, drawn at random", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Deviation_is_exact_where_the_mean_is_far_from_zero()
    {
        // 100,000 values around 1e9: in single precision or by the sum of squares their deviation would drown
        using var values = arange(0, 100_000, dtype: ScalarType.Float64).remainder(2).add(1e9);

        Assert.Contains("standard deviation 0.5", values.Show().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Extremes_of_double_precision_do_not_overflow()
    {
        using var values = tensor(new[] { double.MinValue, 0, double.MaxValue, double.NegativeInfinity });

        var view = values.Show();

        Assert.Contains("-1.798E+308 to 1.798E+308", view.ToString(), StringComparison.Ordinal);
        Assert.Contains("infinite    1 (1 negative)", view.ToString(), StringComparison.Ordinal);
        using var line = values.repeat(10);
        Assert.DoesNotContain("NaN", line.Show().ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_nan_has_a_view_too()
    {
        using var values = full([2, 20], float.NaN);

        var view = values.Show();

        Assert.Contains("NaN         40", view.ToString(), StringComparison.Ordinal);
        Assert.Contains("NaN or infinite", view.ToHtml(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new long[] { 4, 5, 6 }, 4, "4 of 4 planes")]
    [InlineData(new long[] { 40, 5, 6 }, 16, "16 of 40 planes")]
    [InlineData(new long[] { 4, 3, 5, 6 }, 12, "12 of 12 planes")]
    [InlineData(new long[] { 4, 2, 3, 5, 6 }, 12, "12 of 24 planes")]
    [InlineData(new long[] { 100, 7, 100, 5, 6 }, 48, "48 of 70000 planes")]
    public void Small_pictures_stand_for_the_axes_before_the_last_two(long[] shape, int pictures, string said)
    {
        using var values = rand(shape);

        var html = values.Show().ToHtml();

        Assert.Equal(pictures, html.Split("alt=\"heat map").Length - 1);
        Assert.Contains(said, html, StringComparison.Ordinal);
    }

    [Fact]
    public void Small_pictures_are_labelled_by_place_or_by_axis_name()
    {
        using var values = rand(3, 2, 4, 4);

        Assert.Contains(">[2, 1, :, :]<", values.Show().ToHtml(), StringComparison.Ordinal);
        Assert.Contains(">B 2, C 1<", values.Show("B", "C", "H", "W").ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_axis_names_are_text()
    {
        using var values = rand(3, 2, 4);

        var html = values.Show("<img src=x>", "\"><script>", "W").ToHtml();

        Assert.DoesNotContain("<img src=x>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_without_numbers_to_show_say_what_they_are()
    {
        using var complex = torch.zeros(3, dtype: ScalarType.ComplexFloat32);
        using var sparse = ones(2, 2).to_sparse();
        using var meta = torch.zeros(3, device: new Device(DeviceType.META));

        Assert.Contains("complex: show tensor.abs()", complex.Show().ToString(), StringComparison.Ordinal);
        Assert.Contains("sparse: show tensor.to_dense()", sparse.Show().ToString(), StringComparison.Ordinal);
        Assert.Contains("no data", meta.Show().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_disposed_tensor_is_refused_with_what_to_do()
    {
        var gone = ones(2);
        gone.Dispose();

        Assert.Contains("has been disposed", Assert.Throws<ArgumentException>(() => gone.Show()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_view_keeps_no_tensor()
    {
        using var values = rand(8, 3, 20, 20, requires_grad: true);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        _ = values.Show().ToHtml();
        _ = values.ShowRaster().ToHtml();
        _ = values.ShowImages().ToHtml();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
