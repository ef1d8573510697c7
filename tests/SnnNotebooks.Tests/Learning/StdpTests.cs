using SnnNotebooks.Layers;
using SnnNotebooks.Learning;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Learning;

public sealed class StdpTests
{
    private static readonly StdpOptions Constant = new(4, 4, weight => ones_like(weight), weight => ones_like(weight));

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, true)]
    [InlineData(-1, false)]
    [InlineData(-3, false)]
    public void Cause_before_effect_strengthens_and_the_sooner_the_more(int lag, bool strengthens)
    {
        double Change(int delay)
        {
            using var scope = NewDisposeScope();
            using var rule = new Stdp(SynapseGeometry.Dense, Constant);
            var weight = ones(1, 1);
            var sum = 0.0;
            for (var t = 0; t < 12; t++)
            {
                sum += rule.Step(weight, full(1, 1, t == 5 ? 1f : 0f), full(1, 1, t == 5 + delay ? 1f : 0f)).item<float>();
            }

            return sum;
        }

        Assert.Equal(strengthens, Change(lag) > 0);
        Assert.Equal(Math.Pow(0.75, Math.Abs(lag)), Math.Abs(Change(lag)), 5);
    }

    [Fact]
    public void A_convolution_sums_what_its_positions_would_learn_alone()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var weight = rand(3, 2, 3, 2);
        var geometry = SynapseGeometry.Convolution([3, 2], [2, 1], [1, 1]);
        using var rule = new Stdp(geometry, new StdpOptions(2, 3));
        using var dense = new Stdp(SynapseGeometry.Dense, new StdpOptions(2, 3));
        var found = zeros_like(weight);
        var expected = zeros(3, 2, 3, 2);
        var (preTrace, postTrace) = (zeros(2, 2, 8, 7), zeros(2, 3, 3, 6));
        for (var t = 0; t < 6; t++)
        {
            var pre = (rand(2, 2, 6, 5) < 0.4).to(ScalarType.Float32);
            var post = (rand(2, 3, 3, 6) < 0.4).to(ScalarType.Float32);
            found.add_(rule.Step(weight, pre, post));

            // by hand, tap by tap
            var padded = nn.functional.pad(pre, [1, 1, 1, 1]);
            preTrace = (preTrace * 0.5) + padded;
            postTrace = (postTrace * (2.0 / 3)) + post;
            for (var (o, i, y, x) = (0, 0, 0, 0); o < 3;)
            {
                var (some, trace) = (padded[.., i, y..(y + 5), x..(x + 6)], preTrace[.., i, y..(y + 5), x..(x + 6)]);
                var change = (weight[o, i, y, x] * (post[.., o] * trace[.., TensorIndex.Slice(0, 5, 2)]).sum())
                    - (weight[o, i, y, x] * (postTrace[.., o] * some[.., TensorIndex.Slice(0, 5, 2)]).sum());
                expected[o, i, y, x] += change;
                (x, y, i, o) = x < 1 ? (x + 1, y, i, o) : y < 2 ? (0, y + 1, i, o) : i < 1 ? (0, 0, i + 1, o) : (0, 0, 0, o + 1);
            }
        }

        Assert.True(found.allclose(expected, 1e-4, 1e-4), "the convolution's change differs from the sum over its positions");
    }

    [Fact]
    public void A_learner_hears_a_sequence_as_it_hears_its_steps()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var synapse = nn.Linear(6, 4, hasBias: false);
        var input = (rand(9, 3, 6) < 0.5).to(ScalarType.Float32);
        using var steps = new IFNode { StepMode = StepMode.Single };
        using var over = new OverTime(synapse);
        using var sequence = new IFNode();

        Tensor byStep;
        using (var learner = new StdpLearner(synapse, steps, Constant))
        {
            foreach (var step in input.unbind(0))
            {
                steps.call(synapse.call(step));
            }

            byStep = learner.Step(onGradient: false);
        }

        using var whole = new StdpLearner(synapse, sequence, Constant);
        sequence.call(over.call(input));
        Assert.True(whole.Step().allclose(byStep, 1e-5, 1e-6));
        Assert.True(synapse.weight!.grad!.allclose(-byStep, 1e-5, 1e-6));
        Assert.True(byStep.abs().sum().item<float>() > 0);
    }

    [Fact]
    public void A_learner_whose_neurons_were_not_run_says_so_and_leaves_no_tensor()
    {
        using (var scope = NewDisposeScope())
        {
            using var synapse = nn.Linear(2, 2);
            using var neuron = new IFNode { StepMode = StepMode.Single };
            using var learner = new StdpLearner(synapse, neuron, Constant);
            synapse.call(ones(1, 2));
            Assert.Contains("1 times", Assert.Throws<InvalidOperationException>(() => learner.Step()).Message, StringComparison.Ordinal);
        }

        using var rule = new Stdp(SynapseGeometry.Dense, Constant);
        using var weight = ones(2, 2);
        using var spikes = ones(1, 2);
        rule.Step(weight, spikes, spikes).Dispose();
        var before = SnnNotebooks.TestSupport.LiveTensors.Settled();
        for (var t = 0; t < 50; t++)
        {
            rule.Step(weight, spikes, spikes).Dispose();
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Reward_acts_on_the_step_before()
    {
        using var scope = NewDisposeScope();
        using var rule = new RewardStdp(Constant);
        var (weight, spike, silence) = (ones(1, 1), ones(1, 1), zeros(1, 1));
        Assert.Equal(0, rule.Step(weight, spike, silence, ones(1)).item<float>());
        rule.Step(weight, silence, spike, zeros(1));
        Assert.Equal(-2 * Math.Exp(-0.25), rule.Step(weight, silence, silence, full(1, -2f)).item<float>(), 5);
        Assert.Contains("[B, in]", Assert.Throws<ArgumentException>(() => rule.Step(weight, ones(1, 2), spike, ones(1))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScalarType.Bool)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.Float64)]
    public void Spikes_of_any_type_teach_the_same(ScalarType type)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var weight = rand(2, 3);
        using var given = new Stdp(SynapseGeometry.Dense, new StdpOptions());
        using var plain = new Stdp(SynapseGeometry.Dense, new StdpOptions());
        using var rewarded = new RewardStdp(new StdpOptions(), 3);
        using var rewardedPlain = new RewardStdp(new StdpOptions(), 3);
        for (var t = 0; t < 4; t++)
        {
            var (pre, post) = (rand(4, 3).gt(0.5), rand(4, 2).gt(0.5));
            var (preFloat, postFloat) = (pre.to(ScalarType.Float32), post.to(ScalarType.Float32));
            var found = given.Step(weight, pre.to(type), post.to(type));
            Assert.Equal(ScalarType.Float32, found.dtype);
            Assert.True(found.equal(plain.Step(weight, preFloat, postFloat)).all().item<bool>());
            Assert.True(rewarded.Step(weight, pre.to(type), post.to(type), ones(4))
                .equal(rewardedPlain.Step(weight, preFloat, postFloat, ones(4))).all().item<bool>());
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused_before_libtorch_sees_it()
    {
        // unguarded, each of these would end the process or be spread over another shape
        using var scope = NewDisposeScope();
        using var dense = new Stdp(SynapseGeometry.Dense, new StdpOptions());
        using var window = new Stdp(SynapseGeometry.Convolution([3], [1], [0]), new StdpOptions());
        using var rewarded = new RewardStdp(new StdpOptions());
        foreach (var (weight, pre, post) in new[]
        {
            (ones(2, 3), ones(1, 3), ones(2, 2)), (ones(2, 3), ones(1, 2), ones(1, 2)), (ones(2, 3), ones(1, 3), ones(1, 3)),
            (ones(3), ones(1, 3), ones(1, 2)),
            (ones(2, 3), ones(4, 1, 3), ones(4, 1, 2)), (ones(2, 3), ones(3), ones(2)),
            (ones(2, 3).to(ScalarType.Int64), ones(1, 3), ones(1, 2)),
            (ones(2, 3), ones(1, 3).to(ScalarType.ComplexFloat32), ones(1, 2)), (ones(2, 3), ones(1, 3, device: META), ones(1, 2)),
        })
        {
            Assert.Contains("expected", Assert.Throws<ArgumentException>(() => dense.Step(weight, pre, post)).Message,
                StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => rewarded.Step(weight, pre, post, ones(1)));
            Assert.Throws<ArgumentException>(() => window.Step(weight, pre, post));
        }

        dense.Step(ones(2, 3), ones(4, 3), ones(4, 2));
        Assert.Contains("Reset()", Assert.Throws<InvalidOperationException>(() => dense.Step(ones(2, 3), ones(1, 3), ones(1, 2))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_first_layer_learns_from_a_repeated_image_as_from_its_copies()
    {
        using var scope = NewDisposeScope();
        Tensor Learn(nn.Module<Tensor, Tensor> synapse, Tensor sequence)
        {
            using var neurons = new IFNode(reset: null);
            using var learner = new StdpLearner(synapse, neurons, new StdpOptions());
            neurons.call(new OverTime(synapse).call(sequence));
            return learner.Step(1, onGradient: false);
        }

        // current 0.5 from pixel 1, soft reset: spikes at t = 1 and 3; traces 1, 1.5, 1.75, 1.875 and 0, 1, 0.5, 1.25
        var dense = nn.Linear(2, 1, hasBias: false);
        using (no_grad())
        {
            dense.weight!.fill_(0.5f);
        }

        var image = tensor(new[] { 1f, 0f }).reshape(1, 2);
        Assert.Equal([0.3125f, 0], Learn(dense, TimeRepeat.Repeat(image, 4)).data<float>().ToArray());
        Assert.Equal([0.3125f, 0], Learn(dense, TimeRepeat.Repeat(image, 4).clone()).data<float>().ToArray());
        manual_seed(5);
        var convolution = nn.Conv2d(2, 3, 3, padding: 1, bias: false);
        var images = TimeRepeat.Repeat(rand(2, 2, 5, 4).gt(0.5).to(ScalarType.Float32), 6);
        Assert.True(Learn(convolution, images).allclose(Learn(convolution, images.clone()), 1e-4, 1e-4));
    }

    [Fact]
    public void A_learner_whose_neurons_saw_another_batch_says_so()
    {
        using var scope = NewDisposeScope();
        using var synapse = nn.Linear(2, 2);
        using var neurons = new IFNode();
        using var learner = new StdpLearner(synapse, neurons, Constant);
        synapse.call(ones(12, 2));
        neurons.call(ones(4, 2, 2));
        Assert.Contains("which are not the input", Assert.Throws<InvalidOperationException>(() => learner.Step()).Message,
            StringComparison.Ordinal);
    }
}
