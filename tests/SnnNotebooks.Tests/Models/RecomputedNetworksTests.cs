using SnnNotebooks.Memory;
using SnnNotebooks.Models;
using SnnNotebooks.Native;
using SnnNotebooks.Tests.Memory;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Models;

/// <summary>What <see cref="Functional.Recompute"/> does to published networks: nothing that can be seen but in memory and time.</summary>
public sealed class RecomputedNetworksTests
{
    private const int Classes = 3;

    private static readonly string[] WithoutBlocks = ["rsnn_", "lorafb_", "cornet_rt_", "s_cornet_", "vgg", "alexnet"];

    [Fact]
    public void Every_published_network_has_blocks_but_those_that_carry_state_from_step_to_step_and_plain_rows_of_layers()
    {
        using var scope = NewDisposeScope();
        var device = get_default_device();
        set_default_device(META); // sizes without memory
        try
        {
            Assert.All(ModelPresets.All, preset =>
            {
                using var network = preset.Create();
                var isPlain = WithoutBlocks.Any(name => preset.Name.StartsWith(name, StringComparison.Ordinal));
                Assert.Equal(isPlain, Functional.Recompute(network) == 0);
            });
        }
        finally
        {
            set_default_device(device);
        }
    }

    [Theory]
    [InlineData("spikformer_cifar10_2_384")]
    [InlineData("cml_spikformer_cifar10_2_384")]
    [InlineData("spikingformer_cifar10_2_384")]
    [InlineData("cml_spikingformer_cifar10_2_384")]
    [InlineData("spikformer_cifar10dvs_2_256")]
    [InlineData("spikingformer_dvs128_2_256")]
    [InlineData("qkformer_cifar10_4_384")]
    [InlineData("qkformer_imagenet_10_384")]
    [InlineData("qkformer_dvs128_2_256")]
    [InlineData("sew_resnet18_imagenet")]
    [InlineData("spiking_resnet18_imagenet")]
    [InlineData("sew_resnet50_imagenet")]
    [InlineData("sew_dvsgesture_7b")]
    [InlineData("spikingresnet_dvsgesture_7b")]
    [InlineData("svformer_ucf101")]
    [InlineData("plif_mnist")]
    [InlineData("plif_cifar10dvs")]
    [InlineData("sew_resnext11_inverted_c1000")]
    [InlineData("spikingmobilenet_c1000")]
    [InlineData("cornet_z_c1000")]
    [InlineData("cornet_s_c1000")]
    [InlineData("resnet18")]
    public void Scores_gradients_and_statistics_are_the_same_bits(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (network, inputs) = Small(name);
        using var owned = network;
        var weights = randn(Classes) + 2; // no score counts for nothing, not even 0
        var initial = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());

        var plain = Step();
        Assert.True(Functional.Recompute(network) > 0);
        var recomputed = Step();
        Functional.Recompute(network, on: false);
        var again = Step();

        Assert.Contains(plain, entry => entry.Key.StartsWith("gradient", StringComparison.Ordinal)
            && entry.Value.ne(0).any().item<bool>());
        Assert.Equal(plain.Keys.Order(), recomputed.Keys.Order());
        Assert.All(plain, entry =>
        {
            Assert.True(entry.Value.equal(recomputed[entry.Key]).all().item<bool>(), entry.Key);
            Assert.True(entry.Value.equal(again[entry.Key]).all().item<bool>(), entry.Key);
        });

        Dictionary<string, Tensor> Step()
        {
            network.load_state_dict(initial);
            network.zero_grad();
            manual_seed(2); // dropout
            var scores = network.call(inputs);
            Functional.Backward(network, (scores * weights).sum());
            Functional.Reset(network);
            var results = new Dictionary<string, Tensor> { ["scores"] = scores.detach().clone() };
            foreach (var (parameter, value) in network.named_parameters().Where(entry => entry.parameter.grad is not null))
            {
                results[$"gradient of {parameter}"] = value.grad!.clone();
            }

            foreach (var (buffer, value) in network.named_buffers())
            {
                results[buffer] = value.clone();
            }

            return results;
        }
    }

    [GlibcTheory]
    [InlineData("spikformer_cifar10_2_384", 0.5)]
    [InlineData("sew_dvsgesture_7b", 0.65)] // sums of spikes are kept as numbers
    [InlineData("plif_cifar10", 0.5)]
    public void Less_memory_is_kept_for_the_backward_pass(string name, double share)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (network, inputs) = Small(name);
        using var owned = network;
        Kept(); // memory that the first call makes for good

        var plain = Kept();
        Functional.Recompute(network);
        var recomputed = Kept();

        Assert.InRange((double)recomputed / plain, 0, share);

        long Kept()
        {
            var before = Bytes();
            using var scores = network.call(inputs);
            var kept = Bytes() - before;
            Functional.Reset(network);
            return kept;
        }

        static long Bytes() => TensorBlocks.LentNow + NativeHeap.Bytes;
    }

    private static (nn.Module<Tensor, Tensor> Network, Tensor Inputs) Small(string name)
    {
        var preset = ModelPresets.Get(name);
        var size = name.Contains("dvsgesture_7b", StringComparison.Ordinal) ? 128 : 32;
        var data = preset.TakesFilms
            ? new InputShape(InputKind.Video, 2, 3, size, size)
            : preset.Shape with { TimeSteps = 2, Height = size, Width = size };
        var shape = preset.ShapeFor(data, 2, data.Height);
        return (preset.For(shape, Classes), rand([2, .. shape.Axes]));
    }
}
