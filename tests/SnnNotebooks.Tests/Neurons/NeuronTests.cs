using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Neurons;

public sealed class NeuronTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(1, 17)]
    [InlineData(8, 1031)]
    [InlineData(5, 70001)]
    [InlineData(200, 67)]
    public void Both_backends_spike_alike_and_agree_on_gradients(long steps, long neurons)
    {
        using var scope = NewDisposeScope();
        manual_seed(steps + neurons);
        foreach (var build in Neurons())
        {
            foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
            {
                var x = randn(steps, neurons, dtype: type) * 2;
                var g = randn(steps, neurons, dtype: type);
                var reference = Run(build(), NeuronBackend.Reference, x, g);
                var fused = Run(build(), NeuronBackend.Fused, x, g);
                Assert.True(reference.Spikes.equal(fused.Spikes).all().item<bool>());
                Assert.True(reference.V.equal(fused.V).all().item<bool>());
                var bound = type == ScalarType.Float64 ? 1e-11 : 1e-4;
                Assert.True(reference.Gradient.allclose(fused.Gradient, bound, bound));
            }
        }
    }

    [Fact]
    public void Strided_input_and_extreme_values_are_the_same_in_both_backends()
    {
        using var scope = NewDisposeScope();
        var wide = randn(6, 40, 3) * 3;
        wide[0, 0, 0] = float.NaN;
        wide[1, 1, 1] = float.PositiveInfinity;
        wide[2, 2, 2] = float.NegativeInfinity;
        wide[3, 3, 0] = 3e38f;
        var strided = wide.transpose(1, 2);
        var (reference, fused) = (new LIFNode { Backend = NeuronBackend.Reference }, new LIFNode { Backend = NeuronBackend.Fused });
        reference.eval();
        fused.eval();

        Assert.True(reference.call(strided).equal(fused.call(strided)).all().item<bool>());
        Assert.True(reference.V!.allclose(fused.V!, 0, 0, equal_nan: true));
    }

    [Fact]
    public void Results_do_not_depend_on_the_number_of_threads()
    {
        using var scope = NewDisposeScope();
        var x = randn(8, 40_001);
        var g = randn(8, 40_001);
        var threads = get_num_threads();
        try
        {
            set_num_threads(1);
            var (one, oneW) = RunParametric(x, g);
            set_num_threads(2);
            var (two, twoW) = RunParametric(x, g);
            Assert.True(one.equal(two).all().item<bool>());
            Assert.Equal(oneW, twoW);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Single_steps_are_a_sequence_cut_in_pieces()
    {
        using var scope = NewDisposeScope();
        var x = randn(6, 5) * 2;
        var whole = new LIFNode().call(x);
        var stepwise = new LIFNode { StepMode = StepMode.Single };

        Assert.True(stack(x.unbind(0).Select(stepwise.call)).equal(whole).all().item<bool>());
    }

    [Fact]
    public void A_hand_worked_trace()
    {
        using var current = tensor(new[] { 1.5, 1.5, 0.0, 3.0 });
        using var neuron = new LIFNode(tau: 2);

        var trace = neuron.Trace(current);

        Assert.Equal([0.75, 1.125, 0.0, 1.5], trace.Charged);
        Assert.Equal([0, 1, 0, 1], trace.Spikes);
        Assert.Equal([0.75, 0, 0, 0], trace.Potential);
        Assert.Null(neuron.V);
    }

    [Fact]
    public void A_neuron_fires_at_equality()
    {
        using var at = tensor(new[] { 1f, MathF.BitDecrement(1f) }).reshape(1, 2);
        using var neuron = new IFNode();
        using var spikes = neuron.call(at);

        Assert.Equal([1f, 0f], spikes.data<float>().ToArray());
    }

    [Fact]
    public void State_of_another_shape_is_refused_with_what_to_call()
    {
        using var scope = NewDisposeScope();
        var neuron = new LIFNode();
        neuron.call(zeros(2, 3));

        var refused = Assert.Throws<InvalidOperationException>(() => neuron.call(zeros(2, 4)));

        Assert.Contains("[3]", refused.Message, StringComparison.Ordinal);
        Assert.Contains("[4]", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Functional.Reset", refused.Message, StringComparison.Ordinal);
        Functional.Reset(neuron);
        Assert.Equal([2L, 4L], neuron.call(zeros(2, 4)).shape);
    }

    [Fact]
    public void Potentials_are_stored_on_demand()
    {
        using var scope = NewDisposeScope();
        var neuron = new LIFNode { StoreVSequence = true };
        neuron.call(ones(3, 2) * 1.5);

        Assert.Equal([0.75f, 0.75f, 0f, 0f, 0.75f, 0.75f], neuron.VSequence!.data<float>().ToArray());
    }

    [Fact]
    public void The_learnable_time_constant_is_the_only_entry_of_the_state_dictionary()
    {
        using var neuron = new ParametricLIFNode(initialTau: 2.5);
        using var x = ones(4, 3);
        using var spikes = neuron.call(x);

        Assert.Equal("w", Assert.Single(neuron.state_dict()).Key);
        Assert.Empty(neuron.parameters().Single().shape);
        Assert.Equal(2.5, neuron.Tau, 5);
    }

    [Fact]
    public void Bad_constants_and_inputs_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LIFNode(tau: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParametricLIFNode(initialTau: double.NaN));
        using var integers = ones(2, 3, dtype: ScalarType.Int32);
        using var none = zeros(0, 3);
        using var neuron = new LIFNode();
        Assert.Contains("Int32", Assert.Throws<ArgumentException>(() => neuron.call(integers)).Message, StringComparison.Ordinal);
        Assert.Contains("[0, 3]", Assert.Throws<ArgumentException>(() => neuron.call(none)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Your_own_neuron_has_the_gradient_of_its_equation()
    {
        // below threshold nothing fires, so the fused gradient must be that of the charge equation itself: compare with finite differences
        using var scope = NewDisposeScope();
        var x = rand(4, 3, dtype: ScalarType.Float64) * 0.2;
        double Last(Tensor input)
        {
            using var neuron = new Quadratic(2, threshold: 100, reset: 0);
            neuron.call(input);
            return neuron.V!.sum().item<double>();
        }

        var variable = x.clone().requires_grad_();
        using var own = new Quadratic(2, threshold: 100, reset: 0) { Backend = NeuronBackend.Fused };
        own.call(variable);
        own.V!.sum().backward();

        for (var t = 0; t < 4; t++)
        {
            for (var n = 0; n < 3; n++)
            {
                const double step = 1e-6;
                var (up, down) = (x.clone(), x.clone());
                up[t, n] += step;
                down[t, n] -= step;
                Assert.Equal((Last(up) - Last(down)) / (2 * step), variable.grad![t, n].item<double>(), 6);
            }
        }
    }

    [Theory]
    [InlineData(NeuronBackend.Fused)]
    [InlineData(NeuronBackend.Reference)]
    public void Training_leaves_no_tensor_behind(NeuronBackend backend)
    {
        using var neuron = new ParametricLIFNode { Backend = backend };
        using var x = randn(4, 300).requires_grad_();
        void Steps(int count)
        {
            for (var i = 0; i < count; i++)
            {
                using var scope = NewDisposeScope();
                Functional.Reset(neuron);
                neuron.call(x).sum().backward();
            }

            Functional.Reset(neuron);
        }

        Steps(5);
        var before = SnnNotebooks.TestSupport.LiveTensors.Settled();
        Steps(50);

        Assert.InRange(SnnNotebooks.TestSupport.LiveTensors.Settled(), 0, before + 5);
    }

    private static IEnumerable<Func<SpikingNeuron>> Neurons()
    {
        yield return () => new IFNode(surrogate: new ATan());
        yield return () => new LIFNode(tau: 3.7, reset: null);
        yield return () => new LIFNode(tau: 1.3, decayInput: false, reset: -0.25, detachReset: true, surrogate: new ATan());
        yield return () => new ParametricLIFNode(initialTau: 2.5);
        yield return () => new Quadratic(4);
        yield return () => new IFNode(threshold: 0.7, reset: null, detachReset: true);
    }

    private static (Tensor Spikes, Tensor V, Tensor Gradient) Run(SpikingNeuron neuron, NeuronBackend backend, Tensor input, Tensor g)
    {
        neuron.Backend = backend;
        var x = input.clone().requires_grad_();
        var spikes = neuron.call(x);
        ((spikes * g).sum() + neuron.V!.sum()).backward();
        return (spikes, neuron.V!.detach().clone(), x.grad!);
    }

    private static (Tensor Gradient, float W) RunParametric(Tensor input, Tensor g)
    {
        var neuron = new ParametricLIFNode { Backend = NeuronBackend.Fused };
        var x = input.clone().requires_grad_();
        (neuron.call(x) * g).sum().backward();
        return (x.grad!, neuron.parameters().Single().grad!.item<float>());
    }

    private sealed class Quadratic(double tau, double threshold = 1, double reset = -0.1) : PointNeuron(threshold: threshold, reset: reset)
    {
        protected override Lane Charge(Lane v, Lane x) => v + ((x + (v * (v - 0.8))) / tau);
    }
}
