using System.CommandLine;
using System.Globalization;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Exchange;
using SnnNotebooks.Models;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn train</c>: trains a spiking transformer of any size on images; a run that was stopped goes on where it was.</summary>
internal static class TrainCommand
{
    private static readonly Dictionary<string, (ResidualKind Residual, Downsampling Downsampling)> Transformers = new(
        StringComparer.Ordinal)
    {
        ["spikformer"] = (ResidualKind.Spikes, Downsampling.AfterNeuron),
        ["cml-spikformer"] = (ResidualKind.Spikes, Downsampling.BeforeNeuron),
        ["spikingformer"] = (ResidualKind.Membrane, Downsampling.AfterNeuron),
        ["cml-spikingformer"] = (ResidualKind.Membrane, Downsampling.BeforeNeuron),
    };

    public static Command Create()
    {
        var network = new Argument<string>("NETWORK")
        {
            Description = "spikformer, cml-spikformer, spikingformer, cml-spikingformer or qkformer, each in its version for small images.",
        };
        network.AcceptOnlyFromAmong([.. Transformers.Keys, "qkformer"]);
        var data = new Option<string>("--data")
        {
            Description = "fashion-mnist-mini (ships with the kit) or fashion-mnist.",
            DefaultValueFactory = _ => "fashion-mnist-mini",
        };
        data.AcceptOnlyFromAmong("fashion-mnist-mini", "fashion-mnist");
        var recipe = new Option<string>("--recipe")
        {
            Description = "Whose recipe to follow; the options below change it.",
            DefaultValueFactory = _ => "spikformer-cifar",
        };
        recipe.AcceptOnlyFromAmong([.. TrainingRecipes.All.Keys]);
        var without = new Option<RecipePart[]>("--without")
        {
            Description = "Parts of the recipe to leave out. By default what grey images cannot follow, and half precision.",
            DefaultValueFactory = _ => [RecipePart.Normalisation, RecipePart.MixedPrecision],
            AllowMultipleArgumentsPerToken = true,
        };
        var amp = new Option<string?>("--amp")
        {
            Description =
                "Half precision where it does no harm: bf16, or fp16 with its loss scaled. By default all is float32. It goes before "
                + "--without MixedPrecision.",
        };
        amp.AcceptOnlyFromAmong("bf16", "fp16");
        var device = DeviceOption.Create("Where to train");
        var deterministic = new Option<bool>("--deterministic")
        {
            Description =
                "On a GPU, only algorithms that give the same bits on every run: slower, and operations that have none fail. The CPU gives "
                + "the same bits in any case.",
        };
        var features = Number("--features", "Features of the tokens.", 64);
        var heads = Number("--heads", "Attention heads.", 4);
        var depth = Number("--depth", "Transformer blocks.", 2);
        var steps = Number("--time-steps", "T.", 4);
        var epochs = Number("--epochs", "Epochs.", 10);
        var batch = Number("--batch", "Inputs of a pass.", 64);
        var images = Number("--images", "Training images to take; 0 for all.", 0);
        var seed = Number("--seed", "Decides initial weights, order and every draw.", 1);
        var every = Number("--save-every", "Steps between two savings of the state.", 50);
        var state = new Option<string?>("--state") { Description = "File that keeps the state; where it exists the run goes on from it." };
        var output = new Option<string>("--out") { Description = "The safetensors file with the trained weights.", Required = true };
        var command = new Command("train", "Trains a spiking transformer; one stopped in any way goes on to the same bits.")
        {
            network, data, recipe, without, amp, device, deterministic, features, heads, depth, steps, epochs, batch, images, seed, every,
            state, output,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(Guard(() =>
        {
            var place = ComputeDevice.Named(parsed.GetValue(device)!);
            AtomicFile.RemoveAbandoned(parsed.GetValue(output)!);
            AtomicFile.EnsureWritable(parsed.GetValue(output)!);
            var precision = parsed.GetValue(amp);
            var asked = TrainingRecipes.All[parsed.GetValue(recipe)!];
            var followed = (precision is null
                ? asked
                : asked with { MixedPrecision = true, HalfType = precision == "bf16" ? HalfType.BFloat16 : HalfType.Float16 })
                .Without((parsed.GetValue(without) ?? []).Where(part => precision is null || part != RecipePart.MixedPrecision));
            if (followed.LeftOut.Count > 0)
            {
                Console.WriteLine($"left out of {parsed.GetValue(recipe)}: {string.Join(", ", followed.LeftOut)}");
            }

            var changed = followed with
            {
                Epochs = parsed.GetValue(epochs),
                Cooldown = 0,
                Deterministic = parsed.GetValue(deterministic),
                BatchSize = parsed.GetValue(batch),
                MixupOffEpoch = (int)Math.Min((long)followed.MixupOffEpoch * parsed.GetValue(epochs) / followed.Epochs, int.MaxValue),
                Schedule =
                    followed.Schedule with { WarmUpEpochs = followed.Schedule.WarmUpEpochs * parsed.GetValue(epochs) / followed.Epochs },
            };
            manual_seed(parsed.GetValue(seed));
            using var built = Build(parsed.GetValue(network)!, parsed.GetValue(features), parsed.GetValue(heads), parsed.GetValue(depth),
                parsed.GetValue(steps));
            built.to(place);
            var (train, test) = parsed.GetValue(data) == "fashion-mnist" ? FashionMnist.LoadFull() : FashionMnist.LoadMini();
            using (train)
            using (test)
            {
                using var part = Part(train, parsed.GetValue(images));
                var history = new Trainer(changed, parsed.GetValue(seed)).Fit(
                    built, part, test, new Printer(), parsed.GetValue(state), parsed.GetValue(every), cancellation);
                if (history.Cancelled)
                {
                    throw new OperationCanceledException("Stopped. Where a state was kept, the same command goes on from there.");
                }

                RunFigures.Record(string.Empty, history);
            }

            using var trained = Checkpoint.Of(built, parsed.GetValue(steps));
            trained.Write(parsed.GetValue(output)!);
            Console.WriteLine($"wrote {parsed.GetValue(output)}");
        })));
        return command;
    }

