using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Layers;

public sealed class NormalisedNeuronsTests
{
    /// <summary>Currents [T, B, C, ...], whether their channels lie innermost, one step for all, the neuron.</summary>
    public static TheoryData<long[], bool, bool, string> Cases => new()
    {
        { [4, 8, 32, 12, 14], false, false, "if" },
        { [4, 8, 32, 12, 14], true, false, "lif" },
        { [4, 8, 24, 9, 14], true, true, "if" },
        { [4, 8, 64, 7, 7], false, true, "lif" },
        { [2, 64, 512, 2, 2], true, false, "plif" },
        { [8, 16, 40, 3, 7], false, false, "plif" },
        { [16, 64, 48], true, false, "soft" },
        { [3, 32, 8, 99], false, false, "soft" },
        { [1, 16, 64, 8, 8], true, false, "lif" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_step_is_that_of_float64_with_its_gradients_and_running_statistics(
        long[] shape, bool innermost, bool repeated, string kind)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (steps, channels) = ((int)shape[0], shape[2]);
        var values = (randn(repeated ? [1, .. shape[1..]] : shape) * 2) + (randn([channels, .. shape[3..].Select(_ => 1L)]) * 3);
        var x = (innermost && shape.Length == 5 ? values.permute(0, 1, 3, 4, 2).contiguous().permute(0, 1, 4, 2, 3) : values)
            .detach().requires_grad_();
        var (norm, neuron) = (Norm(shape), Neuron(kind));
        var (wide, reference) = (Norm(shape), Neuron(kind));
        using (no_grad())
        {
            norm.weight!.uniform_(0.5, 2);
            norm.bias!.uniform_(-1, 1);
            norm.running_mean!.uniform_(-1, 1);
            wide.load_state_dict(norm.state_dict());
        }

        wide.to(ScalarType.Float64);
        reference.to(ScalarType.Float64);
        reference.Backend = NeuronBackend.Reference;
        var gradient = randn(shape);

        var found = NormalisedNeurons.Fire(norm, neuron, x, steps);
        found.backward([gradient]);
        var y = values.to(ScalarType.Float64).detach().requires_grad_();
        var normal = OverTime.Apply(wide.call, repeated ? y.expand(shape) : y);
        var expected = reference.call(normal);
        expected.backward([gradient.to(ScalarType.Float64)]);

        // a potential within float32's rounding of the threshold may fall on its other side
        var flipped = (expected - found.to(ScalarType.Float64)).abs();
        Assert.True(flipped.mean().item<double>() < 1e-4, $"{flipped.sum().item<double>()} spikes differ");
        Assert.True(found.mean().item<float>() is > 0.02f and < 0.98f);
        var tolerance = flipped.sum().item<double>() > 0 ? 1e-2 : 1e-4;
        Near(y.grad!, x.grad!, tolerance);
        Near(wide.weight!.grad!, norm.weight!.grad!, tolerance);
        Near(wide.bias!.grad!, norm.bias!.grad!, tolerance);
        foreach (var (own, other) in neuron.parameters().Zip(reference.parameters()))
        {
            Near(other.grad!, own.grad!, tolerance);
        }

        Near(wide.running_mean!, norm.running_mean!, 1e-5);
        Near(wide.running_var!, norm.running_var!, 1e-5);
        Assert.Equal(1, norm.num_batches_tracked!.item<long>());
        var potentials = innermost && shape.Length == 5 ? neuron.V!.permute(0, 3, 1, 2) : neuron.V!;
        Near(reference.V!, potentials, flipped.sum().item<double>() > 0 ? 2 : 1e-4);
    }

    [Fact]
    public void Maps_of_any_height_and_width_take_the_numbers_of_their_own_channels()
    {
        manual_seed(29);
        foreach (var (height, width) in new[] { (1L, 1L), (33, 1), (1, 33), (2, 1), (5, 3) })
        {
            foreach (var choice in Enumerable.Range(0, 8))
            {
                using var scope = NewDisposeScope();
                var (behind, repeated, training) = ((choice & 1) > 0, (choice & 2) > 0, (choice & 4) > 0);
                var (norm, expected) = (nn.BatchNorm2d(64), nn.BatchNorm2d(64));
                using (no_grad())
                {
                    norm.weight!.uniform_(0.2, 2);
                    norm.bias!.normal_();
                    norm.running_mean!.normal_();
                }

                expected.load_state_dict(norm.state_dict());
                norm.train(training);
                expected.train(training);
                var maps = randn([repeated ? 1 : 4, 5, 64, height, width]) * 2;

                var spikes = NormalisedNeurons.Fire(norm, new IFNode(), maps, 4, behind);

                var normal = expected.call(maps.flatten(0, 1)).unflatten(0, [maps.shape[0], 5]).expand(4, -1, -1, -1, -1);
                var whole = new IFNode { Backend = NeuronBackend.Reference }.call(normal);
                Assert.True((spikes - whole).abs().mean().item<float>() < 0.01, $"{height} x {width}, choice {choice}");
            }
        }
    }

    [Fact]
    public void In_evaluation_mode_the_running_statistics_are_taken_and_stay()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        manual_seed(2);
        var (norm, neuron, other) = (nn.BatchNorm2d(32), new IFNode(), new IFNode());
        norm.running_mean!.uniform_(-1, 1);
        norm.running_var!.uniform_(0.5, 2);
        norm.eval();
        neuron.eval();
        other.eval();
        var before = norm.running_var!.clone();
        var x = randn([4, 8, 32, 10, 12]);

        var found = NormalisedNeurons.Fire(norm, neuron, x, 4);

        Assert.True((other.call(OverTime.Apply(norm.call, x)) - found).abs().mean().item<float>() < 1e-4);
        Assert.Equal(before.bytes.ToArray(), norm.running_var!.bytes.ToArray());
        Assert.Equal(0, norm.num_batches_tracked!.item<long>());
    }

