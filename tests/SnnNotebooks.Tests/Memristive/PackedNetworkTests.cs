using SnnNotebooks.Memristive;
using SnnNotebooks.Memristive.Packed;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Memristive;

public sealed class PackedNetworkTests
{
    private const float Grid = 1f / 32;

    [Theory]
    [InlineData(64, 0, NeuronNoise.Logistic, 1f, new[] { 40, 10 })]
    [InlineData(64, 2, NeuronNoise.Logistic, 1f, new[] { 130, 70, 3 })]
    [InlineData(1, 0, NeuronNoise.Logistic, 0.5f, new[] { 17, 4 })]
    [InlineData(100, 1, NeuronNoise.Gaussian, 2f, new[] { 256, 5 })]
    [InlineData(7, 0, NeuronNoise.Gaussian, 1f, new[] { 9, 20, 2 })]
    public void All_three_paths_give_the_same_weights_bit_for_bit(int batch, int majority, NeuronNoise noise, float theta, int[] outputs)
    {
        var data = Samples.Random(230, 9, 11, outputs[^1], seed: 4);
        var options = NetworkOptions.Dense(outputs) with { WeightGrid = Grid, WeightBound = 1, Noise = noise, Theta = theta, Seed = 11 };
        var rule = LearningRule.BinaryStochastic with { Update = new StepUpdate(batch, majority) };
        StochasticNetwork Fresh() => new(options, 9, 11);

        var network = Fresh();
        new StochasticTrainer(rule, new TrainingPlan(3, Schedule.Constant(Grid))).Train(network, data);
        var packed = PackedNetwork.From(Fresh(), rule);
        packed.Train(data, 3);
        using var reference = new FloatReference(Fresh(), rule);
        Learn(reference, data, batch, 3, options.Seed);

        Assert.NotEqual(Fresh().Layers[0].Weights.ToMatrix(), network.Layers[0].Weights.ToMatrix());
        for (var i = 0; i < outputs.Length; i++)
        {
            Assert.Equal(network.Layers[i].Weights.ToMatrix(), packed.Weights(i));
            Assert.Equal(network.Layers[i].Bias.ToArray(), packed.Bias(i));
            Assert.Equal(packed.Weights(i).Cast<float>(), reference.Weights(i).data<float>());
            Assert.Equal(packed.Bias(i), reference.Bias(i).data<float>());
        }
    }

    [Fact]
    public void A_network_takes_the_packed_weights_back()
    {
        var data = Samples.Random(100, 6, 6, 3, seed: 1);
        var network = new StochasticNetwork(NetworkOptions.Dense(12, 3) with { WeightGrid = Grid, WeightBound = 1 }, 6, 6);
        var packed = PackedNetwork.From(network, LearningRule.BinaryStochastic);
        packed.Train(data, 2);
        packed.CopyTo(network);

        Assert.Equal(packed.Weights(0), network.Layers[0].Weights.ToMatrix());
        Assert.Equal(packed.Bias(1), network.Layers[1].Bias.ToArray());
    }

    [Fact]
    public void What_bits_cannot_do_is_refused_by_name()
    {
        var options = NetworkOptions.Dense(12, 3) with { WeightGrid = Grid, WeightBound = 1 };
        var rule = LearningRule.BinaryStochastic;
        void Refused(NetworkOptions network, LearningRule learning, string what) =>
            Assert.Contains(
                what, Assert.Throws<ArgumentException>(() => PackedNetwork.From(new StochasticNetwork(network, 6, 6), learning)).Message,
                StringComparison.Ordinal);

        Refused(options with { WeightGrid = null }, rule, "grid");
        Refused(options with { WeightGrid = 0.03f }, rule, "power of two");
        Refused(options with { WeightBound = null }, rule, "bound");
        Refused(options with { WeightBound = 1000 }, rule, "32767");
        Refused(options with { Device = new() }, rule, "ideal weights");
        Refused(options, rule with { Derivative = new DerivativeRule(DerivativeEstimator.Exclusive) }, "scaled derivative");
        Refused(options, rule with { Update = new GradientUpdate() }, "step-wise");
        Refused(options, rule with { HiddenBinarization = ErrorRule.Linear }, "hidden errors");
        var packed = PackedNetwork.From(new StochasticNetwork(options, 6, 6), rule);
        Assert.Throws<ArgumentException>(() => packed.Learn(Samples.Random(1, 5, 5, 3, 1), [0], 0));
    }

    [Fact]
    public void The_float_reference_leaves_no_tensors_behind()
    {
        var data = Samples.Random(8, 6, 6, 3, seed: 1);
        var network = new StochasticNetwork(NetworkOptions.Dense(12, 3) with { WeightGrid = Grid, WeightBound = 1 }, 6, 6);
        var before = SnnNotebooks.TestSupport.LiveTensors.Settled();
        using (var reference = new FloatReference(network, LearningRule.BinaryStochastic))
        {
            Learn(reference, data, 4, 1, 1);
            var once = SnnNotebooks.TestSupport.LiveTensors.Settled();
            Learn(reference, data, 4, 5, 1);
            Assert.Equal(once, Tensor.TotalCount);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Bits_are_transposed()
    {
        var chance = new Random(1);
        var square = Enumerable.Range(0, 64).Select(_ => (ulong)chance.NextInt64() ^ ((ulong)chance.NextInt64() << 1)).ToArray();
        var turned = square.ToArray();
        PackedBits.Transpose(turned);

        for (var r = 0; r < 64; r++)
        {
            for (var c = 0; c < 64; c++)
            {
                Assert.Equal((square[r] >> c) & 1, (turned[c] >> r) & 1);
            }
        }
    }

    private static void Learn(FloatReference reference, VectorDataset data, int batch, int epochs, int seed)
    {
        var shuffled = new SampleOrder(seed, data.Count);
        ulong presentation = 0;
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            foreach (var samples in shuffled.Next().ToArray().Chunk(batch))
            {
                using var scope = NewDisposeScope();
                var images = stack(samples.Select(sample => tensor(data.Row(sample).ToArray())));
                reference.Learn(images, tensor(samples.Select(sample => (long)data.Label(sample)).ToArray()), presentation);
                presentation += (ulong)samples.Length;
            }
        }
    }
}
