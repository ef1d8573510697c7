using System.Runtime.Intrinsics.X86;
using SnnNotebooks.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Layers;

public sealed class SpikeLayersTests
{
    [Theory]
    [InlineData(64, 32, 14, 14, 32, 3, 1, 1, false, 1, false)]
    [InlineData(16, 32, 14, 14, 32, 3, 1, 1, true, 1, true)]
    [InlineData(16, 64, 9, 13, 96, 3, 2, 1, true, 3, false)]
    [InlineData(16, 64, 9, 12, 64, 3, 2, 1, false, 2, true)]
    [InlineData(4, 24, 33, 21, 64, 5, 1, 2, false, 3, false)]
    [InlineData(8, 64, 16, 16, 128, 1, 2, 0, true, 3, false)]
    [InlineData(3, 48, 31, 17, 64, 3, 3, 0, false, 1, true)]
    [InlineData(128, 8, 12, 12, 64, 3, 1, 1, true, 1, false)]
    [InlineData(3, 32, 31, 17, 64, 3, 3, 0, true, 1, true)]
    [InlineData(13, 96, 20, 11, 32, 5, 2, 2, false, 1, false)]
    [InlineData(128, 64, 2, 2, 96, 3, 1, 1, true, 1, false)]
    [InlineData(5, 64, 17, 16, 64, 3, 1, 1, true, 0, false)]
    [InlineData(40, 40, 6, 6, 64, 3, 1, 1, false, 0, true)]
    [InlineData(3, 32, 13, 11, 64, 3, 1, 0, true, 1, false)]
    [InlineData(5, 64, 8, 11, 32, 3, 1, 2, false, 2, false)]
    [InlineData(17, 96, 4, 4, 160, 3, 1, 1, true, 1, false)]
    public void A_convolution_of_spikes_is_the_dense_one_with_its_gradients(
        int count, int channels, int height, int width, int outputs, int kernel, int stride, int padding, bool innermost, int most,
        bool hasBias)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var convolution = nn.Conv2d(channels, outputs, kernel, stride, padding, bias: hasBias);
        long[] shape = [count, channels, height, width];
        var maps = (most == 0 ? rand(shape).lt(0.01) : randint(0, most + 1, shape)).to(ScalarType.Float32); // 0: one spike in a hundred
        var x = (innermost ? maps.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : maps).requires_grad_();

        var found = SpikeLayers.Call(convolution, x);
        var dense = convolution.forward(x);
        var (weight, bias) = (convolution.weight!.to(ScalarType.Float64), convolution.bias?.to(ScalarType.Float64));
        var wide = maps.to(ScalarType.Float64).detach().requires_grad_();
        var leaf = weight.detach().requires_grad_();
        var offset = bias?.detach().requires_grad_();
        var expected = nn.functional.conv2d(wide, leaf, offset, [stride, stride], [padding, padding]);
        var gradient = randn(found.shape);
        found.backward([gradient]);
        expected.backward([gradient.to(ScalarType.Float64)]);

