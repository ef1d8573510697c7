using SnnNotebooks.Conversion;
using SnnNotebooks.Datasets.Images.Transforms;
using SnnNotebooks.Encoders;
using SnnNotebooks.Energy;
using SnnNotebooks.Latents;
using SnnNotebooks.Layers;
using SnnNotebooks.Learning;
using SnnNotebooks.Memory;
using SnnNotebooks.Models;
using SnnNotebooks.Monitors;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Devices;

/// <summary>
/// What the kit computes of tensors outside modules, each by the name of its type and method: prepared first, then run. A new one must be
/// added, or <see cref="FollowsTheInputTests"/> names it.
/// </summary>
internal static class FunctionTable
{
    /// <summary>Makes inputs and what is to be tried on them.</summary>
    public delegate Func<IEnumerable<Tensor>> Preparation();

    public static IReadOnlyDictionary<string, Preparation> Cases { get; } = new Dictionary<string, Preparation>
    {
        ["BatchMixing.Apply"] = () =>
        {
            var (x, labels) = (rand(4, 1, 6, 6), Labels(4));
            return () => Enumerable.Range(0, 4).SelectMany(seed =>
            {
                var (mixed, soft) = new BatchMixing().Apply(x, labels, 3, new Random(seed));
                return new[] { mixed, soft };
            });
        },
        ["BatchMixing.Mix"] = Of(Uniform, [4, 1, 6, 6], x => new BatchMixing { CutMixAlpha = 0 }.Mix(x, new Random(1)).Inputs),
        ["BatchMixing.Smooth"] = Classes(labels => BatchMixing.Smooth(labels, 3, 0.1)),
        ["LatencyEncoder.Encode"] = Of(Uniform, [3, 4], x => new LatencyEncoder(5, LatencyCurve.Logarithmic).Encode(x, 7)),
        ["PoissonEncoder.Encode"] = Of(Uniform, [3, 4], x => new PoissonEncoder(1).Encode(x, 7)),
        ["WeightedPhaseEncoder.Encode"] = Of(Uniform, [3, 4], x => new WeightedPhaseEncoder(5).Encode(x * 0.9)),
        ["EnergyProfiler.Measure"] = () =>
        {
            var (network, x) = (Small(), rand(2, 1, 8, 8));
            return () => [Number(new EnergyProfiler().Measure(network, [x], 4).Millijoule)];
        },
        ["EnergyRecorder.Record"] = () =>
        {
            var (network, x) = (Small(), rand(2, 1, 8, 8));
            return () =>
            {
                var run = EnergyRecorder.Record(network, x, 2);
                return [Number(run.Layers.Sum(layer => layer.NonzeroInputs)), Number(run.Neurons.Sum(neuron => neuron.Additions))];
            };
        },
        ["Functional.InPieces"] = () =>
        {
            var (network, x) = (nn.Sequential(new OverTime(nn.Linear(3, 4)), new LIFNode()), rand(6, 2, 3));
            return () => [Functional.InPieces(network, x, 2)];
        },
        ["Functional.Backward"] = () =>
        {
            var (network, x) = (nn.Sequential(new OverTime(nn.Linear(3, 4)), new LIFNode()), rand(6, 2, 3));
            return () =>
            {
                Functional.Backward(network, network.call(x).sum());
                return network.parameters().Select(parameter => parameter.grad!);
            };
        },
        ["ConvBatchNormFusion.Fuse"] = () =>
        {
            var (weight, row) = (rand(4, 2, 3, 3), rand(4));
            return () =>
            {
                var (w, b) = ConvBatchNormFusion.Fuse(weight, null, row, row, row, row);
                return [w, b];
            };
        },
        ["ConvolutionGeometry.Convolve"] = () =>
        {
            var (geometry, x, weight) = (Reflecting(), rand(1, 2, 6, 6), rand(4, 2, 3, 3));
            return () => [geometry.Convolve(x, weight, null)];
        },
        ["ConvolutionGeometry.Pad"] = () =>
        {
            var (geometry, x) = (Reflecting(), rand(1, 2, 6, 6));
            return () => [geometry.Pad(x)];
        },
        ["OverTime.Apply"] = Of(Uniform, [4, 2, 3], x => OverTime.Apply(step => step * 2, x)),
        ["TimeRepeat.Repeat"] = Of(Uniform, [2, 3], x => TimeRepeat.Repeat(x, 4)),
        ["Kernels.Matrix"] = Of(Uniform, [4, 3], x => stack(
            Enum.GetValues<SimilarityKernel>().Select(kernel => Kernels.Matrix(x, x, kernel)))),
        ["Losses.MeanCrossEntropy"] = Scores(Losses.MeanCrossEntropy),
        ["Losses.RateMeanSquaredError"] = Scores(Losses.RateMeanSquaredError),
        ["Losses.TemporalEfficientTraining"] = Scores((output, labels) => Losses.TemporalEfficientTraining(output, labels, 0.1)),
        ["Losses.SpikeSimilarity"] = Of(Uniform, [4, 6], x => Losses.SpikeSimilarity(x, x.narrow(1, 0, 3).gt(0.5).to(ScalarType.Float32))),
        ["Quantizers.Ceil"] = Of(Uniform, [5], Quantizers.Ceil),
        ["Quantizers.Floor"] = Of(Uniform, [5], Quantizers.Floor),
        ["Quantizers.Round"] = Of(Uniform, [5], Quantizers.Round),
        ["Quantizers.Clamp"] = Of(Uniform, [5], x => Quantizers.Clamp(x, 0.2, 0.7)),
        ["Quantizers.ClampByLinear"] = Of(Uniform, [5], x => Quantizers.ClampByLinear(x)),
        ["Quantizers.KBit"] = Of(Uniform, [5], x => Quantizers.KBit(x, 3)),
        ["Quantizers.Step"] = Of(Uniform, [5], x => Quantizers.Step(x, 0.3)),
        ["Stdp.Step"] = () =>
        {
            var (weight, pre, post) = (rand(3, 4), Spikes(2, 4), Spikes(2, 3));
            return () =>
            {
                var rule = new Stdp(SynapseGeometry.Dense, new StdpOptions());
                return [rule.Step(weight, pre, post), rule.Step(weight, pre, post)];
            };
        },
        ["RewardStdp.Step"] = () =>
        {
            var (weight, pre, post, reward) = (rand(3, 4), Spikes(2, 4), Spikes(2, 3), rand(2));
            return () =>
            {
                var rule = new RewardStdp(new StdpOptions());
                return [rule.Step(weight, pre, post, reward), rule.Step(weight, pre, post, reward)];
            };
        },
        ["SpikeCodes.FirstSpike"] = () =>
        {
            var spikes = Spikes(5, 3);
            return () => [SpikeCodes.FirstSpike(spikes)];
        },
        ["SpikeCodes.RedundantOneHot"] = Classes(labels => SpikeCodes.RedundantOneHot(labels, 3, 6)),
        ["MatrixProduct.Product"] = Of(Uniform, [3, 3], x => x.Product(x)),
        ["SpikeLayers.Call"] = () =>
        {
            var (layer, spikes) = (nn.Conv2d(32, 32, 3, padding: 1), Spikes(2, 32, 16, 16).requires_grad_());
            return () => Gradients(SpikeLayers.Call(layer, spikes), spikes, layer.weight!, layer.bias!);
        },
        ["SpikeLayers.Linear"] = () =>
        {
            var (spikes, weight) = (Spikes(256, 256).requires_grad_(), randn(128, 256).requires_grad_());
            return () => Gradients(SpikeLayers.Linear(spikes, weight, null), spikes, weight);
        },
        ["NormalisedNeurons.Fire"] = () =>
        {
            var (norm, neuron, x) = (nn.BatchNorm2d(8), new LIFNode(), randn([2, 2, 8, 3, 3]).requires_grad_());
            return () => Gradients(NormalisedNeurons.Fire(norm, neuron, x, 2), x, norm.weight!, norm.bias!);
        },
        ["NormalisedNeurons.FireTokens"] = () =>
        {
            var (norm, neuron, x) = (nn.BatchNorm1d(8), new LIFNode(), randn([2, 2, 3, 8]).requires_grad_());
            return () => Gradients(NormalisedNeurons.FireTokens(norm, neuron, x), x, norm.weight!, norm.bias!);
        },
        ["Stepwise.Step"] = () =>
        {
            var (module, x) = (new LIFNode(), rand(2, 3));
            return () => [module.Step(x, module.Step(x).State).Output];
        },
        ["CarriedTensor.OrZeros"] = Of(Uniform, [2, 3], x => new CarriedTensor("test").OrZeros([2, 3], x)),
        ["TensorNumbers.Numbers"] = Of(Uniform, [2, 3], x => Number(x.Numbers<float>().Sum())),
        ["GradientScaler.Scaled"] = Of(Uniform, [2], x => new GradientScaler().Scaled(x.sum())),
        ["GradientScaler.Unscale"] = Of(Uniform, [2], x => Number(new GradientScaler().Unscale([x]) ? 1 : 0)),
        ["Evaluator.Confusion"] = () =>
        {
            var (network, set) = (nn.Linear(3, 2), Set());
            return () => [Number(Evaluator.Confusion(network, set).Accuracy)];
        },
        ["Trainer.Fit"] = () =>
        {
            var (network, set) = (nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 2)), Set());
            var recipe = new TrainingRecipe(
                OptimizerKind.AdamW, new LearningRateSchedule(1e-2), 2, 4, LabelSmoothing: 0.1, Mixup: 0.5, Flip: true, ClipNorm: 1,
                Accumulation: 2, AverageDecay: 0.9);
            return () =>
            {
                new Trainer(recipe).Fit(network, set, set);
                return network.parameters();
            };
        },
        ["AnnConverter.Convert"] = () =>
        {
            var (network, x) = (Ann(), rand(8, 3));
            return () => [AnnConverter.Convert(network, [x]).Run(x, 4)];
        },
        ["BatchNormFolding.Fold"] = () =>
        {
            var (weight, norm) = (rand(4, 2, 3, 3), nn.BatchNorm2d(4));
            return () =>
            {
                var (w, b) = BatchNormFolding.Fold(weight, null, norm);
                return [w, b];
            };
        },
        ["ConversionScan.Run"] = () =>
        {
            var (network, x, labels) = (Ann(), rand(8, 3), Labels(8).remainder(2));
            var converted = AnnConverter.Convert(network, [x]);
            return () => [Number(ConversionScan.Run(network, converted, x, labels, 4, 4).Layers.Sum(layer => layer.Error))];
        },
        ["SpikingNeuron.Trace"] = Of(Uniform, [20], x => tensor(new LIFNode(2).Trace(x * 3).Potential.ToArray(), device: CPU)),
        ["StdpLearner.Step"] = () =>
        {
            var (synapse, neuron, x) = (nn.Linear(4, 3), new LIFNode { StepMode = StepMode.Single }, rand(2, 4) * 3);
            return () =>
            {
                using var learner = new StdpLearner(synapse, neuron, new StdpOptions());
                neuron.call(synapse.call(x));
                return [learner.Step(onGradient: false)];
            };
        },
        ["SpikeMonitor"] = Watched(network => new SpikeMonitor(network), records => records.Sum(record => record.sum().ToDouble())),
        ["PotentialMonitor"] = Watched(
            network => new PotentialMonitor(network), records => records.Sum(record => record.sum().ToDouble())),
        ["GradientMonitor"] = Watched(
            network => new GradientMonitor(network), records => records.Sum(record => record.sum().ToDouble())),
        ["RateMonitor"] = Watched(network => new RateMonitor(network), records => records.Sum()),
        ["Surrogates"] = Of(Normal, [40], x => stack(SurrogateCatalog.Names.Select(name => SurrogateCatalog.Create(name).Spike(x)))),
        ["Contrast.Alignment"] = Of(Uniform, [4, 3], x => Contrast.Alignment(x, x.flip(0))),
        ["Contrast.NtXent"] = Of(Uniform, [4, 3], x => Contrast.NtXent(x, x.flip(0), 0.2)),
        ["PoissonLikelihood.Divergence"] = Of(
            Uniform, [4, 3], x => PoissonLikelihood.Divergence(x, x) + PoissonLikelihood.Divergence(x, x, x, x)),
        ["PoissonLikelihood.Loss"] = Of(Uniform, [4, 3], x => PoissonLikelihood.Loss(x, x + 1)),
        ["Smoothing.Apply"] = Of(Uniform, [2, 6, 3], x => Smoothing.Gaussian(2).Apply(x) + Smoothing.Causal(2).Apply(x)),
        ["LatentRecovery.Map"] = Of(Uniform, [3, 5, 2], x => LatentRecovery.Map(x, x, x)),
        ["LatentRecovery.Score"] = Of(Uniform, [3, 5, 2], x => Number(LatentRecovery.Score(x, x.flip(0), x, x))),
        ["LatentRecovery.BitsPerSpikeRatio"] = Of(Uniform, [3, 5, 2], x => Number(LatentRecovery.BitsPerSpikeRatio(x, x + 1, x + 0.5))),
        ["LatentRecovery.Roughness"] = Of(Uniform, [3, 5, 2], x => Number(LatentRecovery.Roughness(x))),
        ["BehaviourDecoding.Linear"] = Of(Uniform, [10, 5, 2], x => Number(BehaviourDecoding.Linear(x, x.flip(0)).R2)),
        ["BehaviourDecoding.Labels"] = Of(
            Uniform, [20, 5, 2],
            x => Number(BehaviourDecoding.Labels(x, [.. Enumerable.Range(0, 20).Select(trial => trial % 2)]).Accuracy)),
        ["NearestNeighbours.Predict"] = Of(Uniform, [6, 3], x => Number(NearestNeighbours.Predict(x, [0, 1, 0, 1, 0, 1], x, 1).Sum())),
        ["StimulusDecoding.Frames"] = Of(Uniform, [10, 8, 3], x => Number(StimulusDecoding.Frames(x, 2).Accuracy)),
        ["StimulusDecoding.FramesLinearly"] = Of(Uniform, [10, 8, 3], x => Number(StimulusDecoding.FramesLinearly(x, 2).Accuracy)),
        ["StimulusDecoding.Scenes"] = Of(Uniform, [6, 5, 4, 3], x => Number(StimulusDecoding.Scenes(x).Accuracy)),
        ["StimulusDecoding.ScenesLinearly"] = Of(Uniform, [6, 5, 4, 3], x => Number(StimulusDecoding.ScenesLinearly(x).Accuracy)),
        ["CebraModel"] = Latent(new CebraModel(new CebraOptions { Iterations = 2, Batch = 8 })),
        ["DemixedPcaModel"] = Told(new DemixedPcaModel(new DemixedPcaOptions { Repetitions = 1 })),
        ["FactorAnalysisModel"] = Latent(new FactorAnalysisModel(2)),
        ["GpfaModel"] = Latent(new GpfaModel(new GpfaOptions { Factors = 2, Iterations = 3 })),
        ["JpcaModel"] = Latent(new JpcaModel(new JpcaOptions { Components = 2 })),
        ["LfadsModel"] = Latent(new LfadsModel(new LfadsOptions { Iterations = 2, Batch = 4, Window = 6 })),
        ["MyowModel"] = Latent(new MyowModel(new MyowOptions { Iterations = 2, Batch = 8, Pool = 8 })),
        ["PcaModel"] = Latent(new PcaModel(2)),
        ["PiVaeModel"] = Latent(new PiVaeModel(new PiVaeOptions { Iterations = 2, Latent = 2, Batch = 8 })),
        ["ReducedRankModel"] = Told(new ReducedRankModel()),
        ["SwapVaeModel"] = Latent(new SwapVaeModel(new SwapVaeOptions { Iterations = 2, Batch = 8 })),
        ["TideSwapVaeModel"] = Latent(new TideSwapVaeModel(new TideSwapVaeOptions
        {
            Iterations = 3, Batch = 8, Content = 3, Style = 2, Hidden = 6, State = 4, Window = 3, LargestOffset = 2,
        })),
        ["Trustworthiness.Score"] = Of(Uniform, [20, 3], x => Number(Trustworthiness.Score(x, x[.., ..2]))),
        ["TsneModel"] = Latent(new TsneModel(new TsneOptions { Iterations = 5, Perplexity = 5 })),
        ["UmapModel"] = Latent(new UmapModel(new UmapOptions { Iterations = 5 })),
    };

    private static Preparation Of(Func<long[], Tensor> make, long[] shape, Func<Tensor, Tensor> run) => () =>
    {
        var x = make(shape);
        return () => [run(x)];
    };

    private static Tensor Uniform(long[] shape) => rand(shape);

    private static Tensor Normal(long[] shape) => randn(shape);

    private static Preparation Classes(Func<Tensor, Tensor> run) => () =>
    {
        var labels = Labels(4);
        return () => [run(labels)];
    };

    private static Preparation Scores(Func<Tensor, Tensor, Tensor> loss) => () =>
    {
        var (output, labels) = (rand(4, 6, 3).requires_grad_(), Labels(6));
        return () =>
        {
            var value = loss(output, labels);
            value.backward();
            return [value, output.grad!];
        };
    };

    private static Preparation Watched<T>(Func<nn.Module, ModuleMonitor<T>> watch, Func<IReadOnlyList<T>, double> sum) => () =>
    {
        var (network, x) = (nn.Sequential(new OverTime(nn.Linear(3, 4)), new LIFNode()), rand(5, 2, 3));
        return () =>
        {
            using var monitor = watch(network);
            network.call(x).sum().backward();
            return [Number(monitor.Names.Sum(name => sum(monitor[name])))];
        };
    };

    /// <summary>A model is fitted first, since it makes its network where nothing else is said; then its counts are embedded.</summary>
    private static Preparation Latent(ILatentModel model) => () =>
    {
        var counts = rand(6, 12, 4).mul(3).floor();
        model.Fit(counts);
        return () => [model.Embed(counts), model.Reconstruct(counts)];
    };

    private static Preparation Told(ISupervisedLatentModel model) => () =>
    {
        var counts = rand(6, 12, 4).mul(3).floor();
        model.Fit(counts, new TrialFacts { Factors = [new TrialFactor("side", [0, 1, 0, 1, 0, 1])], Targets = rand(6, 12, 2) });
        return () => [model.Embed(counts), model.Reconstruct(counts)];
    };

    private static IEnumerable<Tensor> Gradients(Tensor output, params Tensor[] leaves)
    {
        output.square().sum().backward();
        return [output, .. leaves.Select(leaf => leaf.grad!)];
    }

    private static Tensor Number(double value) => tensor(value, device: CPU);

    private static Tensor Labels(int count) => arange(count, dtype: ScalarType.Int64).remainder(3);

    private static Tensor Spikes(params long[] shape) => rand(shape).gt(0.5).to(ScalarType.Float32);

    private static nn.Module<Tensor, Tensor> Small() => new ConvSnn(new ConvSnnOptions(Channels: 4, Hidden: 8, ImageSize: 8));

    private static nn.Module<Tensor, Tensor> Ann() => nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2));

    private static ConvolutionGeometry Reflecting() =>
        ConvolutionGeometry.Of(nn.Conv2d(2, 4, 3, padding: 1, padding_mode: PaddingModes.Reflect));

    private static TrainingSet Set()
    {
        var (inputs, labels) = (rand(16, 3), arange(16, dtype: ScalarType.Int64).remainder(2));
        return new TrainingSet(16, ["a", "b"], (size, _) => Enumerable.Range(0, 16 / size)
            .Select(i => (inputs.narrow(0, i * size, size).clone(), labels.narrow(0, i * size, size).clone())));
    }
}
