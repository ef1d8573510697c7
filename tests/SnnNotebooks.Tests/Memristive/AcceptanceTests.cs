using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Memristive;
using SnnNotebooks.Memristive.Devices;
using SnnNotebooks.Memristive.Experiments;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Memristive;

/// <summary>
/// Thresholds of spec binary_stochastic.md, section 7.7, "quick": the first 6,000 training images of MNIST, 30 epochs (15 on
/// devices), 784-256-10, all 10,000 test images, three seeds, accuracies in percent. The spec's own variants and numbers: nothing is chosen
/// here.
/// </summary>
public sealed class AcceptanceTests
{
    private static readonly NetworkOptions Layers = NetworkOptions.Dense(256, 10);

    [SharedFact("data/mnist")]
    public void Thresholds_of_the_quick_scale_hold()
    {
        var (train, test) = Load();
        var inference = new InferenceOptions { Passes = [1, 20] };
        Trial Make(string name, LearningRule rule, TrainingPlan plan, NetworkOptions network) => new(name, rule, plan, network)
        {
            Inference = rule.Forward == SignalMode.Stochastic ? inference : null,
        };
        var b4 = LearningRule.BinaryStochastic;
        var linear = TypicalDevices.Linear.Options;
        var strong = TypicalDevices.Strong.Options;
        var runs = Trials.Run(
            [
                Make("B0", LearningRule.HighPrecision, TrainingPlan.HighPrecision(30), Layers),
                Make("B4", b4, TrainingPlan.Quick, Layers),
                Make("xor", b4 with { Derivative = new DerivativeRule(DerivativeEstimator.Exclusive) }, TrainingPlan.Quick, Layers),
                Make("B5", b4, DeviceStudy.Dense(15), Layers with { Device = linear }),
            ],
            train, test, [1, 2, 3]);
        var (b0, full, xor, device) = (runs[0], runs[1], runs[2], runs[3]);
        var controls = Trials.Run(
            [
                Make("no derivative", b4 with { Derivative = new DerivativeRule(DerivativeEstimator.None) }, TrainingPlan.Quick, Layers),
                Make("softmax, hard", b4 with { Output = OutputError.Softmax }, TrainingPlan.Quick, Layers),
                Make("linear, thinned", b4, DeviceStudy.Thinned(15), Layers with { Device = linear }),
                Make("strong, thinned", b4, DeviceStudy.Thinned(15), Layers with { Device = strong }),
            ],
            train, test, [1]);

        Least(93.0, 100 * b0.Mean(1), "B0");
        Least(92.8, 100 * full.Mean(1), "B4, one pass");
        Least(94.3, 100 * full.Mean(20), "B4, 20 passes");
        Least(0.6, 100 * (full.Mean(20) - full.Mean(1)), "what 20 passes gain");
        Least(0.3, 100 * (full.Mean(20) - b0.Mean(1)), "B4 with 20 passes beyond B0");
        Least(93.8, 100 * xor.Mean(20), "derivative by xor, 20 passes");
        Least(88.5, 100 * device.Mean(1), "B5, one pass");
        Least(91.0, 100 * device.Mean(20), "B5, 20 passes");
        Assert.True(controls[0].Mean(1) <= 0.70, $"without a derivative it must not train: {controls[0].Mean(1)}");
        Least(5, OutputSize(controls[1]) / OutputSize(full), "growth of output weights with softmax and a hard error");
        Least(2, 100 * (controls[2].Mean(20) - controls[3].Mean(20)), "loss by strong soft bounds");
    }

    private static double OutputSize(TrialSummary summary) => summary.Results[0].Epochs[^1].WeightSizes[^1];

    private static void Least(double least, double found, string what) =>
        Assert.True(found >= least, $"{what}: {found:0.00}, expected at least {least}");

    private static (VectorDataset Train, VectorDataset Test) Load()
    {
        var before = Environment.GetEnvironmentVariable("SNN_DATA");
        Environment.SetEnvironmentVariable("SNN_DATA", Repository.SharedPath("data"));
        try
        {
            var (train, test) = Mnist.Load();
            using (train)
            using (test)
            {
                return (VectorDataset.From(train).Slice(0, 6000), VectorDataset.From(test));
            }
        }
        finally
        {
            Environment.SetEnvironmentVariable("SNN_DATA", before);
        }
    }
}
