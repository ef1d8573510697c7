using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using SnnNotebooks.Cli.Training;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Datasets.Sources;
using SnnNotebooks.Distributed;
using SnnNotebooks.Exchange;
using SnnNotebooks.Models;
using SnnNotebooks.Training;
using SnnNotebooks.Training.Parallel;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn train</c>: trains a network on a data set by a recipe; a run that was stopped goes on where it was.</summary>
internal static class TrainCommand
{
    private const int UsualEpochs = 10; // of networks of any size, which are for trials
    private const int UsualBatch = 64;
    private const double MostMinutes = 1_000_000; // two years

    public static Command Create()
    {
        var (network, data, recipe) = (new NetworkOptions(), new DataOptions(), new RecipeChoice());
        var device = DeviceOption.Create("Where to train");
        var deterministic = new Option<bool>("--deterministic")
        {
            Description =
                "On a GPU, only algorithms that give the same bits on every run: slower, and operations that have none fail. The CPU gives "
                + "the same bits in any case.",
        };
        var recompute = new Option<bool>("--recompute")
        {
            Description =
                "Of the network's blocks training keeps only the input, and computes them a second time: less memory, more time, the same "
                + "bits. A run may go on with it or without.",
        };
        var epochs = new Option<int?>("--epochs")
        {
            Description = $"Epochs; those of the recipe by default, {UsualEpochs} for a network in a size of one's own.",
        };
        var batch = new Option<int?>("--batch")
        {
            Description = $"Inputs of a pass; that of the recipe by default, {UsualBatch} for a network in a size of one's own.",
        };
        var minutes = new Option<double?>("--minutes")
        {
            Description =
                "Ends the run after so many minutes: no epoch is begun that would end later. The schedule is that of all epochs: choose "
                + "--epochs so that they fit.",
        };
        minutes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is { } given && !(given > 0 && given <= MostMinutes))
            {
                result.AddError($"--minutes is {result.Tokens[0].Value}; expected more than 0 and at most {MostMinutes}.");
            }
        });
        var seed = Number("--seed", "Decides initial weights, order and every draw.", 1);
        var every = Number("--save-every", "Steps between two savings of the state.", 50);
        var state = new Option<string?>("--state") { Description = "File that keeps the state; where it exists the run goes on from it." };
        var resume = new Option<bool>("--resume") { Description = "As --state with the name of --out and the ending .state." };
        var output = new Option<string>("--out") { Description = "The safetensors file with the trained weights; those of the best "
            + "epoch go beside it (.best).", Required = true };
        var pytorch = new Option<bool>("--pytorch") { Description = "Write the weights as PyTorch's .pt files, too." };
        var log = new Option<string?>("--log") { Description = "File for the metrics, JSON lines; a run taken up again goes on in it." };
        var board = new Option<string?>("--tensorboard") { Description = "Folder for an event file that TensorBoard shows." };
        var report = new Option<string?>("--report") { Description = "HTML page of the run, which opens offline." };
        var command = new Command("train", "Trains a network; a run stopped in any way goes on to the same bits.");
        network.AddTo(command);
        data.AddTo(command);
        recipe.AddTo(command);
        foreach (var option in new Option[] { device, deterministic, recompute, epochs, batch, minutes, seed, every, state, resume, output,
            pytorch, log, board, report })
        {
            command.Options.Add(option);
        }

        var sharing = new RankOptions();
        sharing.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.FromResult(RankRun.Run(
            () => sharing.Join(parsed), parsed.GetValue(output)!, (ranks, rankLog) =>
        {
            using var signals = new StopSignals(cancellation);
            var isFirst = ranks is null or { Rank: 0 }; // who writes files
            var place = ComputeDevice.Named(RankOptions.DeviceOf(ranks, parsed.GetValue(device)!));
            var source = data.Source(parsed);
            var chosen = network.Choose(parsed, source.Name, source.Shape);
            var shape = data.Shape(parsed, chosen, source.Shape);
            var followed = Sized(
                recipe.Followed(parsed, chosen, shape), parsed.GetValue(epochs) ?? (network.IsPublished(parsed) ? null : UsualEpochs),
                parsed.GetValue(batch) ?? (network.IsPublished(parsed) ? null : UsualBatch))
                with { Deterministic = parsed.GetValue(deterministic) };
            if (followed.LeftOut.Count > 0)
            {
                rankLog.Say($"left out of {recipe.Name(parsed, chosen)}: {string.Join(", ", followed.LeftOut)}");
            }

            DataParallel? plan = null;
            if (ranks is not null)
            {
                (followed, plan) = sharing.Share(parsed, followed, ranks);
                rankLog.Say(plan.Describe(followed));
                if (RankOptions.JoinGpus(plan, place) is { } path)
                {
                    rankLog.Say(path);
                }
            }

            var weights = new TrainedWeights(parsed.GetValue(output)!, shape.TimeSteps, parsed.GetValue(pytorch));
            using var claim = isFirst ? weights.Claim(signals.Token) : null;
            if (isFirst)
            {
                weights.Prepare();
            }

            if (isFirst && parsed.GetValue(report) is { } page)
            {
                AtomicFile.RemoveAbandoned(page);
                AtomicFile.EnsureWritable(page);
            }

            var request = data.Request(parsed, shape);
            using var opened = source.Open(request);
            rankLog.Say(
                $"{opened.Name}: {opened.Train.Count} inputs for training, {opened.Test.Count} for testing, {opened.Shape}, "
                + $"{opened.ClassNames.Count} classes");
            foreach (var remark in opened.Remarks)
            {
                rankLog.Say($"  {remark.Shown()}");
            }

            if (followed.ClipStep > 0 && opened.Train.Follows.Contains(RecipePart.ConsecutiveClips))
            {
                rankLog.Say("  counting the frames of the videos, once: the cache folder keeps the numbers");
                rankLog.Say($"  {opened.Train.ForLearning(followed).Count} clips of {shape.TimeSteps} consecutive frames for training, "
                    + $"{opened.Test.ForTest(followed).Count} for testing");
            }

            var stateFile = parsed.GetValue(state)
                ?? (parsed.GetValue(resume) ? Path.ChangeExtension(parsed.GetValue(output)!, ".state") : null);
            if (isFirst && stateFile is not null && File.Exists(stateFile))
            {
                weights.Resume();
            }

            manual_seed(parsed.GetValue(seed));
            using var built = NetworkProbe.Build(chosen, opened.Shape, opened.ClassNames.Count);
            built.to(place);
            if (parsed.GetValue(recompute))
            {
                rankLog.Say(NetworkProbe.Recompute(built, chosen));
            }

            var clock = Stopwatch.StartNew();
            List<IProgress<TrainingProgress>> listeners = [ranks is null ? new TerminalCurves() : rankLog];
            if (isFirst && parsed.GetValue(log) is { } logFile)
            {
                listeners.Add(new TrainingLog(logFile, new
                {
                    network = chosen.Name, data = opened.Name, train = opened.Train.Count, test = opened.Test.Count,
                    recipe = recipe.Name(parsed, chosen), leftOut = followed.LeftOut.Select(part => part.ToString()),
                    fields = RecipeFields.Of(followed), seed = parsed.GetValue(seed), time = DateTimeOffset.UtcNow,
                }));
            }

            if (isFirst && parsed.GetValue(board) is { } folder)
            {
                listeners.Add(new TensorBoardLog(folder));
            }

            using var progress = new ProgressList(listeners);
            var trainer = new Trainer(followed, parsed.GetValue(seed))
            {
                Parallel = plan, Tested = isFirst ? weights.Tested : null,
                Budget = parsed.GetValue(minutes) is { } given ? TimeSpan.FromMinutes(given) : null,
                About = new Dictionary<string, string>
                {
                    ["the network"] = network.Describe(parsed), ["the data set"] = data.Describe(parsed, opened),
                    ["the input"] = $"{opened.Shape}, T = {opened.Shape.TimeSteps}",
                },
            };
            var history = trainer.Fit(
                built, opened.Train, opened.Test, progress, stateFile, parsed.GetValue(every), signals.Token);
            Damaged(request.Damage);
            if (history.Cancelled)
            {
                throw new OperationCanceledException("Stopped. Where a state was kept, the same command goes on from there.");
            }

            if (!isFirst)
            {
                return;
            }

            if (history.Epochs.Count < followed.AllEpochs)
            {
                rankLog.Say($"ended by --minutes after {history.Epochs.Count} of {followed.AllEpochs} epochs");
            }

            RunFigures.Record(string.Empty, history);
            if (trainer.Budget is not null)
            {
                RunFigures.Record("epochs", history.Epochs.Count);
            }

            rankLog.Say($"wrote {weights.Finish(built, history.Epochs[^1].TestAccuracy)}");
            if (parsed.GetValue(report) is { } reportFile)
            {
                new TrainingReport(chosen.Name, opened, recipe.Name(parsed, chosen), followed).Write(
                    reportFile, built, history, weights.Confusion, clock.Elapsed);
                rankLog.Say($"wrote {reportFile}");
            }
        })));
        return command;
    }

    /// <summary>Says what was left out.</summary>
    internal static void Damaged(DamageLog log)
    {
        if (log.Reasons is { Count: > 0 } reasons)
        {
            Console.WriteLine($"{reasons.Count} damaged inputs were left out:");
            foreach (var reason in reasons.Take(20))
            {
                Console.WriteLine($"  {reason.Shown()}");
            }
        }
    }

    /// <summary>Runs work; what may go wrong becomes one line and an exit code.</summary>
    /// <param name="work">The work.</param>
    /// <param name="tell">Says what went wrong; on the console where nothing is given.</param>
    internal static int Guard(Action work, Action<Exception>? tell = null)
    {
        tell ??= wrong => Console.Error.WriteLine(wrong.Sentence());
        try
        {
            work();
            return ExitCode.Success;
        }
        catch (OperationCanceledException stopped)
        {
            tell(stopped);
            return ExitCode.Stopped;
        }
        catch (ArgumentException wrong)
        {
            tell(wrong);
            return ExitCode.Usage;
        }
        catch (Exception failed) when (failed is CheckpointException or DatasetException or KeyNotFoundException or DistributedException
            or EventFileException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            tell(failed);
            return ExitCode.Of(failed);
        }
    }

    private static Option<int> Number(string name, string description, int fallback) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => fallback,
    };

    private static TrainingRecipe Sized(TrainingRecipe recipe, int? epochs, int? batch) =>
        (recipe with { BatchSize = batch ?? recipe.BatchSize }).Shortened(epochs ?? recipe.Epochs);
}
