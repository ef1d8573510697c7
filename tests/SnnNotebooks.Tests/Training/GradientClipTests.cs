using SnnNotebooks.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Training;

public sealed class GradientClipTests
{
    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(1, 1e4)]
    [InlineData(5, 0.5)]
    [InlineData(5, 1e4)]
    public void Gradients_are_those_of_libtorch_to_the_bit(int count, double most)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var gradients = Enumerable.Range(1, count).Select(i => randn(7 * i, 5)).ToArray();
        var parameters = Array.ConvertAll(gradients, gradient => new Parameter(zeros_like(gradient)));
        for (var i = 0; i < count; i++)
        {
            parameters[i].grad = gradients[i].clone();
        }

        nn.utils.clip_grad_norm_(parameters, most);
        GradientClip.Clip([null, .. gradients], most);
        Assert.All(gradients.Zip(parameters), pair => Assert.True(pair.First.Equals(pair.Second.grad!)));
        GradientClip.Clip([null], most);
    }

    [Fact]
    public void A_gradient_that_is_no_number_spoils_all_as_in_libtorch()
    {
        using var scope = NewDisposeScope();
        Tensor[] gradients = [ones(2), full(3, float.NaN)];
        GradientClip.Clip(gradients, 1);
        Assert.True(gradients[0].isnan().all().item<bool>());
    }
}
