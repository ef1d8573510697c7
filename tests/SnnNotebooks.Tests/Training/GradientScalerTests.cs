using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Training;

public sealed class GradientScalerTests
{
    [Fact]
    public void The_scale_grows_after_the_interval_and_backs_off_after_an_infinity()
    {
        var scaler = new GradientScaler(1024, growth: 2, backoff: 0.25f, interval: 3);
        bool[] finite = [true, true, true, true, false, true, true, false, false, true, true, true];
        float[] scales = [1024, 1024, 2048, 2048, 512, 512, 512, 128, 32, 32, 32, 64];
        int[] good = [1, 2, 0, 1, 0, 1, 2, 0, 0, 1, 2, 0];
        for (var i = 0; i < finite.Length; i++)
        {
            scaler.Update(finite[i]);
            Assert.Equal((scales[i], good[i]), (scaler.Scale, scaler.GoodSteps));
        }

        Assert.Equal(3, scaler.Skipped);
        var standard = new GradientScaler();
        Assert.Equal(65536, standard.Scale);
        for (var i = 0; i < 2000; i++)
        {
            Assert.Equal(65536, standard.Scale);
            standard.Update(finite: true);
        }

        Assert.Equal(131072, standard.Scale);
    }

    [Fact]
    public void Scaled_and_unscaled_a_gradient_is_what_it_was_also_where_float16_alone_would_lose_it()
    {
        using var scope = NewDisposeScope();
        var weight = tensor(new[] { 3f, -2f }).requires_grad_();
        var scaler = new GradientScaler(65536);
        var tiny = 1e-6f;
        scaler.Scaled((weight * tiny).sum()).backward();
        Assert.Equal([tiny * 65536, tiny * 65536], weight.grad!.data<float>().ToArray());
        Assert.True(scaler.Unscale([weight.grad, null]));
        Assert.Equal([tiny, tiny], weight.grad!.data<float>().ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void One_gradient_that_is_no_number_is_found_among_many(float value)
    {
        using var scope = NewDisposeScope();
        var scaler = new GradientScaler();
        var bad = zeros(3, 5);
        bad[1, 2] = value;
        Assert.False(scaler.Unscale([zeros(4), bad, ones(2)]));
        Assert.True(scaler.Unscale([zeros(4), ones(2)]));
    }

    [Fact]
    public void The_scale_stays_in_float32_and_what_never_is_finite_is_said()
    {
        var high = new GradientScaler(1.5f * MathF.Pow(2, 127), interval: 1);
        high.Update(finite: true);
        Assert.Equal(1.5f * MathF.Pow(2, 127), high.Scale);
        var low = new GradientScaler(MathF.Pow(2, -125));
        low.Update(finite: false);
        Assert.Equal(MathF.Pow(2, -126), low.Scale);
        Assert.Contains("Lower the learning rate", Assert.Throws<InvalidOperationException>(() => low.Update(finite: false)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 2, 0.5, 1)]
    [InlineData(float.NaN, 2, 0.5, 1)]
    [InlineData(1, 1, 0.5, 1)]
    [InlineData(1, 2, 1, 1)]
    [InlineData(1, 2, 0, 1)]
    [InlineData(1, 2, 0.5, 0)]
    public void Numbers_out_of_range_are_refused(float scale, float growth, float backoff, int interval) =>
        Assert.Throws<ArgumentException>(() => new GradientScaler(scale, growth, backoff, interval));
}
