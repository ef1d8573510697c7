using SnnNotebooks.Memristive;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Memristive;

/// <summary>What a batch moves, against automatic differentiation of the same network in TorchSharp.</summary>
public sealed class LearningRuleTests
{
    private static LearningRule Limit(DerivativeEstimator derivative, ErrorRule output, ErrorRule hidden) =>
        LearningRule.BinaryStochastic with
    {
        Derivative = new DerivativeRule(
            derivative), OutputBinarization = output, HiddenBinarization = hidden, Update = new GradientUpdate(2000, 0),
    };

    // 2,000 passes at fixed weights are one batch of a mean update: its direction is the mean of the step directions
    public static TheoryData<DerivativeEstimator, bool> Estimators
    {
        get
        {
            var cases = new TheoryData<DerivativeEstimator, bool>();
            foreach (var estimator in new[] { DerivativeEstimator.TwoReads, DerivativeEstimator.Scaled, DerivativeEstimator.Exclusive,
                DerivativeEstimator.Window })
            {
                cases.Add(estimator, false);
                cases.Add(estimator, true);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Estimators))]
    public void The_mean_update_points_where_back_propagation_does(DerivativeEstimator derivative, bool signed)
    {
        var rule = signed
            ? Limit(derivative, new ErrorRule(ErrorBinarization.Stochastic, 1), ErrorRule.Sign)
            : Limit(derivative, ErrorRule.Linear, ErrorRule.Linear);
        var hidden = new List<double>();
        for (var seed = 1; seed <= 8; seed++)
        {
            var chance = new Random(seed);
            float[] pixels = [.. Enumerable.Range(0, 20).Select(_ => (float)chance.Next(2))];
            var label = chance.Next(5);
            var data = new VectorDataset(
                [.. Enumerable.Repeat(pixels, 2000).SelectMany(row => row)], [.. Enumerable.Repeat(label, 2000)], 4, 5, 1, 5);
            var network = new StochasticNetwork(NetworkOptions.Dense(10, 5) with { Seed = seed }, 4, 5);
            var before = network.Layers.Select(layer => layer.Weights.ToMatrix()).ToArray();
            var exact = Gradients(network, pixels, label);
            new StochasticTrainer(rule, new TrainingPlan(1, Schedule.Constant(1))).Train(network, data);

            for (var layer = 0; layer < 2; layer++)
            {
                var moved = network.Layers[layer].Weights.ToMatrix().Cast<float>()
                    .Zip(before[layer].Cast<float>(), (now, then) => (double)now - then).ToArray();
                var cosine = Cosine(moved, exact[layer]);
                if (layer == 0)
                {
                    hidden.Add(cosine);
                }
                else
                {
                    Assert.True(cosine >= 0.99, $"net {seed}, output layer: cosine {cosine}");
                }
            }
        }

        // signs of hidden errors turn the direction, by how much depends on the first weights: 0.938 to 0.991 in 12 nets with 20,000 passes
        // each
        Assert.True(hidden.Average() >= (signed ? 0.95 : 0.99) && hidden.Min() >= (signed ? 0.92 : 0.99),
            $"hidden layer: cosines {string.Join(", ", hidden)}");
    }

