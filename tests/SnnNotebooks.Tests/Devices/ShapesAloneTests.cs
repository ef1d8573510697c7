using SnnNotebooks.Tests.Layers;
using SnnNotebooks.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Devices;

/// <summary>
/// The trainer's own step on the meta device, whose tensors have no numbers: whatever reads one there throws, by whatever way, as does what
/// mixes devices. So a step that ends has copied nothing to the host, but for the loss and the hits (<see cref="PassReadings"/>).
/// </summary>
public sealed class ShapesAloneTests
{
    // libtorch has its meta kernels of these in Python: HostWaitTests has networks of them
    private static readonly string[] NoKernels =
        ["convolution_overrideable", "aten::native_batch_norm:", "aten::where.self:", "aten::logical_and.out:"];

    [Fact]
    public void A_step_of_the_trainer_ends_where_there_are_no_numbers()
    {
        var (failures, excused) = (new List<string>(), new List<string>());
        foreach (var (type, made) in ModuleTable.Cases)
        {
            if (made.Make().modules().Any(module => module is Convolution or BatchNorm))
            {
                excused.Add(type.Name); // an exception of libtorch's takes seconds
                continue;
            }

            try
            {
                foreach (var rule in Enum.GetValues<OptimizerKind>())
                {
                    Learn(made, rule);
                }
            }
            catch (Exception failed)
            {
                var message = (failed.InnerException ?? failed).Message;
                (NoKernels.Any(each => message.Contains(each, StringComparison.Ordinal)) ? excused : failures)
                    .Add($"{type.Name}: {message.Split('\n')[0]}");
            }
        }

        Assert.Empty(failures);
        Assert.InRange(ModuleTable.Cases.Count - excused.Count, 38, 1000);
    }

    private static void Learn(ModuleCase made, OptimizerKind rule)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        using var network = new Scored(made);
        var x = made.Input();
        var labels = zeros(network.call(x).shape[0], dtype: ScalarType.Int64, device: META);
        Functional.Reset(network);
        network.to(META);
        var recipe = TrainingRecipes.Plain with
        {
            BatchSize = 4, Optimizer = rule, Accumulation = 2, ClipNorm = 1, LabelSmoothing = 0.1, AverageDecay = 0.99, WeightDecay = 0.01,
            Loss = RateLoss.CrossEntropy,
        };
        using var run = new TrainingRun(network, recipe, seed: 1, inputs: 400);
        for (var step = 0; step < 2; step++)
        {
            run.Learn([(x.to(META), labels), (x.to(META), labels)]);
        }

        run.Settle();
        Assert.Equal(2, run.Step);
    }

    /// <summary>A module between a weight, so that its input has a gradient, and scores [B, classes] of whatever it gives.</summary>
    private sealed class Scored : nn.Module<Tensor, Tensor>
    {
        private readonly ModuleCase made;
        private readonly nn.Module module;
        private readonly Parameter gain = nn.Parameter(ones(1));

        public Scored(ModuleCase made)
            : base(nameof(Scored))
        {
            (this.made, module) = (made, made.Make());
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var output = made.Call(module, input * gain);
            return output.reshape(output.shape[0], -1);
        }
    }
}