    [NeedsAvx2Fact]
    public void The_bits_are_the_same_for_any_number_of_threads_and_when_the_switch_is_off_libtorchs()
    {
        using var scope = NewDisposeScope();
        var before = get_num_threads();
        try
        {
            var one = Step(1, true);
            Assert.Equal(one, Step(2, true));
            Assert.Equal(one, Step(5, true));
            Assert.NotEqual(one, Step(1, false));
        }
        finally
        {
            set_num_threads(before);
        }

        static byte[] Step(int threads, bool enabled)
        {
            set_num_threads(threads);
            manual_seed(3);
            var network = new OverTime(nn.BatchNorm2d(32), new ParametricLIFNode(surrogate: new ATan()));
            var x = rand([4, 16, 32, 18, 20]).requires_grad_();
            var kept = NormalisedNeurons.Enabled;
            NormalisedNeurons.Enabled = enabled;
            try
            {
                network.call(x).mul(rand([4, 16, 32, 18, 20])).sum().backward();
            }
            finally
            {
                NormalisedNeurons.Enabled = kept;
            }

            return [.. x.grad!.bytes.ToArray(), .. network.parameters().SelectMany(parameter => parameter.grad!.bytes.ToArray())];
        }
    }

    [Fact]
    public void Hooks_small_sequences_and_other_types_are_libtorchs()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        foreach (var (prepare, x) in new (Action<BatchNorm2d, IFNode>, Tensor)[]
        {
            ((norm, _) => norm.register_forward_hook((_, _, output) => output), randn([4, 8, 32, 10, 12])),
            ((_, neuron) => neuron.register_forward_hook((_, _, output) => output), randn([4, 8, 32, 10, 12])),
            ((_, neuron) => neuron.Backend = NeuronBackend.Reference, randn([4, 8, 32, 10, 12])),
            ((_, neuron) => neuron.StoreVSequence = true, randn([4, 8, 32, 10, 12])),
            ((norm, _) => norm.momentum = null, randn([4, 8, 32, 10, 12])),
            ((norm, _) => norm.to(ScalarType.Float64), randn([4, 8, 32, 10, 12], dtype: ScalarType.Float64)),
            ((_, _) => { }, randn([4, 2, 32, 3, 3])),
        })
        {
            var (norm, neuron, plain, other) = (nn.BatchNorm2d(32), new IFNode(), nn.BatchNorm2d(32), new IFNode());
            prepare(norm, neuron);
            prepare(plain, other);
            var found = NormalisedNeurons.Fire(norm, neuron, x, 4);

            Assert.Equal(other.call(OverTime.Apply(plain.call, x)).bytes.ToArray(), found.bytes.ToArray());
            Assert.Equal(plain.running_var!.bytes.ToArray(), norm.running_var!.bytes.ToArray());
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    public void A_step_of_one_image_has_its_gradients_where_libtorch_normalises(int steps, int batch)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        long[] shape = [1, batch, 16, 8, 8];
        var (norm, neuron, gradient) = (Norm(shape), Neuron("lif"), randn([steps, batch, 16, 8, 8]));
        var values = randn(shape);
        var x = values.permute(0, 1, 3, 4, 2).contiguous().permute(0, 1, 4, 2, 3).requires_grad_();
        NormalisedNeurons.Fire(norm, neuron, x, steps).backward([gradient]);
        Tensor[] found = [x.grad!, .. norm.parameters().Select(parameter => parameter.grad!.clone())];

        norm.zero_grad();
        neuron.Reset();
        var all = values.repeat([steps, 1, 1, 1, 1]).requires_grad_();
        neuron.call(norm.call(all.flatten(0, 1)).unflatten(0, [steps, batch])).backward([gradient]);
        Tensor[] expected = [all.grad!.sum(0, keepdim: true), .. norm.parameters().Select(parameter => parameter.grad!)];

        Assert.All(found.Zip(expected), pair => Assert.True(pair.First.allclose(pair.Second, 1e-4, 1e-4)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tokens_are_normalised_feature_by_feature(bool evaluates)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        long[] shape = [4, 3, 50, 64];
        var (norm, neuron, wide, reference) = (nn.BatchNorm1d(64), Neuron("lif"), nn.BatchNorm1d(64), Neuron("lif"));
        using (no_grad())
        {
            norm.weight!.uniform_(0.5, 2);
            norm.running_mean!.uniform_(-1, 1);
            wide.load_state_dict(norm.state_dict());
        }

        wide.to(ScalarType.Float64);
        Array.ForEach<nn.Module>([norm, neuron, wide, reference], module => module.train(!evaluates));
        using var off = evaluates ? no_grad() : null;
        var values = (randn(shape) * 2) + randn(64);
        var (x, y, gradient) = (values.detach(), values.to(ScalarType.Float64), randn(shape));
        if (!evaluates)
        {
            (x, y) = (x.requires_grad_(), y.requires_grad_());
        }

        var found = NormalisedNeurons.FireTokens(norm, neuron, x);
        var expected = reference.call(wide.call(y.flatten(0, 2)).unflatten(0, shape[..3]));

        // a potential within float32's rounding of the threshold may fall on its other side
        Assert.Equal(shape, found.shape);
        Assert.True((expected - found).abs().sum().item<double>() <= 3);
        Assert.True(norm.running_var!.to(ScalarType.Float64).allclose(wide.running_var!, 1e-5, 1e-6));
        if (!evaluates)
        {
            found.backward([gradient]);
            expected.backward([gradient.to(ScalarType.Float64)]);
            Assert.True(norm.weight!.grad!.to(ScalarType.Float64).allclose(wide.weight!.grad!, 1e-3, 1e-2));
            Assert.True((x.grad!.to(ScalarType.Float64) - y.grad!).abs().gt(1e-4).sum().item<long>() <= 3 * 4);
        }
    }

    [Fact]
    public void Tokens_of_other_axes_are_refused()
    {
        using var scope = NewDisposeScope();
        var refused = Assert.Throws<ArgumentException>(
            () => NormalisedNeurons.FireTokens(nn.BatchNorm1d(8), Neuron("lif"), randn([4, 2, 8])));
        Assert.Contains("[T, B, N, C]", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Currents_of_other_steps_are_refused()
    {
        using var scope = NewDisposeScope();
        var refusal = Assert.Throws<ArgumentException>(
            () => NormalisedNeurons.Fire(nn.BatchNorm2d(8), new IFNode(), ones([3, 2, 8, 4, 4]), 4));
        Assert.Contains("[3, 2, 8, 4, 4]", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_in_containers_are_taken_apart_but_where_a_hook_wants_them_whole()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var layer = nn.Sequential(nn.Conv2d(8, 16, 3, padding: 1), nn.BatchNorm2d(16));
        var x = randn([4, 8, 8, 16, 16]);
        var plain = NormalisedNeurons.Fire(layer, new IFNode(), x);
        var over = NormalisedNeurons.Fire(new OverTime(("module", layer)), new IFNode(), x, channelsBehind: true);
        var calls = 0;
        layer.register_forward_hook((_, _, output) =>
        {
            calls++;
            return output;
        });
        var hooked = NormalisedNeurons.Fire(layer, new IFNode(), x);

        Assert.Equal(1, calls);
        Assert.Equal(plain.shape, over.shape);
        Assert.True((plain - over).abs().mean().item<float>() < 1e-4);
        Assert.True((plain - hooked).abs().mean().item<float>() < 1e-4);
    }

    private static BatchNorm Norm(long[] shape) => shape.Length switch
    {
        5 => nn.BatchNorm2d(shape[2]),
        _ => nn.BatchNorm1d(shape[2]),
    };

    private static SpikingNeuron Neuron(string kind) => kind switch
    {
        "if" => new IFNode(surrogate: new ATan()),
        "lif" => new LIFNode(surrogate: new ATan(), detachReset: true),
        "plif" => new ParametricLIFNode(surrogate: new ATan()),
        _ => new LIFNode(reset: null),
    };

    private static void Near(Tensor expected, Tensor found, double tolerance)
    {
        var wide = found.to(ScalarType.Float64);
        var size = expected.abs().max().item<double>();
        var off = (expected - wide).abs().max().item<double>();
        Assert.True(off <= tolerance * size, $"off by {off} of {size}");
    }
}