    [Theory]
    [InlineData(NeuronNoise.Logistic, 1f, OutputError.Softmax)]
    [InlineData(NeuronNoise.Logistic, 1f, OutputError.Sigmoid)]
    [InlineData(NeuronNoise.Gaussian, 1f, OutputError.Softmax)]
    public void With_all_ideas_off_it_is_gradient_descent(NeuronNoise noise, float theta, OutputError output)
    {
        var data = Samples.Random(24, 8, 8, 3, seed: 2, channels: 2);
        LayerOptions[] layers = [new ConvolutionOptions(5, 3, Padding: 1, Pool: 2), new ConvolutionOptions(9, 2, Stride: 2),
            new DenseOptions(11), new DenseOptions(3)];
        var network = new StochasticNetwork(new NetworkOptions(layers) { Noise = noise, Theta = theta, Seed = 3 }, 8, 8, 2);
        using var scope = NewDisposeScope();
        var weights = network.Layers.Select(layer => tensor(layer.Weights.ToMatrix()).requires_grad_()).ToArray();
        var biases = network.Layers.Select(layer => zeros(layer.Weights.Columns).requires_grad_()).ToArray();
        var rows = stack(Enumerable.Range(0, 24).Select(i => tensor(data.Row(i).ToArray(), [8, 8, 2])));
        var labels = tensor(Enumerable.Range(0, 24).Select(i => (long)data.Label(i)).ToArray());
        var logits = Forward(rows.permute(0, 3, 1, 2), weights, biases, noise, theta);
        var loss = output == OutputError.Softmax
            ? nn.functional.cross_entropy(logits, labels)
            : nn.functional.binary_cross_entropy_with_logits(logits, nn.functional.one_hot(labels, 3).to(ScalarType.Float32)) * 3;
        loss.backward();

        var rule = LearningRule.HighPrecision with { Output = output, Update = new GradientUpdate(24, 0) };
        new StochasticTrainer(rule, new TrainingPlan(1, Schedule.Constant(0.5))).Train(network, data);
        for (var i = 0; i < layers.Length; i++)
        {
            var expected = (weights[i] - (0.5f * weights[i].grad!)).data<float>().ToArray();
            Close(expected, [.. network.Layers[i].Weights.ToMatrix().Cast<float>()]);
            Close((-0.5f * biases[i].grad!).data<float>().ToArray(), network.Layers[i].Bias.ToArray());
            Assert.True(weights[i].grad!.abs().max().item<float>() > 1e-4f);
        }
    }

    [Fact]
    public void Momentum_and_batches_follow_stochastic_gradient_descent()
    {
        var data = Samples.Random(10, 3, 3, 2, seed: 5);
        var network = new StochasticNetwork(NetworkOptions.Dense(4, 2) with { Seed = 8 }, 3, 3);
        using var scope = NewDisposeScope();
        var weights = network.Layers.Select(layer => nn.Parameter(tensor(layer.Weights.ToMatrix()))).ToArray();
        var biases = network.Layers.Select(layer => nn.Parameter(zeros(layer.Weights.Columns))).ToArray();
        using var optimizer = optim.SGD([.. weights, .. biases], 0.2, momentum: 0.9);
        var shuffled = new SampleOrder(8, 10);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            foreach (var batch in shuffled.Next().ToArray().Chunk(4))
            {
                optimizer.zero_grad();
                var images = stack(batch.Select(i => tensor(data.Row(i).ToArray())));
                var logits = nn.functional.linear(sigmoid(nn.functional.linear(images, weights[0], biases[0])), weights[1], biases[1]);
                nn.functional.cross_entropy(logits, tensor(batch.Select(i => (long)data.Label(i)).ToArray())).backward();
                optimizer.step();
            }
        }

