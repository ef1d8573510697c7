using SnnNotebooks.Neurons;
using SnnNotebooks.Neurons.Fused;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Neurons;

/// <summary>The numbers of an equation: constants that kernels share code over, learned ones, and those of each neuron.</summary>
public sealed class NumberTests
{
    public static TheoryData<string> Names => EquationTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_number_of_every_equation_can_be_learned_for_the_layer_and_for_each_channel(string name)
    {
        foreach (var number in ((EquationNeuron)EquationTests.Builders[name](null)).NumberNames)
        {
            foreach (var shape in new long[][] { [], [1], [3, 1], [2, 1, 1], [2, 3, 35] })
            {
                using var scope = NewDisposeScope();
                var reference = Learned(name, number, shape, NeuronBackend.Reference);
                var fused = Learned(name, number, shape, NeuronBackend.Fused);
                for (var i = 0; i < reference.Length; i++)
                {
                    // k and w are float32, sums over all neurons
                    var relative = reference[i].dtype == ScalarType.Float32 ? 1e-5 : 1e-9;
                    var bound = relative * Math.Max(1, reference[i].abs().max().to(ScalarType.Float64).item<double>());
                    Assert.True(
                        reference[i].allclose(fused[i], relative, bound, equal_nan: true),
                        $"{name}, {number} [{string.Join(", ", shape)}]: result {i}");
                }
            }
        }
    }

    [Fact]
    public void A_channel_with_a_number_of_its_own_is_a_layer_with_that_number()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var x = randn(5, 2, 3, 7) * 2;
        var (taus, thresholds) = (new[] { 1.5, 3.7, 9.25 }, new[] { 0.5, 1, 1.25 });
        using var layer = new LIFNode(reset: -0.25) { Backend = NeuronBackend.Fused };
        layer.Set("tau", tensor(taus).reshape(3, 1));
        layer.Set("threshold", tensor(thresholds).reshape(3, 1));
        var spikes = layer.call(x);
        for (var channel = 0; channel < 3; channel++)
        {
            using var alone = new LIFNode(taus[channel], threshold: thresholds[channel], reset: -0.25) { Backend = NeuronBackend.Fused };
            var at = TensorIndex.Single(channel);
            Assert.True(alone.call(x[TensorIndex.Colon, TensorIndex.Colon, at]).Equals(spikes[TensorIndex.Colon, TensorIndex.Colon, at]));
            Assert.True(alone.V!.Equals(layer.V![TensorIndex.Colon, at]));
        }

