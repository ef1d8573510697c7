using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Layers;

/// <summary>A sequence that repeats one image gives the same, computed once, as a copy of the image for every step.</summary>
public sealed class TimeBroadcastTests
{
    private const int Steps = 4;

    [Theory]
    [InlineData(0.1)]
    [InlineData(1.0)]
    [InlineData(null)]
    public void Outputs_gradients_and_running_statistics_are_those_of_copies(double? momentum)
    {
        using var scope = NewDisposeScope();
        var image = randn(3, 2, 6, 6, dtype: ScalarType.Float64);
        var g = randn([Steps, 3, 5, 3, 3], dtype: ScalarType.Float64);
        var repeated = Train(Build(momentum), image, g, x => TimeRepeat.Repeat(x, Steps));
        var copied = Train(Build(momentum), image, g, x => TimeRepeat.Repeat(x, Steps).clone());

        Assert.True(repeated.Output.allclose(copied.Output, 1e-12, 1e-12));
        Assert.True(repeated.GradImage.allclose(copied.GradImage, 1e-10, 1e-12));
        foreach (var (key, gradient) in copied.Gradients)
        {
            Assert.True(repeated.Gradients[key].allclose(gradient, 1e-10, 1e-12), key);
        }

        foreach (var (key, value) in copied.State)
        {
            Assert.True(repeated.State[key].to(ScalarType.Float64).allclose(value.to(ScalarType.Float64), 1e-12, 1e-12), key);
        }
    }

    [Fact]
    public void The_correction_is_what_makes_the_running_variance_right()
    {
        // two values, variance 1: unbiased over n = 2 it is 2, over n T = 8 it is 8/7
        using var scope = NewDisposeScope();
        var image = tensor(new[] { -1.0, 1.0 }).reshape(2, 1, 1, 1);
        var plain = (BatchNorm2d)nn.BatchNorm2d(1, momentum: 1).to(ScalarType.Float64);
        plain.call(image);
        Assert.Equal(2, plain.running_var!.item<double>(), 12);

        var corrected = (BatchNorm2d)nn.BatchNorm2d(1, momentum: 1).to(ScalarType.Float64);
        new OverTime(corrected).call(TimeRepeat.Repeat(image, Steps));
        Assert.Equal(8.0 / 7, corrected.running_var!.item<double>(), 12);
    }

    [Fact]
    public void A_batch_normalisation_deep_inside_is_corrected_too_and_left_as_it_was()
    {
        using var scope = NewDisposeScope();
        var image = randn(3, 2, 4, 4);
        nn.Module<Tensor, Tensor> Net() => nn.Sequential(nn.ReLU(), nn.Sequential(nn.AvgPool2d(2), nn.BatchNorm2d(2)));
        var (once, copies) = (Net(), Net());
        new OverTime(once).call(TimeRepeat.Repeat(image, Steps));
        new OverTime(copies).call(TimeRepeat.Repeat(image, Steps).clone());
        Assert.True(once.state_dict()["1.1.running_var"].allclose(copies.state_dict()["1.1.running_var"]));

        // called by itself afterwards it keeps ordinary statistics: the watch is over
        once.call(image);
        copies.call(image);
        Assert.True(once.state_dict()["1.1.running_var"].allclose(copies.state_dict()["1.1.running_var"]));
    }

    [Fact]
    public void Modules_run_once_for_all_steps_and_the_output_is_again_a_repetition()
    {
        using var scope = NewDisposeScope();
        var counter = new Counter();
        using var layer = new OverTime(nn.Conv2d(1, 2, 3), counter);
        var output = layer.call(TimeRepeat.Repeat(randn(3, 1, 5, 5), Steps));

        Assert.Equal([3L], counter.Batches);
        Assert.Equal([Steps, 3L, 2L, 3L, 3L], output.shape);
        Assert.Equal(0, output.stride(0));
        layer.call(randn([Steps, 3, 1, 5, 5]));
        Assert.Equal([3L, 12L], counter.Batches);
    }

    [Fact]
    public void Dropout_still_draws_anew_for_every_step()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var counter = new Counter();
        using var layer = new OverTime(counter, nn.Sequential(nn.Dropout(0.5)));
        var image = TimeRepeat.Repeat(ones(1, 100), Steps);
        var output = layer.call(image);
        Assert.Equal([1L], counter.Batches);
        Assert.False(output.select(0, 0).equal(output.select(0, 1)).all().item<bool>());
        layer.eval();
        Assert.True(layer.call(image).eq(1).all().item<bool>());
    }

    [Fact]
    public void One_value_per_channel_has_variance_zero_as_its_copies_have()
    {
        using var scope = NewDisposeScope();
        var (once, copies) = (nn.BatchNorm1d(2), nn.BatchNorm1d(2));
        var value = randn(1, 2);
        new OverTime(once).call(TimeRepeat.Repeat(value, Steps));
        new OverTime(copies).call(TimeRepeat.Repeat(value, Steps).clone());

        Assert.True(once.running_var!.allclose(copies.running_var!));
        Assert.Equal(0.9f, once.running_var![0].item<float>(), 6);
    }

    private static nn.Module<Tensor, Tensor> Build(double? momentum)
    {
        manual_seed(7);
        var norm = (BatchNorm2d)nn.BatchNorm2d(5);
        norm.momentum = momentum;
        return nn.Sequential(new OverTime(nn.Conv2d(2, 5, 3, padding: 1), norm, nn.AvgPool2d(2)), new LIFNode()).to(ScalarType.Float64);
    }

    private static (Tensor Output, Tensor GradImage, Dictionary<string, Tensor> Gradients, IDictionary<string, Tensor> State) Train(
        nn.Module<Tensor, Tensor> net, Tensor image, Tensor g, Func<Tensor, Tensor> repeat)
    {
        var x = image.clone().requires_grad_();
        Tensor output = zeros(1);
        for (var batch = 0; batch < 2; batch++)
        {
            Functional.Reset(net);
            output = net.call(repeat(x));
        }

        (output * g).sum().backward();
        return (output, x.grad!, net.named_parameters().ToDictionary(each => each.name, each => each.parameter.grad!), net.state_dict());
    }

    private sealed class Counter() : nn.Module<Tensor, Tensor>(nameof(Counter))
    {
        public List<long> Batches { get; } = [];

        public override Tensor forward(Tensor input)
        {
            Batches.Add(input.shape[0]);
            return input.alias();
        }
    }
}
