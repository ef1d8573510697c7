using System.CommandLine;
using System.Diagnostics;
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
internal sealed class TrainCommand
{
    private readonly NetworkOptions network = new();
    private readonly DataOptions data = new();
    private readonly RecipeChoice recipe = new();
    private readonly RunOptions run = new();
    private readonly OutputOptions outputs = new();
    private readonly RankOptions sharing = new();

    public static Command Create()
    {
        var options = new TrainCommand();
        var command = new Command("train", "Trains a network; a run stopped in any way goes on to the same bits.");
        options.network.AddTo(command);
        options.data.AddTo(command);
        options.recipe.AddTo(command);
        options.run.AddTo(command);
        options.outputs.AddTo(command);
        options.sharing.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.FromResult(RankRun.Run(
            () => options.sharing.Join(parsed), options.outputs.Out(parsed),
            (ranks, log) => options.Train(parsed, ranks, log, cancellation))));
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

    private void Train(ParseResult parsed, IReducer? ranks, RankLog log, CancellationToken cancellation)
    {
        using var signals = new StopSignals(cancellation);
        var isFirst = ranks is null or { Rank: 0 }; // who writes files
        var place = ComputeDevice.Named(RankOptions.DeviceOf(ranks, run.Device(parsed)));
        var source = data.Source(parsed);
        var chosen = network.Choose(parsed, source.Name, source.Shape);
        var shape = data.Shape(parsed, chosen, source.Shape);
        var followed = Followed(parsed, chosen, shape, log);
        DataParallel? plan = null;
        if (ranks is not null)
        {
            (followed, plan) = sharing.Share(parsed, followed, ranks);
            log.Say(plan.Describe(followed));
            if (RankOptions.JoinGpus(plan, place) is { } path)
            {
                log.Say(path);
            }
        }

        var weights = outputs.Weights(parsed, shape.TimeSteps);
        using var claim = isFirst ? weights.Claim(signals.Token) : null;
        if (isFirst)
        {
            weights.Prepare();
            outputs.TryPage(parsed);
        }

        var request = data.Request(parsed, shape);
        using var opened = source.Open(request);
        Describe(opened, followed, shape, log);
        var stateFile = outputs.StateFile(parsed);
        if (isFirst && stateFile is not null && File.Exists(stateFile))
        {
            weights.Resume();
        }

        var seed = run.Seed(parsed);
        manual_seed(seed);
        using var built = NetworkProbe.Build(chosen, opened.Shape, opened.ClassNames.Count);
        built.to(place);
        if (run.Recomputes(parsed))
        {
            log.Say(NetworkProbe.Recompute(built, chosen));
        }

        var clock = Stopwatch.StartNew();
        var about = new
        {
            network = chosen.Name, data = opened.Name, train = opened.Train.Count, test = opened.Test.Count,
            recipe = recipe.Name(parsed, chosen), leftOut = followed.LeftOut.Select(part => part.ToString()),
            fields = RecipeFields.Of(followed), seed, time = DateTimeOffset.UtcNow,
        };
        List<IProgress<TrainingProgress>> listeners = [ranks is null ? new TerminalCurves() : log];
        if (isFirst)
        {
            listeners.AddRange(outputs.Logs(parsed, about));
        }

        using var progress = new ProgressList(listeners);
        var trainer = new Trainer(followed, seed)
        {
            Parallel = plan, Tested = isFirst ? weights.Tested : null, Budget = run.Budget(parsed),
            About = new Dictionary<string, string>
            {
                ["the network"] = network.Describe(parsed), ["the data set"] = data.Describe(parsed, opened),
                ["the input"] = $"{opened.Shape}, T = {opened.Shape.TimeSteps}",
            },
        };
        var history = trainer.Fit(
            built, opened.Train, opened.Test, progress, stateFile, outputs.SaveEvery(parsed), signals.Token);
        Damaged(request.Damage);
        if (history.Cancelled)
        {
            throw new OperationCanceledException("Stopped. Where a state was kept, the same command goes on from there.");
        }

        if (!isFirst)
        {
            return;
        }

        Record(history, followed, trainer.Budget, log);
        log.Say($"wrote {weights.Finish(built, history.Epochs[^1].TestAccuracy)}");
        if (outputs.Page(parsed) is { } page)
        {
            new TrainingReport(chosen.Name, opened, recipe.Name(parsed, chosen), followed).Write(
                page, built, history, weights.Confusion, clock.Elapsed);
            log.Say($"wrote {page}");
        }
    }

    private TrainingRecipe Followed(ParseResult parsed, ModelPreset chosen, InputShape shape, RankLog log)
    {
        var followed = run.Sized(parsed, recipe.Followed(parsed, chosen, shape), network.IsPublished(parsed));
        if (followed.LeftOut.Count > 0)
        {
            log.Say($"left out of {recipe.Name(parsed, chosen)}: {string.Join(", ", followed.LeftOut)}");
        }

        return followed;
    }

    /// <summary>Says what is learned from; of consecutive clips that takes a while.</summary>
    private static void Describe(LabelledData opened, TrainingRecipe followed, InputShape shape, RankLog log)
    {
        log.Say(
            $"{opened.Name}: {opened.Train.Count} inputs for training, {opened.Test.Count} for testing, {opened.Shape}, "
            + $"{opened.ClassNames.Count} classes");
        foreach (var remark in opened.Remarks)
        {
            log.Say($"  {remark.Shown()}");
        }

        if (followed.ClipStep > 0 && opened.Train.Follows.Contains(RecipePart.ConsecutiveClips))
        {
            log.Say("  counting the frames of the videos, once: the cache folder keeps the numbers");
            log.Say($"  {opened.Train.ForLearning(followed).Count} clips of {shape.TimeSteps} consecutive frames for training, "
                + $"{opened.Test.ForTest(followed).Count} for testing");
        }
    }

    /// <summary>What a sweep reads of the run.</summary>
    private static void Record(TrainingHistory history, TrainingRecipe followed, TimeSpan? budget, RankLog log)
    {
        if (history.Epochs.Count < followed.AllEpochs)
        {
            log.Say($"ended by --minutes after {history.Epochs.Count} of {followed.AllEpochs} epochs");
        }

        RunFigures.Record(string.Empty, history);
        if (budget is not null)
        {
            RunFigures.Record("epochs", history.Epochs.Count);
        }
    }
}
