using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Neurons;

/// <summary>float16 and bfloat16 in and out, float32 within.</summary>
public sealed class LowPrecisionTests
{
    private static readonly ScalarType[] LowTypes = [ScalarType.Float16, ScalarType.BFloat16];

    public static TheoryData<string> Names => new(EquationTests.Builders.Keys.ToArray());

    [Theory]
    [MemberData(nameof(Names))]
    public void Low_precision_gives_what_float32_gives_of_the_rounded_input_on_both_backends(string name)
    {
        foreach (var type in LowTypes)
        {
            using var scope = NewDisposeScope();
            manual_seed(4);
            var x = (randn(6, 3, 347) * 2.5).to(type);
            var g = randn(6, 3, 347).to(type);
            foreach (var backend in new[] { NeuronBackend.Reference, NeuronBackend.Fused })
            {
                var low = Run(name, backend, x, g);
                var wide = Run(name, backend, x.to(ScalarType.Float32), g.to(ScalarType.Float32));
                Assert.Equal(type, low.Output.dtype);
                Assert.Equal(type, low.Gradient.dtype);
                Assert.Equal(ScalarType.Float32, low.V.dtype);
                Assert.True(low.Output.equal(wide.Output.to(type)).all().item<bool>());
                Assert.True(low.V.equal(wide.V).all().item<bool>());
                Assert.True(low.Gradient.allclose(wide.Gradient.to(type), 0, 0, equal_nan: true), $"{type}, {backend}");
            }

            var (reference, fused) = (Run(name, NeuronBackend.Reference, x, g), Run(name, NeuronBackend.Fused, x, g));
            Assert.True(reference.Output.equal(fused.Output).all().item<bool>());
            var step = type == ScalarType.Float16 ? 2e-3 : 2e-2;
            Assert.True(reference.Gradient.to(ScalarType.Float32).allclose(fused.Gradient.to(ScalarType.Float32), step, step));
        }
    }

    [Fact]
    public void Numbers_of_each_channel_get_float32_gradients_and_a_second_call_goes_on_from_the_float32_state()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var x = (randn(4, 2, 5, 7) * 2).to(ScalarType.BFloat16);
        var results = new[] { x, x.to(ScalarType.Float32) }.Select(input =>
        {
            using var neuron = new LIFNode(surrogate: new ATan()) { Backend = NeuronBackend.Fused };
            var threshold = neuron.Learn("threshold", linspace(0.5, 1.5, 5, dtype: ScalarType.Float32).view(5, 1));
            var spikes = cat([neuron.call(input), neuron.call(input)], 0);
            spikes.to(ScalarType.Float32).sum().backward();
            return (Spikes: spikes.to(ScalarType.Float32), Gradient: threshold.grad!.clone());
        }).ToArray();

        Assert.Equal(ScalarType.Float32, results[0].Gradient.dtype);
        Assert.True(results[0].Spikes.equal(results[1].Spikes).all().item<bool>());
        Assert.True(results[0].Gradient.equal(results[1].Gradient).all().item<bool>());
    }

    [Fact]
    public void A_still_image_a_single_step_and_a_network_of_low_precision_run_fused()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var image = (randn(1, 3, 50) * 2).to(ScalarType.BFloat16);
        var still = Spikes(new LIFNode(), image.expand(5, 3, 50));
        Assert.True(
            still.equal(Spikes(new LIFNode(), image.to(ScalarType.Float32).expand(5, 3, 50)).to(ScalarType.BFloat16)).all().item<bool>());
        var step = new LIFNode { StepMode = StepMode.Single };
        Assert.True(Spikes(step, image[0]).equal(still[0]).all().item<bool>());
        var learned = new ParametricLIFNode();
        learned.to(ScalarType.BFloat16);
        Assert.True(Spikes(learned, image).equal(Spikes(new ParametricLIFNode(), image)).all().item<bool>());

        static Tensor Spikes(SpikingNeuron neuron, Tensor input)
        {
            neuron.Backend = NeuronBackend.Fused;
            return neuron.call(input);
        }
    }

    private static (Tensor Output, Tensor V, Tensor Gradient) Run(string name, NeuronBackend backend, Tensor input, Tensor g)
    {
        var neuron = EquationTests.Builders[name](new ATan());
        neuron.Backend = backend;
        var x = input.clone().requires_grad_();
        var output = neuron.call(x);
        ((output * g).to(ScalarType.Float32).sum() + neuron.V!.sum()).backward();
        return (output.detach(), neuron.V!.detach().clone(), x.grad!);
    }
}
