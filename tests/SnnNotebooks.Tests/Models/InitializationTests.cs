using SnnNotebooks.Models;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Models;

/// <summary>Initial weights are spread as published: reference files replace them, so that no other test would notice.</summary>
public sealed class InitializationTests
{
    [Fact]
    public void Token_layers_start_from_a_normal_of_deviation_0_02()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = new Spikformer(new SpikformerOptions(SpikformerVariant.Cifar, Features: 128, Heads: 4, Depth: 1, Classes: 10));
        foreach (var (name, weight) in network.named_parameters()
            .Where(parameter => parameter.name.Contains("_linear.weight", StringComparison.Ordinal)))
        {
            var (mean, deviation) = (weight.mean().item<float>(), weight.std().item<float>());
            Assert.True(Math.Abs(mean) < 0.001 && Math.Abs(deviation - 0.02) < 0.001, $"{name}: mean {mean}, deviation {deviation}");
            Assert.True(Math.Abs(weight.abs().gt(0.04).to(ScalarType.Float32).mean().item<float>() - 0.0455) < 0.01,
                $"{name} is not normal");
        }
    }

    [Theory]
    [InlineData("spikformer_cifar10_4_256")]
    [InlineData("spikingformer_cifar10dvs_2_256")]
    [InlineData("cml_spikformer_cifar10_4_256")]
    [InlineData("qkformer_cifar10_4_384")]
    [InlineData("sew_dvsgesture_7b")]
    [InlineData("sew_resnet18_imagenet")]
    public void No_weight_is_constant(string preset)
    {
        using var scope = NewDisposeScope();
        using var network = ModelPresets.Get(preset).Create();
        foreach (var (name, weight) in network.named_parameters()
            .Where(parameter => parameter.parameter.dim() >= 2 && parameter.parameter.numel() > 8))
        {
            Assert.True(weight.std().item<float>() > 0 || weight.count_nonzero().item<long>() == 0,
                $"{name} is {weight.flatten()[0].item<float>()} everywhere");
        }
    }

    [Fact]
    public void Parallel_neurons_start_from_a_uniform_of_the_published_bound()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var neuron = new PSN(64);
        var weight = neuron.named_parameters().Single(parameter => parameter.name == "weight").parameter;
        Assert.InRange(weight.abs().max().item<float>(), 0.97 / 8, 1.0 / 8);
        Assert.Equal(1 / 8.0 / Math.Sqrt(3), weight.std().item<float>(), 2);
    }
}
