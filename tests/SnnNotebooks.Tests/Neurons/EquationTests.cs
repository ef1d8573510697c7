using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Neurons;

/// <summary>
/// Every point neuron: the fused backend against the reference backend, and that against finite differences of the relaxed model.
/// </summary>
public sealed class EquationTests
{
    public static TheoryData<string> Names => new(Builders.Keys.ToArray());

    internal static readonly Dictionary<string, Func<Surrogate?, SpikingNeuron>> Builders = new()
    {
        ["IF soft"] = surrogate => new IFNode(reset: null, surrogate: surrogate),
        ["LIF"] = surrogate => new LIFNode(tau: 3.7, reset: -0.25, surrogate: surrogate),
        ["LIF 2, no decay"] = surrogate => new LIFNode(decayInput: false, reset: null, detachReset: true, surrogate: surrogate),
        ["PLIF"] = surrogate => new ParametricLIFNode(2.5, surrogate: surrogate),
        ["PLIF soft"] = surrogate => new ParametricLIFNode(2.5, decayInput: false, reset: null, surrogate: surrogate, parameterAxes: 1),
        ["QIF"] = surrogate => new QIFNode(surrogate: surrogate),
        ["EIF"] = surrogate => new EIFNode(surrogate: surrogate),
        ["KLIF"] = surrogate => new KLIFNode(initialScale: 1.3, surrogate: surrogate),
        ["KLIF scaled"] = surrogate => new KLIFNode(scaleReset: true, initialScale: 1.3, surrogate: surrogate),
        ["KLIF scaled soft"] = surrogate =>
            new KLIFNode(scaleReset: true, reset: null, detachReset: true, initialScale: 0.8, surrogate: surrogate),
        ["Izhikevich"] = surrogate => new IzhikevichNode(coupling: 0.3, jump: 0.2, adaptationTau: 3, surrogate: surrogate),
        ["Izhikevich detached"] = surrogate => new IzhikevichNode(coupling: 0.3, jump: 0.2, detachReset: true, surrogate: surrogate),
        ["LIAF"] = surrogate => new LIAFNode(AnalogActivation.Tanh, thresholdRelated: true, surrogate: surrogate),
        ["CUBALIF"] = surrogate => new CUBALIFNode(surrogate: surrogate ?? new Sigmoid()),
        ["ALIF"] = surrogate => new ALIFNode(adaptation: 0.7, surrogate: surrogate),
        ["ALIF soft"] = surrogate => new ALIFNode(reset: null, detachReset: true, surrogate: surrogate),
        ["CLIF"] = surrogate => new CLIFNode(surrogate: surrogate),
        ["half threshold"] = surrogate => new HalfThresholdIFNode(surrogate: surrogate),
        ["readout"] = _ => new NonSpikingLIFNode(),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Both_backends_agree_for_every_shape(string name)
    {
        foreach (var (steps, neurons) in new[] { (1L, 1L), (4L, 15L), (7L, 16L), (8L, 1031L), (33L, 200L), (3L, 40_000L) })
        {
            foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
            {
                using var scope = NewDisposeScope();
                manual_seed(steps + neurons);
                var x = randn(steps, neurons, dtype: type) * 2;
                var (g, gv) = (randn(steps, neurons, dtype: type), randn(neurons, dtype: type));
                var reference = Gradients(name, NeuronBackend.Reference, x, g, gv);
                var fused = Gradients(name, NeuronBackend.Fused, x, g, gv);
                var variables = Builders[name](null).VariableNames.Count;
                for (var i = 0; i < reference.Length; i++)
                {
                    // output, variables, gradient of the input; then those of learnable numbers, float32 sums over all neurons
                    var bound = i > variables + 1 ? 1e-3 : type == ScalarType.Float64 ? 1e-10 : 2e-4;
                    Assert.True(
                        reference[i].allclose(fused[i], bound,
                            bound * Math.Max(1, reference[i].abs().max().to(ScalarType.Float64).item<double>())),
                                $"{name} [{steps}, {neurons}] {type}: result {i}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Strided_input_carried_state_and_extreme_values_are_the_same_in_both_backends(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var wide = randn(6, 20, 3) * 3;
        wide[0, 0, 0] = float.NaN;
        wide[1, 1, 1] = float.PositiveInfinity;
        wide[2, 2, 2] = float.NegativeInfinity;
        wide[3, 3, 0] = 1e38f;
        var (reference, fused) = (Builders[name](null), Builders[name](null));
        (reference.Backend, fused.Backend) = (NeuronBackend.Reference, NeuronBackend.Fused);
        var still = randn(3, 20).unsqueeze(0).expand(6, 3, 20);
        foreach (var input in new[] { still, randn(6, 20, 3).transpose(1, 2), wide.transpose(1, 2) })
        {
            var (expected, found) = (reference.call(input), fused.call(input));
            Assert.True(expected.allclose(found, 1e-4, 1e-4, equal_nan: true), $"{name}: output");
            foreach (var variable in reference.VariableNames)
            {
                Assert.True(reference.Variable(variable)!.allclose(fused.Variable(variable)!, 1e-4, 1e-4, equal_nan: true),
                    $"{name}: {variable}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_are_those_of_the_relaxed_model(string name)
    {
        // with the surrogate's primitive in place of the step, the surrogate gradient is the true one; detached paths apart
        if (Builders[name](null).DetachReset && name != "readout")
        {
            return;
        }

        using var scope = NewDisposeScope();
        manual_seed(2);
        var x = rand(5, 3, dtype: ScalarType.Float64) * 2;
        var (g, gv) = (randn(5, 3, dtype: ScalarType.Float64), randn(3, dtype: ScalarType.Float64));
        using var neuron = (EquationNeuron)Builders[name](new RelaxedSigmoid());
        neuron.Backend = NeuronBackend.Reference;
        foreach (var number in neuron.NumberNames.Where(
            number => neuron.get_parameter(number) is null && double.IsFinite(neuron.Value(number).item<double>())))
        {
            neuron.Learn(number, neuron.Value(number));
        }

        double Loss(Tensor input)
        {
            using var off = no_grad();
            neuron.Reset();
            return ((neuron.call(input) * g).sum() + (neuron.V! * gv).sum()).item<double>();
        }

        var variable = x.clone().requires_grad_();
        neuron.Reset();
        ((neuron.call(variable) * g).sum() + (neuron.V! * gv).sum()).backward();
        const double step = 1e-6;
        for (var i = 0; i < x.numel(); i++)
        {
            var (up, down) = (x.clone(), x.clone());
            up.view(-1)[i] += step;
            down.view(-1)[i] -= step;
            var expected = (Loss(up) - Loss(down)) / (2 * step);
            Assert.Equal(expected, variable.grad!.view(-1)[i].item<double>(), 1e-5 * Math.Max(1, Math.Abs(expected)));
        }

        foreach (var parameter in neuron.parameters())
        {
            // where the parameter is float32: a larger step, and what really was added
            var isSingle = parameter.dtype == ScalarType.Float32;
            var value = parameter.detach().to(ScalarType.Float64).item<double>();
            var (above, below) = isSingle ? ((float)(value + 0.001), (float)(value - 0.001)) : (value + step, value - step);
            double With(double changed)
            {
                using var off = no_grad();
                parameter.fill_(changed);
                return Loss(x);
            }

            var expected = (With(above) - With(below)) / (above - below);
            With(value); // for the next one
            Assert.Equal(expected, parameter.grad!.to(ScalarType.Float64).item<double>(),
                (isSingle ? 1e-3 : 1e-5) * Math.Max(1, Math.Abs(expected)));
        }
    }

    [Fact]
    public void A_hand_worked_trace_of_the_adaptive_threshold()
    {
        // beta 1, rho 1/2: the threshold is 1, 1.5 (met exactly: it fires), 1.75, 1.375
        using var scope = NewDisposeScope();
        foreach (var backend in new[] { NeuronBackend.Reference, NeuronBackend.Fused })
        {
            var neuron = new ALIFNode(adaptation: 1, adaptationDecay: 0.5) { Backend = backend };
            var spikes = neuron.call(tensor(new[] { 3f, 3, 3, 0 }).reshape(4, 1));

            Assert.Equal([1f, 1, 0, 0], spikes.data<float>().ToArray());
            Assert.Equal(0.75f, neuron.V!.item<float>());
            Assert.Equal(0.1875f, neuron.Variable("a")!.item<float>());
        }
    }

    [Fact]
    public void A_hand_worked_trace_of_the_complementary_potential()
    {
        static double Logistic(double value) => 1 / (1 + Math.Exp(-value));
        using var scope = NewDisposeScope();
        foreach (var backend in new[] { NeuronBackend.Reference, NeuronBackend.Fused })
        {
            var neuron = new CLIFNode { Backend = backend };
            var spikes = neuron.call(tensor(new[] { 1.5, 1.0 }, dtype: ScalarType.Float64).reshape(2, 1));

            // 1.5 fires: m = 1, V = 1.5 - (1 + logistic(1)); then half of it is left and 1 comes in
            var charged = ((0.5 - Logistic(1)) / 2) + 1;
            Assert.Equal([1.0, 0], spikes.data<double>().ToArray());
            Assert.Equal(charged, neuron.V!.item<double>(), 14);
            Assert.Equal(Logistic(charged / 2), neuron.Variable("m")!.item<double>(), 14);
        }
    }

    [Fact]
    public void Whole_numbers_of_spikes()
    {
        using var scope = NewDisposeScope();
        var neuron = new ILIFNode(tau: 2, maxSpikeCount: 4) { Backend = NeuronBackend.Fused };

        // 2.5 rounds to 2 (half to even), 0.5 is left, half of it leaks; 9.25 gives 4 at most
        Assert.Equal([2f, 4], neuron.call(tensor(new[] { 2.5f, 9 }).reshape(2, 1)).data<float>().ToArray());
        Assert.Equal(5.25f, neuron.V!.item<float>());
    }

    [Fact]
    public void Readouts_decode_their_potentials()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1f, -3, 1 }).reshape(3, 1); // potentials 1, -2, -1
        float Decoded(PotentialDecoding decoding) => new NonSpikingIFNode(decoding).call(x).item<float>();

        Assert.Equal(1, Decoded(PotentialDecoding.Max));
        Assert.Equal(-2, Decoded(PotentialDecoding.MaxAbsolute));
        Assert.Equal(-2f / 3, Decoded(PotentialDecoding.Mean), 6);
        Assert.Equal(-1, Decoded(PotentialDecoding.Last));
        Assert.Equal([3L, 1], new NonSpikingIFNode().call(x).shape);
    }

    [Fact]
    public void Parallel_neurons_take_single_steps_like_a_sequence()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var x = randn(6, 5) * 2;
        var sliding = new SlidingPSN(3);
        var masked = new MaskedPSN(2, 6, initialLambda: 1);
        var (whole, wholeMasked) = (sliding.call(x), masked.call(x));
        (sliding.StepMode, masked.StepMode) = (StepMode.Single, StepMode.Single);

        Assert.True(stack(x.unbind(0).Select(sliding.call)).equal(whole).all().item<bool>());
        Assert.True(stack(x.unbind(0).Select(masked.call)).equal(wholeMasked).all().item<bool>());
        Assert.Contains("Functional.Reset", Assert.Throws<InvalidOperationException>(() => masked.call(x[0])).Message,
            StringComparison.Ordinal);
        Assert.Equal(["_lambda_", "bias", "mask0", "mask1", "weight"], masked.state_dict().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Learnable_numbers_have_the_published_names()
    {
        using var gated = new GatedLIFNode(4, 3);
        using var scaled = new KLIFNode();
        using var rate = new DSRIFNode(4);

        Assert.Equal(["alpha", "beta", "conduct", "gamma", "linear_decay", "tau", "v_subreset", "v_threshold"],
            gated.state_dict().Keys.Order(StringComparer.Ordinal));
        Assert.Equal("k", Assert.Single(scaled.state_dict()).Key);
        Assert.Equal("v_threshold", Assert.Single(rate.state_dict()).Key);
    }

    private static Tensor[] Gradients(string name, NeuronBackend backend, Tensor input, Tensor g, Tensor gv)
    {
        var neuron = Builders[name](null);
        neuron.Backend = backend;
        var x = input.clone().requires_grad_();
        var output = neuron.call(x);
        ((output * g).sum() + (neuron.V! * gv).sum()).backward();
        return [output.detach(), .. neuron.VariableNames.Select(variable => neuron.Variable(variable)!.detach()), x.grad!,
            .. neuron.parameters().Select(parameter => parameter.grad!)];
    }

    /// <summary>The logistic function itself where the spike would be.</summary>
    private sealed class RelaxedSigmoid : Surrogate
    {
        public override Lane Gradient(Lane u) => new Sigmoid(4).Gradient(u);

        internal override Tensor Fire(Tensor u) => (u * 4).sigmoid();
    }
}
