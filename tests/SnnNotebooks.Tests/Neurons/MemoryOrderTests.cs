using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Neurons;

/// <summary>Images with their channels last in memory.</summary>
public sealed class MemoryOrderTests
{
    [Theory]
    [InlineData(ScalarType.Float32, false)]
    [InlineData(ScalarType.BFloat16, false)]
    [InlineData(ScalarType.Float32, true)]
    public void They_give_the_same_bits_and_what_comes_out_lies_like_them(ScalarType type, bool isStill)
    {
        using var scope = NewDisposeScope();
        manual_seed(8);
        var image = (randn(new long[] { isStill ? 1 : 4, 2, 5, 6, 3 }) * 2).to(type);
        var g = randn(new long[] { 4, 2, 3, 5, 6 }).to(type);
        var last = Run(image.permute(0, 1, 4, 2, 3), g);
        var first = Run(image.permute(0, 1, 4, 2, 3).contiguous(), g);
        Assert.True(last.Spikes[0].permute(0, 2, 3, 1).is_contiguous());
        Assert.True(first.Spikes[0].is_contiguous());
        Assert.True(last.Spikes.equal(first.Spikes).all().item<bool>());
        Assert.True(last.V.equal(first.V).all().item<bool>());
        Assert.True(last.GradX.equal(first.GradX).all().item<bool>());
        Assert.True(last.GradTau.allclose(first.GradTau, 1e-6, 1e-6)); // added up in another order
    }

    /// <summary>Two calls, the second from where the first ended, with a number of each channel.</summary>
    private static (Tensor Spikes, Tensor V, Tensor GradX, Tensor GradTau) Run(Tensor image, Tensor g)
    {
        using var neuron = new LIFNode { Backend = NeuronBackend.Fused };
        var tau = neuron.Learn("tau", tensor(new[] { 1.5f, 2, 4 }).reshape(3, 1, 1));
        var x = image.clone().requires_grad_();
        var sequence = x.expand(4, 2, 3, 5, 6);
        var spikes = cat([neuron.call(sequence), neuron.call(sequence)], 0);
        (spikes * cat([g, g], 0)).to(ScalarType.Float32).sum().backward();
        return (neuron.call(sequence).detach(), neuron.V!.detach().clone(), x.grad!, tau.grad!);
    }
}
