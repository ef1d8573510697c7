using SnnNotebooks.Exchange;
using SnnNotebooks.Models;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Models;

/// <summary>
/// The argument for pooling currents instead of spikes (C. Zhou et al., arXiv:2305.05954): the same function at T = 1, but the gradient
/// reaches the element that decided. CLM is neurons then pooling, CML pooling then neurons.
/// </summary>
public sealed class CmlTests
{
    [Theory]
    [InlineData(2, 2, 0)]
    [InlineData(3, 2, 1)]
    public void P1_at_one_time_step_both_orders_give_the_same_spikes(int kernel, int stride, int padding)
    {
        manual_seed(1);
        using var x = Currents(1, 4, 16, 16);
        Assert.True(Clm(x, kernel, stride, padding).equal(Cml(x, kernel, stride, padding)).all().item<bool>());
    }

    [Theory]
    [InlineData(ResidualKind.Spikes)]
    [InlineData(ResidualKind.Membrane)]
    public void P2_whole_networks_agree_at_one_time_step_and_differ_at_four(ResidualKind residual)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var image = randn(2, 3, 32, 32) * 2;
        foreach (var steps in new[] { 1, 4 })
        {
            var options = new SpikformerOptions(SpikformerVariant.Cifar, 48, 4, 1, 10, steps, residual);
            using var plain = new Spikformer(options);
            using var cml = new Spikformer(options with { Downsampling = Downsampling.BeforeNeuron });
            Copy(plain, cml);
            var difference = (plain.call(image) - cml.call(image)).abs().max().item<float>();
            Assert.True(steps == 1 ? difference == 0 : difference > 1e-3, $"T = {steps}: {difference}");
        }
    }

    [Theory]
    [InlineData(2, 2, 0, 0.67)]
    [InlineData(3, 2, 1, 0.75)]
    public void P3_the_relaxed_function_has_the_gradient_of_pooled_currents(int kernel, int stride, int padding, double cosine)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var values = Currents(1, 16, 64, 64).to(ScalarType.Float64);
        var upstream = ones(Pool(values, kernel, stride, padding).shape, dtype: ScalarType.Float64);
        Tensor Relaxed(Tensor h) => ((h / 2) - 1).mul(4).sigmoid();
        var relaxedAfter = Gradient(values, x => Pool(Relaxed(x), kernel, stride, padding), upstream);
        var relaxedBefore = Gradient(values, x => Relaxed(Pool(x, kernel, stride, padding)), upstream);
        var cml = Gradient(values, x => Cml(x, kernel, stride, padding), upstream);
        var clm = Gradient(values, x => Clm(x, kernel, stride, padding), upstream);

        Assert.True((relaxedAfter - relaxedBefore).abs().max().item<double>() < 1e-12);
        Assert.True((cml - relaxedBefore).abs().max().item<double>() < 1e-12);
        Assert.Equal(cosine, (clm * cml).sum().item<double>() / (clm.norm() * cml.norm()).item<double>(), 0.03);
    }

    [Theory]
    [InlineData(new[] { 2.1, 3.5, 0.0, 0.5 }, 1, new[] { 0.4950331449, 0, 0, 0 }, new[] { 0, 0.0903533101, 0, 0 })]
    [InlineData(new[] { -1.0, 0.0, 1.9, 0.5 }, 0, new[] { 0.0049330182, 0, 0, 0 }, new[] { 0, 0, 0.4950331748, 0 })]
    public void P4_two_windows_by_hand(double[] window, double fires, double[] clm, double[] cml)
    {
        using var scope = NewDisposeScope();
        var values = tensor(window, [1, 1, 1, 2, 2]);
        var upstream = ones([1, 1, 1, 1, 1], dtype: ScalarType.Float64);
        Assert.Equal(fires, Clm(values, 2, 2, 0).item<double>());
        Close(clm, Gradient(values, x => Clm(x, 2, 2, 0), upstream));
        Close(cml, Gradient(values, x => Cml(x, 2, 2, 0), upstream));

        // the published figures are float32's
        static void Close(double[] expected, Tensor found) =>
            Assert.All(expected.Zip(found.flatten().data<double>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 5e-8));
    }

    [Fact]
    public void P5_how_often_the_gradient_reaches_the_strongest()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var values = Currents(1, 1, 1024, 1024);
        var upstream = ones([1, 1, 1, 512, 512]);
        Tensor Windows(Tensor maps) => maps.view(512, 2, 512, 2).transpose(1, 2).reshape(-1, 4);
        var strongest = Windows(values).argmax(1);
        var spikes = Windows(Clm(values, 1, 1, 0)).sum(1);
        var clm = Windows(Gradient(values, x => Clm(x, 2, 2, 0), upstream)).abs().argmax(1).eq(strongest);
        var cml = Windows(Gradient(values, x => Cml(x, 2, 2, 0), upstream)).abs().argmax(1).eq(strongest);

        Assert.True(cml.all().item<bool>());
        foreach (var (count, expected) in new[] { (0, 0.25), (1, 1.0), (2, 0.5), (3, 1 / 3.0) })
        {
            var chosen = spikes.eq(count);
            Assert.Equal(expected, clm.logical_and(chosen).sum().item<long>() / (double)chosen.sum().item<long>(), 0.03);
        }
    }

    [Fact]
    public void P6_with_more_time_steps_they_are_different_networks()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var values = Currents(4, 8, 64, 64);
        var equal = Clm(values, 3, 2, 1).eq(Cml(values, 3, 2, 1)).to(ScalarType.Float32).mean([1, 2, 3, 4]).data<float>().ToArray();
        Assert.Equal(1.0f, equal[0]);
        Assert.All(equal[1..], share => Assert.InRange(share, 0.7f, 0.9f));
    }

    private static Tensor Currents(long steps, long channels, long height, long width) => randn([steps, 1, channels, height, width]) * 1.5;

    private static Tensor Pool(Tensor maps, int kernel, int stride, int padding) =>
        nn.functional.max_pool2d(maps.flatten(0, 1), kernel, stride, padding).unflatten(0, [maps.shape[0], maps.shape[1]]);

    private static Tensor Clm(Tensor maps, int kernel, int stride, int padding) => Pool(Fire(maps), kernel, stride, padding);

    private static Tensor Cml(Tensor maps, int kernel, int stride, int padding) => Fire(Pool(maps, kernel, stride, padding));

    private static Tensor Fire(Tensor maps)
    {
        using var neuron = new LIFNode(2.0, detachReset: true, surrogate: new Sigmoid(4));
        return neuron.call(maps);
    }

    private static Tensor Gradient(Tensor values, Func<Tensor, Tensor> function, Tensor upstream)
    {
        var x = values.detach().clone().requires_grad_();
        (function(x) * upstream).sum().backward();
        return x.grad!;
    }

    /// <summary>Copies weights under the names that the CML version has for the same layers.</summary>
    private static void Copy(Spikformer from, Spikformer to)
    {
        var target = StateDictionary.Of(to).ToList();
        var source = StateDictionary.Of(from).ToList();
        using var off = no_grad();
        foreach (var (given, taken) in source.Zip(target))
        {
            Assert.Equal(given.Value.shape, taken.Value.shape);
            taken.Value.copy_(given.Value);
        }
    }
}