        Assert.Equal(["tau", "threshold"], layer.state_dict().Keys.Order(StringComparer.Ordinal));
        var refused = Assert.Throws<InvalidOperationException>(() => layer.Threshold);
        Assert.Contains("Value(\"threshold\")", refused.Message, StringComparison.Ordinal);
        Assert.True(layer.Value("tau").Equals(tensor(taus).reshape(3, 1)));
    }

    [Fact]
    public void Gradients_of_channels_are_the_same_bits_for_any_number_of_threads()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var (x, g) = (randn(4, 8, 3, 9001) * 2, randn(4, 8, 3, 9001));
        Tensor[] Gradients(int threads)
        {
            var before = get_num_threads();
            set_num_threads(threads);
            try
            {
                var layer = new LIFNode(surrogate: new ATan()) { Backend = NeuronBackend.Fused };
                var parameters = new[] { layer.Learn("tau", full([3, 1], 2f)), layer.Learn("threshold", ones(3, 1)), layer.Learn("reset") };
                (layer.call(x) * g).sum().backward();
                return Array.ConvertAll(parameters, parameter => parameter.grad!);
            }
            finally
            {
                set_num_threads(before);
            }
        }

        foreach (var (one, two) in Gradients(1).Zip(Gradients(2)))
        {
            Assert.True(one.Equals(two));
        }
    }

    [Fact]
    public void Three_thousand_time_constants_share_their_loops()
    {
        // sin(log(cos u)) is in nothing else: only these kernels have all three
        static int Loops() => LoopCompiler.Programs.Count(program => program.Contains("Sin(", StringComparison.Ordinal)
            && program.Contains("Log(", StringComparison.Ordinal) && program.Contains("Cos(", StringComparison.Ordinal));
        using var x = rand(2, 16).requires_grad_();
        Assert.Equal(0, Loops());
        for (var i = 0; i < 3000; i++)
        {
            using var scope = NewDisposeScope();
            using var layer = new LIFNode(2.05 + (i * 1e-4), threshold: 1.1 + (i * 1e-5), surrogate: new Unusual());
            layer.Backend = NeuronBackend.Fused;
            layer.call(x).sum().backward();
        }

        Assert.Equal(1, Loops());
    }

    [Fact]
    public void An_equation_of_five_variables_and_six_numbers()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var x = rand(9, 4, 23, dtype: ScalarType.Float64) * 3;
        var g = randn(9, 4, 23, dtype: ScalarType.Float64);
        Tensor[] Results(NeuronBackend backend, bool learn)
        {
            var neuron = new Cascade { Backend = backend };
            Tensor Start(string number, int i) =>
                full(i % 2 == 0 ? [] : [23], neuron.Value(number).item<double>(), dtype: ScalarType.Float64);
            var parameters = learn ? neuron.NumberNames.Select((number, i) => neuron.Learn(number, Start(number, i))).ToArray() : [];
            var input = x.clone().requires_grad_();
            var output = neuron.call(input);
            (output * g).sum().backward();
            var variables = neuron.VariableNames.Select(variable => neuron.Variable(variable)!);
            return [output, .. variables, input.grad!, .. parameters.Select(parameter => parameter.grad!)];
        }

        foreach (var learn in new[] { false, true })
        {
            foreach (var (expected, found) in Results(NeuronBackend.Reference, learn).Zip(Results(NeuronBackend.Fused, learn)))
            {
                Assert.True(expected.allclose(found, 1e-10, 1e-10));
            }
        }

        // by hand, one neuron
        var (state, spikes) = (new double[5], new List<double>());
        foreach (var input in x[TensorIndex.Colon, 1, 2].data<double>().ToArray())
        {
            state[1] += (input - state[1]) / 2.5;
            for (var i = 2; i < 5; i++)
            {
                state[i] += (state[i - 1] - state[i]) / (i + 0.3);
            }

            state[0] = (0.9 * state[0]) + state[4] + (0.2 * input);
            spikes.Add(state[0] >= 0.4 ? 1 : 0);
            state[0] -= 0.4 * spikes[^1];
        }

        Assert.Equal(spikes, Results(NeuronBackend.Fused, false)[0][TensorIndex.Colon, 1, 2].data<double>().ToArray());
        Assert.Contains(1, spikes);
    }

    [Fact]
    public void A_gradient_of_a_gradient_is_refused()
    {
        using var scope = NewDisposeScope();
        foreach (var start in new Action<LIFNode>[] { _ => { }, layer => layer.Learn("tau", full([5], 2f)) })
        {
            var layer = new LIFNode { Backend = NeuronBackend.Fused };
            start(layer);
            var x = rand(3, 5).requires_grad_();
            Tensor Gradient(bool createGraph)
            {
                layer.Reset();
                return autograd.grad([layer.call(x).sum()], [x], create_graph: createGraph)[0];
            }

            // as in PyTorch, the gradient itself is right and is part of a graph
            var gradient = Gradient(createGraph: true);
            Assert.True(gradient.requires_grad);
            Assert.True(gradient.detach().Equals(Gradient(createGraph: false)));
            var refused = Assert.Throws<InvalidOperationException>(() => Functional.Backward(layer, gradient.square().sum()));
            Assert.Contains("differentiate twice", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Numbers_that_are_not_there_or_do_not_fit_are_refused()
    {
        using var soft = new LIFNode(reset: null);
        using var layer = new LIFNode();
        using var x = rand(2, 5);
        using var three = full([3], 2f);
        layer.Learn("tau", three);

        Assert.Contains("tau, threshold", Assert.Throws<ArgumentException>(() => soft.Learn("reset")).Message, StringComparison.Ordinal);
        Assert.Contains("already", Assert.Throws<ArgumentException>(() => layer.Set("tau", three)).Message, StringComparison.Ordinal);
        Assert.Contains("[3]", Assert.Throws<ArgumentException>(() => layer.call(x)).Message, StringComparison.Ordinal);
        var refused = Assert.Throws<InvalidOperationException>(() => new Forgetful().call(x));
        Assert.Contains("5 variables and its Charge gives 1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("two numbers called tau", Assert.Throws<ArgumentException>(() => new Twice()).Message, StringComparison.Ordinal);
    }

    private static Tensor[] Learned(string name, string number, long[] shape, NeuronBackend backend)
    {
        manual_seed(9);
        var neuron = (EquationNeuron)EquationTests.Builders[name](null);
        neuron.Backend = backend;
        var x = (randn(4, 2, 3, 35, dtype: ScalarType.Float64) * 2).requires_grad_();
        var (g, gv) = (randn(4, 2, 3, 35, dtype: ScalarType.Float64), randn(2, 3, 35, dtype: ScalarType.Float64));
        var value = neuron.Value(number).to(ScalarType.Float64);
        var learned = neuron.Learn(number, value.reshape([]).expand(shape) + (rand(shape, dtype: ScalarType.Float64) * 0.1));
        Assert.Equal(shape, learned.shape);
        var output = neuron.call(x);
        ((output * g).sum() + (neuron.V! * gv).sum()).backward();
        var variables = neuron.VariableNames.Select(variable => neuron.Variable(variable)!.detach());
        var gradients = neuron.parameters().Where(parameter => parameter.grad is not null).Select(parameter => parameter.grad!);
        return [output.detach(), .. variables, x.grad!, .. gradients];
    }

    private sealed class Unusual : Surrogate
    {
        public override Lane Gradient(Lane u) => Lane.Sin(Lane.Log(2 + Lane.Cos(u)));
    }

    /// <summary>A current through four filters, the last of which charges the potential.</summary>
    private sealed class Cascade() : EquationNeuron(
        ["v", "a", "b", "c", "d"],
        [("tau1", 2.5), ("tau2", 2.3), ("tau3", 3.3), ("tau4", 4.3), ("keep", 0.9), ("direct", 0.2)],
        threshold: 0.4,
        reset: null)
    {
        protected override Lane[] Charge(Lane[] before, Lane x)
        {
            var charged = (Lane[])before.Clone();
            for (var i = 1; i < 5; i++)
            {
                charged[i] = before[i] + (((i == 1 ? x : charged[i - 1]) - before[i]) / Number($"tau{i}"));
            }

            charged[0] = (Number("keep") * before[0]) + charged[4] + (Number("direct") * x);
            return charged;
        }
    }

    private sealed class Forgetful() : EquationNeuron(["v", "a", "b", "c", "d"], [])
    {
        protected override Lane[] Charge(Lane[] before, Lane x) => [before[0] + x];
    }

    private sealed class Twice() : PointNeuron([("tau", 2), ("tau", 3)])
    {
        protected override Lane Charge(Lane v, Lane x) => v + x;
    }
}
