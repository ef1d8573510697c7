using SnnNotebooks.Learning;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Learning;

public sealed class LossTests
{
    [Fact]
    public void Rates_are_compared_with_one_hot_labels()
    {
        using var scope = NewDisposeScope();
        var spikes = tensor(new[] { 1f, 0, 1, 1 }).reshape(2, 1, 2); // rates 1 and 0.5
        Assert.Equal(0.125, Losses.RateMeanSquaredError(spikes, tensor(new[] { 0L })).item<float>(), 6);
        Assert.Equal((1 + 0.25) / 2, Losses.RateMeanSquaredError(spikes, tensor(new[] { 1L })).item<float>(), 6);
    }

    [Fact]
    public void Efficient_training_is_the_mean_of_the_steps_cross_entropies()
    {
        using var scope = NewDisposeScope();
        var x = randn(5, 4, 3);
        var labels = tensor(new[] { 0L, 2, 1, 1 });
        var steps = stack(x.unbind(0).Select(step => nn.functional.cross_entropy(step, labels)).ToArray()).mean().item<float>();
        var pull = (x - 0.5).square().mean().item<float>();

        Assert.Equal(steps, Losses.TemporalEfficientTraining(x, labels).item<float>(), 5);
        Assert.Equal((0.95 * steps) + (0.05 * pull), Losses.TemporalEfficientTraining(x, labels, 0.05, 0.5).item<float>(), 5);
        Assert.Equal(nn.functional.cross_entropy(x.mean([0]), labels).item<float>(), Losses.MeanCrossEntropy(x, labels).item<float>(), 6);
    }

    [Fact]
    public void Equal_spikes_of_one_class_and_orthogonal_ones_of_two_cost_nothing()
    {
        using var scope = NewDisposeScope();
        var spikes = tensor(new[] { 1f, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1 }).reshape(3, 4);
        var labels = tensor(new[] { 1f, 0, 1, 0, 0, 1 }).reshape(3, 2);

        Assert.InRange(Losses.SpikeSimilarity(spikes, labels).item<float>(), 0, 1e-12f);
        Assert.True(float.IsFinite(Losses.SpikeSimilarity(spikes, labels, distance: MatrixDistance.CrossEntropy).item<float>()));
        Assert.True(Losses.SpikeSimilarity(spikes, labels.flip(0), distance: MatrixDistance.MeanAbsolute).item<float>() > 0.1);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();
        var labels = zeros(3, dtype: ScalarType.Int64);
        Assert.Contains("[T, N, classes]", Assert.Throws<ArgumentException>(() => Losses.MeanCrossEntropy(zeros(2, 4, 5), labels)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Losses.RateMeanSquaredError(zeros(3, 5), labels));
        Assert.Throws<ArgumentOutOfRangeException>(() => Losses.TemporalEfficientTraining(zeros(2, 3, 5), labels, lambda: 2));
        Assert.Throws<ArgumentException>(() => Losses.SpikeSimilarity(zeros(3, 5), zeros(4, 2)));
    }

    [Fact]
    public void Classes_can_have_several_neurons_and_neurons_a_first_spike()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([0f, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0],
            SpikeCodes.RedundantOneHot(tensor(new[] { 2L, 0L }), 3, 2).data<float>().ToArray());
        Assert.Equal([0f, 1, 0, 0, 0, 0, 0, 0],
            SpikeCodes.FirstSpike(tensor(new[] { 0f, 1, 1, 0, 0, 0, 0, 0 }).reshape(2, 4)).data<float>().ToArray());
    }

    [Fact]
    public void Quantizers_round_forward_and_pass_backward_without_leaving_tensors()
    {
        using var x = tensor(new[] { -0.5f, 0.5f, 1.5f, 0.3f }).requires_grad_();
        long Run()
        {
            using var scope = NewDisposeScope();
            Assert.Equal([-0f, 0, 2, 0], Quantizers.Round(x).data<float>().ToArray());
            Assert.Equal([-0.5f, 0.5f, 1.5f, 0.25f], Quantizers.Step(x, 0.25).data<float>().ToArray());
            Assert.Equal(1f / 3, Quantizers.KBit(x, 2)[3].item<float>(), 6);
            x.grad?.zero_();
            Quantizers.Floor(x).sum().backward();
            Assert.Equal([1f, 1, 1, 1], x.grad!.data<float>().ToArray());
            return SnnNotebooks.TestSupport.LiveTensors.Settled();
        }

        Run();
        var before = Run();
        Assert.InRange(Enumerable.Range(0, 10).Max(_ => Run()), 0, before + 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => Quantizers.KBit(x, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Quantizers.Step(x, 0));
    }
}
