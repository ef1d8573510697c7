using SnnNotebooks.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Layers;

public sealed class NormalisationTests
{
    [Fact]
    public void Each_time_step_has_statistics_of_its_own()
    {
        using var scope = NewDisposeScope();
        using var layer = new BatchNormThroughTime(steps: 3, channels: 2);
        var x = randn(3, 16, 2, 5) * arange(1, 4, dtype: ScalarType.Float32).reshape(3, 1, 1, 1);
        var y = layer.call(x);

        Assert.True(y.mean([1, 3]).abs().max().item<float>() < 1e-5);
        Assert.True((y.var([1, 3], unbiased: false) - 1).abs().max().item<float>() < 1e-3);
        Assert.Equal(
            ["bn_list.0.num_batches_tracked", "bn_list.0.running_mean", "bn_list.0.running_var", "bn_list.0.weight"],
            layer.state_dict().Keys.Where(key => key.StartsWith("bn_list.0", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(1, layer.state_dict()["bn_list.2.num_batches_tracked"].item<long>());
        layer.eval();
        Assert.False(layer.call(x).allclose(y));
        Assert.Throws<ArgumentException>(() => layer.call(zeros(4, 16, 2, 5)));
    }

    [Fact]
    public void Each_time_step_is_scaled_by_a_number_of_its_own()
    {
        using var scope = NewDisposeScope();
        using var layer = new TemporalEffectiveBatchNorm(2, 3);
        using var plain = new OverTime(nn.BatchNorm2d(3));
        var x = randn([2, 4, 3, 5, 5]);
        Assert.True(layer.call(x).allclose(plain.call(x)));
        using (no_grad())
        {
            layer.get_parameter("scale")!.copy_(tensor(new[] { 1f, 3f }));
        }

        var y = layer.call(x);
        Assert.Equal(3, (y.select(0, 1).square().mean() / plain.call(x).select(0, 1).square().mean()).sqrt().item<float>(), 4);
        Assert.Equal(["bias", "num_batches_tracked", "running_mean", "running_var", "scale", "weight"],
            layer.state_dict().Keys.Order(StringComparer.Ordinal));
        layer.to(ScalarType.Float64);
        Assert.Equal(ScalarType.Float64, layer.call(x.to(ScalarType.Float64)).dtype);
    }

    [Fact]
    public void A_threshold_dependent_weight_starts_at_alpha_times_the_threshold()
    {
        using var scope = NewDisposeScope();
        using var layer = ThresholdDependentBatchNorm.Create2d(4, alpha: 0.5, threshold: 3);
        var y = layer.call(randn(200, 4, 3, 3));

        Assert.Equal(1.5, y.std().item<float>(), 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => ThresholdDependentBatchNorm.Create1d(4, threshold: 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_convolution_does_the_work_of_two_modules(bool hasBias)
    {
        using var scope = NewDisposeScope();
        var conv = nn.Conv2d(2, 3, 3, bias: hasBias);
        var norm = nn.BatchNorm2d(3);
        norm.call(conv.call(randn(8, 2, 6, 6) + 1)); // statistics that are not 0 and 1
        norm.eval();
        var x = randn(4, 2, 6, 6);
        var (weight, bias) = ConvBatchNormFusion.Fuse(
            conv.weight!, conv.bias, norm.weight!, norm.bias!, norm.get_buffer("running_mean")!, norm.get_buffer("running_var")!);

        Assert.True(norm.call(conv.call(x)).allclose(nn.functional.conv2d(x, weight, bias), 1e-4, 1e-5));
    }
}