    private static Option<int> Number(string name, string description, int fallback) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => fallback,
    };

    private static nn.Module<Tensor, Tensor> Build(string name, int features, int heads, int depth, int steps) =>
        Transformers.TryGetValue(name, out var kind)
        ? new Spikformer(new SpikformerOptions(
            SpikformerVariant.Cifar, features, heads, depth, 10, steps, kind.Residual, kind.Downsampling, Channels: 1))
        : new QKFormer(new QKFormerOptions(QKFormerVariant.Cifar, features, heads, depth, 10, steps, Channels: 1));

    private static ImageDataset Part(ImageDataset whole, int images)
    {
        var count = images > 0 ? Math.Min(images, whole.Count) : whole.Count;
        return new ImageDataset(whole.Images.narrow(0, 0, count).clone(), whole.Labels.narrow(0, 0, count).clone(), whole.ClassNames);
    }

    private static int Guard(Action work)
    {
        try
        {
            work();
            return ExitCode.Success;
        }
        catch (Exception wrong) when (wrong is ArgumentException)
        {
            Console.Error.WriteLine(wrong.Message.Shown());
            return ExitCode.Usage;
        }
        catch (Exception failed) when (failed is CheckpointException or DatasetException or IOException or UnauthorizedAccessException
            or InvalidOperationException or OperationCanceledException)
        {
            Console.Error.WriteLine(failed.Message.Shown());
            return ExitCode.Failure;
        }
    }

    private sealed class Printer : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Finished is { } epoch)
            {
                Console.WriteLine(
                    string.Create(CultureInfo.InvariantCulture,
                        $"epoch {epoch.Epoch} of {value.Epochs}: loss {epoch.TrainLoss:0.0000}, training accuracy "
                        + $"{epoch.TrainAccuracy:0.0000}, test accuracy {epoch.TestAccuracy:0.0000}, {epoch.Seconds:0.0} s"));
            }
        }
    }
}
