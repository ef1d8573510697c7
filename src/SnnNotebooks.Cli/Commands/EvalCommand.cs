using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SnnNotebooks.Cli.Training;
using SnnNotebooks.Exchange;
using SnnNotebooks.Models;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn eval</c>: what a network with given weights makes of a data set, or of stored inputs.</summary>
internal static class EvalCommand
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true };

    public static Command Create()
    {
        var (network, data, recipe) = (new NetworkOptions(), new DataOptions(), new RecipeChoice());
        var weights = new Option<string>("--weights")
        {
            Description = "The checkpoint: safetensors, or PyTorch's .pt or .pth.", Required = true,
        };
        var loose = new Option<bool>("--loose") { Description = "Load what fits, and say what does not. By default all must fit." };
        var batch = new Option<int>("--batch") { Description = "Inputs of a pass.", DefaultValueFactory = _ => 64 };
        var logits = new Option<string?>("--logits")
        {
            Description = "A NumPy file of inputs in the network's own axes: print its scores of these as JSON, and test on no data set.",
        };
        var classes = new Option<int?>("--classes")
        {
            Description = "With --logits: outputs of the network; those of the data by default.",
        };
        var precise = new Option<bool>("--float64") { Description = "Compute in float64, as references do." };
        var device = DeviceOption.Create("Where to compute");
        var report = new Option<string?>("--json") { Description = "File for accuracy and confusion matrix." };
        var command = new Command(
            "eval", "Tests a network with given weights, by the evaluation of its recipe: crop, views, mean over time.");
        network.AddTo(command);
        data.AddTo(command);
        recipe.AddTo(command);
        foreach (var option in new Option[] { weights, loose, batch, logits, classes, precise, device, report })
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => TrainCommand.Guard(() =>
        {
            var place = ComputeDevice.Named(parsed.GetValue(device)!);
            if (parsed.GetValue(logits) is { } inputs)
            {
                Console.WriteLine(JsonSerializer.Serialize(Scores(inputs)));
                return;
            }

            var source = data.Source(parsed);
            var chosen = network.Choose(parsed, source.Name, source.Shape);
            var shape = data.Shape(parsed, chosen, source.Shape);
            var request = data.Request(parsed, shape);
            using var opened = source.Open(request);
            using var built = Loaded(chosen, shape, opened.ClassNames.Count);
            using var off = no_grad();
            var followed = recipe.Followed(parsed, chosen, shape);
            Refuse(followed, opened.Test);
            var tested = opened.Test.ForTest(followed);
            using var half = followed.MixedPrecision
                ? new Autocast(ComputeDevice.Of(built).type,
                    followed.HalfType == HalfType.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float16)
                : null;
            var set = parsed.GetValue(precise) ? tested.Map(values => values.to(ScalarType.Float64)) : tested;
            var confusion = Evaluator.Confusion(built, set, parsed.GetValue(batch));
            TrainCommand.Damaged(request.Damage);
            foreach (var remark in opened.Remarks)
            {
                Console.WriteLine($"  {remark.Shown()}");
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{chosen.Name} on {opened.Name}: accuracy {100 * confusion.Accuracy:0.00} % of {confusion.Total} inputs, {shape}"
                + $"{(set.Views > 1 ? $", {set.Views} views each" : string.Empty)}"));
            if (chosen.Published.Result is { } published)
            {
                Console.WriteLine($"published: {published}; {chosen.Published.Source}");
            }

            if (parsed.GetValue(report) is { } file)
            {
                AtomicFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(
                    new
                    {
                        network = chosen.Name, data = opened.Name, inputs = confusion.Total, accuracy = confusion.Accuracy,
                        classes = opened.ClassNames, confusion = Rows(confusion),
                    },
                    Layout));
            }

            nn.Module<Tensor, Tensor> Loaded(ModelPreset preset, InputShape form, int outputs)
            {
                var made = NetworkProbe.Build(preset, form, outputs);
                made.to(parsed.GetValue(precise) ? ScalarType.Float64 : ScalarType.Float32);
                made.to(place);
                made.eval();
                Load(parsed.GetValue(weights)!, NetworkProbe.Inner(made), !parsed.GetValue(loose));
                return made;
            }

            double[][] Scores(string file)
            {
                using var scope = NewDisposeScope();
                using var none = no_grad();
                var stored = Stored(file).to(parsed.GetValue(precise) ? ScalarType.Float64 : ScalarType.Float32);
                var preset = network.Choose(parsed, data.Source(parsed).Name, Form(stored, data.Source(parsed).Shape.Kind));
                var form = Form(stored, preset.Input);
                var outputs = parsed.GetValue(classes)
                    ?? throw new ArgumentException("--logits needs to know how many classes the network has: give --classes.");
                using var made = Loaded(preset, preset.ShapeFor(form, Steps(form), form.Height), outputs);
                var scores = made.call(stored.to(ComputeDevice.Of(made)));
                return [.. (scores.dim() == 3 ? scores.mean([0]) : scores).to(ScalarType.Float64).cpu().Numbers<double>().Chunk(outputs)];

                int? Steps(InputShape given) => given.Kind == InputKind.Images ? data.TimeSteps(parsed) : given.TimeSteps;
            }
        }));
        return command;
    }

    /// <summary>An evaluation is followed whole, or refused.</summary>
    private static void Refuse(TrainingRecipe recipe, TrainingSet test)
    {
        RecipePart[] refused = [.. recipe.NotFollowed(test, test)
            .Where(part => part is RecipePart.TestCrop or RecipePart.TestViews or RecipePart.Normalisation or RecipePart.ConsecutiveClips
                or RecipePart.FrameCrop)];
        if (refused.Length > 0)
        {
            throw new ArgumentException(
                $"The recipe's evaluation asks for {string.Join(", ", refused)}, which cannot be done with this data set: leave it out "
                + "with "
                + $"--without {string.Join(" ", refused)}.");
        }
    }

    private static void Load(string path, nn.Module network, bool strict)
    {
        using var checkpoint = Checkpoint.Read(path);
        foreach (var remark in checkpoint.Remarks.Where(remark => remark.StartsWith("weights are not", StringComparison.Ordinal)))
        {
            Console.Error.WriteLine(remark.Shown());
        }

        var loaded = checkpoint.LoadInto(network, strict);
        if (!loaded.IsComplete || loaded.Dynamics.Count > 0)
        {
            Console.Error.WriteLine(loaded.ToString().Shown());
        }
    }

    private static Tensor Stored(string path)
    {
        try
        {
            return NumpyArray.Parse(File.ReadAllBytes(path), path).ToTensor();
        }
        catch (InvalidDataException damaged)
        {
            throw new CheckpointException(damaged.Message, damaged);
        }
    }

    /// <summary>What a batch of inputs is by its axes; those of event frames and clips are told apart by the network's kind.</summary>
    private static InputShape Form(Tensor batch, InputKind kind)
    {
        var axes = Array.ConvertAll(batch.shape, axis => checked((int)axis));
        return axes switch
        {
            [_, var c, var h, var w] => new(InputKind.Images, 4, c, h, w),
            [_, var t, var c, var h, var w] when kind == InputKind.EventFrames => new(kind, t, c, h, w),
            [_, var c, var t, var h, var w] => new(InputKind.Video, t, c, h, w),
            [_, var t, var c] => new(InputKind.SpikeTrains, t, c, 1, 1),
            _ => throw new ArgumentException(
                $"The stored inputs are [{string.Join(", ", axes)}]; expected pictures [B, C, H, W], event frames [B, T, C, H, W], clips "
                + "[B, C, T, H, W] or spike trains [B, T, C]."),
        };
    }

    private static long[][] Rows(ConfusionMatrix confusion)
    {
        var classes = Enumerable.Range(0, confusion.ClassNames.Count).ToArray();
        return [.. classes.Select(actual => classes.Select(predicted => confusion[actual, predicted]).ToArray())];
    }
}