        new StochasticTrainer(LearningRule.HighPrecision with { Update = new GradientUpdate(4, 0.9f) },
            new TrainingPlan(3, Schedule.Constant(0.2))).Train(network, data);
        for (var i = 0; i < 2; i++)
        {
            Close(weights[i].data<float>().ToArray(), [.. network.Layers[i].Weights.ToMatrix().Cast<float>()]);
            Close(biases[i].data<float>().ToArray(), network.Layers[i].Bias.ToArray());
        }
    }

    [Fact]
    public void Errors_pass_an_or_as_its_bits_say()
    {
        // a pool of 2 x 2 over four neurons: an error passes to those beside which no other is on
        var network = new StochasticNetwork(new NetworkOptions([new ConvolutionOptions(1, 1, Pool: 2), new DenseOptions(2)]), 2, 2);
        var forward = new ForwardPass(network);
        var rule = LearningRule.BinaryStochastic with { Derivative = new DerivativeRule(DerivativeEstimator.None),
            HiddenBinarization = ErrorRule.Linear };
        var backward = new BackwardPass(network, forward, rule);
        for (ulong presentation = 0; presentation < 300; presentation++)
        {
            forward.Run([1, 0, 1, 0], SignalMode.Stochastic, SignalMode.Stochastic, null, presentation);
            float[] on = [.. Enumerable.Range(0, 4).Select(i => forward.Units[0][i * 8])];
            Assert.Equal(on.Max(), forward.Signals[1][0]);
            if (backward.Run(1, presentation))
            {
                for (var i = 0; i < 4; i++)
                {
                    Assert.Equal(on.Sum() - on[i] == 0, backward.Delta(0)[i * 8] != 0);
                }
            }
        }
    }

    [Fact]
    public void Signs_steps_and_thinning_are_as_told()
    {
        var data = Samples.Random(50, 4, 4, 3, seed: 6);
        var network = new StochasticNetwork(NetworkOptions.Dense(8, 3) with { WeightBound = 0.625f, WeightGrid = 0.125f }, 4, 4);
        new StochasticTrainer(LearningRule.BinaryStochastic, new TrainingPlan(4, Schedule.Constant(0.125))).Train(network, data);
        Assert.All(network.Layers[0].Weights.ToMatrix().Cast<float>(),
            weight => Assert.True(Math.Abs(weight) <= 0.625f && weight % 0.125f == 0));

        // with a share q of the steps carried out, the summed size of the change is q times what it is without thinning
        double Moved(double density)
        {
            var thinned = new StochasticNetwork(NetworkOptions.Dense(64, 3) with { Seed = 5 }, 4, 4);
            var before = thinned.Layers[0].Weights.ToMatrix().Cast<float>().ToArray();
            new StochasticTrainer(LearningRule.BinaryStochastic,
                new TrainingPlan(1, Schedule.Constant(1e-6)) { Density = Schedule.Constant(density) }).Train(thinned, data.Slice(0, 1));
            return thinned.Layers[0].Weights.ToMatrix().Cast<float>().Zip(before).Count(pair => pair.First != pair.Second);
        }

        var all = Moved(1);
        Assert.InRange(Moved(0.25) / all, 0.25 - (4 * Math.Sqrt(0.1875 / all)), 0.25 + (4 * Math.Sqrt(0.1875 / all)));
    }

    [Fact]
    public void Runs_are_the_same_for_any_number_of_threads_and_differ_between_seeds()
    {
        var data = Samples.Halves(120, seed: 1);
        var threads = get_num_threads();
        (float[] Weights, double[] Accuracies) Run(int count, int seed)
        {
            set_num_threads(count);
            var network = new StochasticNetwork(NetworkOptions.Dense(16, 2) with { Seed = seed }, 8, 8);
            new StochasticTrainer(LearningRule.BinaryStochastic, new TrainingPlan(3, Schedule.Constant(0.02))).Train(network, data);
            return ([.. network.Layers[0].Weights.ToMatrix().Cast<float>()],
                [.. StochasticInference.Evaluate(network, data, new InferenceOptions())
                    .SelectMany(pass => new[] { pass.Vote, pass.BinaryMajority })]);
        }

        try
        {
            var (one, four, other) = (Run(1, 1), Run(4, 1), Run(1, 2));
            Assert.Equal(one.Weights, four.Weights);
            Assert.Equal(one.Accuracies, four.Accuracies);
            Assert.NotEqual(one.Weights, other.Weights);
            Assert.True(one.Accuracies[4] > 0.95, $"accuracy {one.Accuracies[4]}");
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Answers_after_n_passes_do_not_depend_on_how_many_are_asked()
    {
        var data = Samples.Halves(80, seed: 2);
        var network = new StochasticNetwork(NetworkOptions.Dense(8, 2), 8, 8);
        var few = StochasticInference.Evaluate(network, data, new InferenceOptions { Passes = [1, 5] });
        var many = StochasticInference.Evaluate(network, data, new InferenceOptions { Passes = [1, 5, 50] });
        Assert.Equal(few, many.Take(2));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Contains("dense", Refused(() => new StochasticNetwork(new NetworkOptions([new ConvolutionOptions(2, 3)]), 8, 8)),
            StringComparison.Ordinal);
        Assert.Contains("does not fit",
            Refused(() => new StochasticNetwork(new NetworkOptions([new ConvolutionOptions(2, 9), new DenseOptions(2)]), 8, 8)),
            StringComparison.Ordinal);
        Assert.Contains("outputs", Refused(() => new StochasticNetwork(NetworkOptions.Dense(0, 2), 8, 8)), StringComparison.Ordinal);
        var network = new StochasticNetwork(NetworkOptions.Dense(4, 2), 8, 8);
        var plan = new TrainingPlan(1, Schedule.Constant(1));
        Assert.Contains(
            "4 x 4", Refused(
                () => new StochasticTrainer(LearningRule.BinaryStochastic, plan).Train(network, Samples.Random(3, 4, 4, 2, 1))),
                    StringComparison.Ordinal);
        Assert.Contains("density",
            Refused(
                () => new StochasticTrainer(LearningRule.BinaryStochastic, plan with { Density = Schedule.Constant(2) }).Train(
                    network, Samples.Halves(3, 1))), StringComparison.Ordinal);
        Assert.Contains("clip above 0",
            Refused(
                () => new StochasticTrainer(LearningRule.BinaryStochastic with { OutputBinarization = new(ErrorBinarization.Stochastic) },
                    plan).Train(network, Samples.Halves(3, 1))), StringComparison.Ordinal);
        Assert.Contains("ascending",
            Refused(() => StochasticInference.Evaluate(network, Samples.Halves(3, 1), new InferenceOptions { Passes = [5, 5] })),
            StringComparison.Ordinal);
        Assert.Contains("[0, 1]", Refused(() => new VectorDataset([2], [0], 1, 1, 1, 1)), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Schedule(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StepUpdate(4, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradientUpdate(4, 1));
    }

    private static string Refused(Func<object> action) => Assert.ThrowsAny<ArgumentException>(action).Message;

    private static void Close(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 2e-5f);
        }
    }

    private static double Cosine(double[] left, double[] right) =>
        left.Zip(right, (a, b) => a * b).Sum() / Math.Sqrt(left.Sum(a => a * a) * right.Sum(b => b * b));

    // minus the gradient of sum -log p(y), each output by itself, at probabilities instead of bits
    private static double[][] Gradients(StochasticNetwork network, float[] pixels, int label)
    {
        using var scope = NewDisposeScope();
        var weights = network.Layers.Select(layer => tensor(layer.Weights.ToMatrix()).requires_grad_()).ToArray();
        var z = weights[1].mv(sigmoid(weights[0].mv(tensor(pixels))));
        var target = zeros(5);
        target[label] = 1;
        nn.functional.binary_cross_entropy_with_logits(z, target, reduction: nn.Reduction.Sum).backward();
        return [.. weights.Select(weight => weight.grad!.data<float>().Select(g => -(double)g).ToArray())];
    }

    private static Tensor Forward(Tensor images, Tensor[] weights, Tensor[] biases, NeuronNoise noise, float theta)
    {
        // weights are [out, (y, x, channel)]; torch wants [out, channel, y, x]
        Tensor Kernel(int layer, long channels, long size) => weights[layer].reshape(-1, size, size, channels).permute(0, 3, 1, 2);
        Tensor P(Tensor z) => noise == NeuronNoise.Logistic
            ? sigmoid(z / theta)
            : (1 + special.erf(z / (theta * 1.702f * MathF.Sqrt(2)))) / 2;
        var first = P(nn.functional.conv2d(images, Kernel(0, 2, 3), biases[0], padding: [1, 1]));
        var windows = (1 - first).unfold(2, 2, 2).unfold(3, 2, 2);
        var pooled = 1
            - (windows.select(-1, 0).select(-1, 0) * windows.select(-1, 0).select(-1, 1) * windows.select(-1, 1).select(-1, 0)
                * windows.select(-1, 1).select(-1, 1));
        var second = P(nn.functional.conv2d(pooled, Kernel(1, 5, 2), biases[1], strides: [2, 2]));
        var third = P(nn.functional.linear(second.permute(0, 2, 3, 1).flatten(1), weights[2], biases[2]));
        return nn.functional.linear(third, weights[3], biases[3]);
    }
}
