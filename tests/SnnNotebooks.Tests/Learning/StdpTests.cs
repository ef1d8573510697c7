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
        Assert.Contains("[B, in]", Assert.Throws<ArgumentException>(() => rule.Step(weight, ones(1, 2), spike, ones(1))).Message, StringComparison.Ordinal);
    }
}