        Near(expected, found);
        Near(wide.grad!, x.grad!);
        Near(leaf.grad!, convolution.weight!.grad!);
        Assert.Equal(dense.stride(), found.stride());
        if (hasBias)
        {
            Near(offset!.grad!, convolution.bias!.grad!);
        }
    }

    [Theory]
    [InlineData(new long[] { 4, 64, 1568 }, 512, 1, false)]
    [InlineData(new long[] { 2048, 256 }, 64, 3, true)]
    [InlineData(new long[] { 2, 3, 65, 200 }, 96, 2, true)]
    public void A_dense_layer_of_spikes_is_libtorchs_with_its_gradients(long[] shape, int outputs, int most, bool hasBias)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var layer = nn.Linear(shape[^1], outputs, hasBias);
        var x = randint(0, most + 1, shape).to(ScalarType.Float32).requires_grad_();

        var found = SpikeLayers.Call(layer, x);
        var wide = x.to(ScalarType.Float64).detach().requires_grad_();
        var weight = layer.weight!.to(ScalarType.Float64).detach().requires_grad_();
        var bias = layer.bias?.to(ScalarType.Float64).detach().requires_grad_();
        var expected = nn.functional.linear(wide, weight, bias);
        var gradient = randn(found.shape);
        found.backward([gradient]);
        expected.backward([gradient.to(ScalarType.Float64)]);

        Near(expected, found);
        Near(wide.grad!, x.grad!);
        Near(weight.grad!, layer.weight!.grad!);
        if (hasBias)
        {
            Near(bias!.grad!, layer.bias!.grad!);
        }
    }

    [NeedsAvx2Fact]
    public void A_weight_that_no_spike_meets_does_not_count()
    {
        using var scope = NewDisposeScope();
        var layer = Layer();
        var spikes = ones(256, 256);
        spikes.select(1, 7).zero_();
        using (no_grad())
        {
            layer.weight!.select(1, 7).fill_(float.PositiveInfinity);
        }

        Assert.True(SpikeLayers.Call(layer, spikes).isfinite().all().item<bool>());
        Assert.False(layer.call(spikes).isfinite().any().item<bool>());
    }

    [Theory]
    [InlineData(4f)]
    [InlineData(-1f)]
    [InlineData(0.5f)]
    [InlineData(1E20f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void One_value_that_is_no_count_of_spikes_leaves_the_layer_to_libtorch(float value)
    {
        using var scope = NewDisposeScope();
        var layer = Layer();
        var convolution = nn.Conv2d(32, 32, 3, padding: 1);
        var (rows, maps) = (ones(256, 256), ones(8, 32, 28, 27));
        rows[255, 255] = value;
        maps[7, 31, 27, 26] = value;

        Assert.Equal(layer.call(rows).bytes.ToArray(), SpikeLayers.Call(layer, rows).bytes.ToArray());
        Assert.Equal(convolution.call(maps).bytes.ToArray(), SpikeLayers.Call(convolution, maps).bytes.ToArray());
    }

    [Fact]
    public void Other_types_geometries_and_small_layers_are_libtorchs()
    {
        using var scope = NewDisposeScope();
        var spikes = ones(16, 32, 28, 28);
        foreach (var (module, input) in new (nn.Module<Tensor, Tensor>, Tensor)[]
        {
            (nn.Conv2d(32, 32, 3, padding: 1, groups: 4), spikes),
            (nn.Conv2d(32, 32, 3, dilation: 2), spikes),
            (nn.Conv2d(32, 32, 3, padding: 1, padding_mode: PaddingModes.Reflect), spikes),
            (nn.Conv2d(32, 40, 3, padding: 1), spikes),
            (nn.Conv2d(30, 32, 3, padding: 1), spikes.narrow(1, 0, 30)),
            (nn.Conv2d(32, 32, 3, padding: 1, dtype: ScalarType.Float64), spikes.to(ScalarType.Float64)),
            (nn.Linear(256, 32), ones(2, 256)),
            (nn.Linear(8, 4096), ones(512, 8)),
        })
        {
            Assert.Equal(module.call(input).bytes.ToArray(), SpikeLayers.Call(module, input).bytes.ToArray());
        }

        var refusal = Assert.ThrowsAny<Exception>(() => SpikeLayers.Call(nn.Conv2d(16, 32, 3), spikes));
        Assert.Contains("16", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hooks_of_the_layers_and_of_their_container_are_called()
    {
        using var scope = NewDisposeScope();
        var layer = Layer();
        var container = nn.Sequential(layer, nn.ReLU());
        var seen = new List<string>();
        layer.register_forward_pre_hook((_, input) =>
        {
            seen.Add("before");
            return input;
        });
        layer.register_forward_hook((_, _, output) =>
        {
            seen.Add("after");
            return -output;
        });
        container.register_forward_hook((_, _, output) =>
        {
            seen.Add("container");
            return output;
        });
        var spikes = ones(256, 256);

        var found = SpikeLayers.Call(container, spikes);

        Assert.Equal(["before", "after", "container"], seen);
        Near(container.call(spikes).to(ScalarType.Float64), found);
    }

    [NeedsAvx2Fact]
    public void The_results_do_not_depend_on_the_number_of_threads()
    {
        using var scope = NewDisposeScope();
        var layers = new[] { 3, 5 }.Select(kernel => nn.Conv2d(32, 64, kernel, padding: kernel / 2)).ToArray();
        var spikes = rand(32, 32, 14, 14).lt(0.3).to(ScalarType.Float32).requires_grad_();
        var threads = get_num_threads();
        try
        {
            var results = new[] { 1, 2, 3 }.Select(number =>
            {
                set_num_threads(number);
                return layers.SelectMany(Run).Select(tensor => tensor.contiguous().bytes.ToArray()).ToArray();
            }).ToArray();
            Assert.All(results, result => Assert.Equal(results[0], result));
        }
        finally
        {
            set_num_threads(threads);
        }

        IEnumerable<Tensor> Run(Conv2d layer)
        {
            var found = SpikeLayers.Call(layer, spikes);
            return autograd.grad([found.square().sum()], [spikes, layer.weight!]).Prepend(found);
        }
    }

    private static Linear Layer() => nn.Linear(256, 128);

    private static void Near(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.shape, found.shape);
        var most = (expected - found.to(ScalarType.Float64)).abs().max().item<double>();
        var tolerance = Avx2.IsSupported ? 3e-6 : 1e-5; // elsewhere it is libtorch that rounds
        Assert.True(most <= tolerance * expected.abs().max().item<double>(), $"off by {most} of {expected.abs().max().item<double>()}");
    }
}
