using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SnnNotebooks.Exchange;
using SnnNotebooks.Native;
using SnnNotebooks.Similarity;
using static TorchSharp.torch;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn similarity</c>: scores a model's responses against neurons' by one metric.</summary>
internal static class SimilarityCommand
{
    private static readonly JsonSerializerOptions OneLine = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create()
    {
        var metric = new Argument<string>("METRIC") { Description = $"One of {string.Join(", ", SimilarityMetrics.Names)}." };
        metric.AcceptOnlyFromAmong([.. SimilarityMetrics.Names]);
        var model = new Argument<string>("A.npy") { Description = "The model's responses, a row for each stimulus." };
        var neural = new Argument<string>("B.npy") { Description = "The neurons' responses to the same stimuli." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object; the score is null where it is undefined." };
        var keep = new Option<bool>("--keep-neural") { Description = "svcca: leave B as it is instead of reducing it (the macaque form)." };
        var components = new Option<int?>("--components")
        {
            Description =
                "svcca, regression, r2: components that wider matrices are reduced to (default 40); pls: components fitted (default 25).",
        };
        components.AtLeast(1);
        var randomised = new Option<bool>("--randomised")
        {
            Description = "svcca, regression: reduce with scikit-learn's randomised SVD instead of the exact one.",
        };
        var folds = new Option<int?>("--folds")
        {
            Description = "regression, r2: cross-validate in so many folds (default: leave-one-out for regression, in-sample for r2).",
        };
        folds.AtLeast(2);
        var inside = new Option<bool>("--reduce-inside-folds")
        {
            Description = "regression, r2: fit the reduction, too, without the held-out stimuli.",
        };
        var ties = new Option<string>("--ties")
        {
            Description = "rsa, tsrsa, stsrsa: ranks of equal distances, ordinal (default) or average.",
            DefaultValueFactory = _ => "ordinal",
        };
        ties.AcceptOnlyFromAmong("ordinal", "average");
        var single = new Option<bool>("--float32")
        {
            Description = "rsa, tsrsa: products of stimuli in float32, in about half the time; close distances may change places.",
        };
        var labels = new Option<string?>("--labels")
        {
            Description =
                "pls, rdm-cv, cka-cv: a text file with the object of each stimulus, one a line: every split holds out its share of each "
                + "(default: splits at random).",
        };
        var repeats = new Option<string?>("--repeats")
        {
            Description = "pls: B's single trials, R.npy [repeats, stimuli, neurons]: add the ceiling, their internal consistency.",
        };
        var bootstrap = Number("--bootstrap", 0, 0, "Add a 95 % interval from so many draws of the stimuli.");
        var permutations = Number("--permutations", 0, 0, "Add the p-value of so many shuffles of the stimuli.");
        var seed = new Option<uint>("--seed")
        {
            Description = "Seed of folds, splits, randomised reduction and resampling (default 2022).",
            DefaultValueFactory = _ => SimilarityMetrics.Seed,
        };
        var command = new Command("similarity", "Scores how alike a model's and neurons' responses to the same stimuli are.")
        {
            metric, model, neural, json, keep, components, randomised, folds, inside, ties, single, labels, repeats, bootstrap,
            permutations, seed,
        };
        Refuse(command, metric,
            (keep, ["svcca"]), (components, ["svcca", "regression", "r2", "pls"]), (randomised, ["svcca", "regression"]),
            (folds, ["regression", "r2"]), (inside, ["regression", "r2"]), (ties, ["rsa", "tsrsa", "stsrsa"]),
            (single, ["rsa", "tsrsa"]), (labels, ["pls", "rdm-cv", "cka-cv"]), (repeats, ["pls"]));
        command.SetAction(parsed =>
        {
            var options = new MetricOptions(
                parsed.GetValue(components),
                parsed.GetValue(keep),
                parsed.GetValue(randomised),
                parsed.GetValue(folds),
                parsed.GetValue(inside),
                parsed.GetValue(ties) == "average" ? RankTies.Average : RankTies.Ordinal,
                parsed.GetValue(seed),
                Products: parsed.GetValue(single) ? ProductPrecision.Single : ProductPrecision.Double);
            var files = new Files(parsed.GetValue(model)!, parsed.GetValue(neural)!, parsed.GetValue(labels), parsed.GetValue(repeats));
            return Run(new Request(parsed.GetValue(metric)!, files, options, parsed.GetValue(bootstrap), parsed.GetValue(permutations)),
                parsed.GetValue(json));
        });
        return command;
    }

    /// <summary>Has a command refuse options that its metric does not have: a score without them would not be the one asked for.</summary>
    private static void Refuse(Command command, Argument<string> metric, params (Option Option, string[] Metrics)[] special) =>
        command.Validators.Add(result =>
        {
            if (result.GetResult(metric) is not { Tokens: [{ Value: var chosen }] })
            {
                return;
            }

            foreach (var (option, metrics) in special)
            {
                if (result.GetResult(option) is { Implicit: false } && !metrics.Contains(chosen))
                {
                    result.AddError($"{option.Name} is an option of {string.Join(", ", metrics)}; {chosen} has none: leave it out.");
                }
            }
        });

    private static Option<int> Number(string name, int fallback, int least, string description)
    {
        var option = new Option<int>(name) { Description = $"{description} Default {fallback}.", DefaultValueFactory = _ => fallback };
        option.AtLeast(least);
        return option;
    }

    private static int Run(Request request, bool json)
    {
        var files = request.Files;
        foreach (var (path, expected) in new[]
        {
            (files.Model, "a NumPy array [stimuli, features] (.npy)"),
            (files.Neural, "a NumPy array [stimuli, features] (.npy)"),
            (files.Labels, "a text file with the object of each stimulus, one a line"),
            (files.Repeats, "a NumPy array [repeats, stimuli, neurons] (.npy)"),
        })
        {
            if (path is not null && !File.Exists(path))
            {
                Console.Error.WriteLine($"There is no file {path}; expected {expected}.");
                return ExitCode.Usage;
            }
        }

        LibTorch.EnsureLoaded();
        try
        {
            Report(Scored(request), json);
            return ExitCode.Success;
        }
        catch (ArgumentException refused) when (request.Options.ReduceInsideFolds && request.Metric is "r2"
            && request.Options.Folds is null)
        {
            Console.Error.WriteLine($"{refused.Message} Give --folds.");
            return ExitCode.Usage;
        }
        catch (Exception failed) when (failed is InvalidDataException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            Console.Error.WriteLine(failed.Sentence());
            return ExitCode.Failure;
        }
    }

    private static Result Scored(Request request)
    {
        var (a, b, labels, repeats) = request.Files;
        var metric = SimilarityMetrics.Create(
            request.Metric, labels is null ? request.Options : request.Options with { Labels = File.ReadAllLines(labels) });
        using var model = ResponseMatrix.Open(a);
        using var neural = ResponseMatrix.Open(b);
        if (model.Rows != neural.Rows)
        {
            throw new ArgumentException(
                $"{a} has {model.Rows} rows and {b} has {neural.Rows}: rows are stimuli, the same ones in the same order in both files.");
        }

        using var left = metric.RepresentModel(model);
        using var right = metric.RepresentNeural(neural);
        var score = metric.Compare(left, right);
        var interval = request.Bootstrap > 0
            ? Resampling.Bootstrap(metric, left, right, request.Bootstrap, seed: request.Options.Seed)
            : null;
        var test = request.Permutations > 0 ? Resampling.Permute(metric, left, right, request.Permutations, request.Options.Seed) : null;
        var ceiling = repeats is null ? null : Ceiling(repeats, neural, request.Options.Seed);
        return new Result(score, model.Rows, model.Columns, neural.Columns, interval, test, ceiling,
            request.Bootstrap > 0 && score.Value is not null && interval is null);
    }

    private static NoiseCeiling Ceiling(string path, ResponseMatrix neural, uint seed)
    {
        using var scope = NewDisposeScope();
        var trials = NumpyArray.Parse(File.ReadAllBytes(path), path);
        return trials.Shape.Count == 3 && trials.Shape[1] == neural.Rows && trials.Shape[2] == neural.Columns
            ? NoiseCeiling.Of(RepeatHalves.Scores(trials.ToTensor(), seed: seed))
            : throw new ArgumentException(
                $"{path} is [{string.Join(", ", trials.Shape)}]; expected [repeats, stimuli, neurons], here [repeats, {neural.Rows}, "
                + $"{neural.Columns}].");
    }

    private static void Report(Result result, bool json)
    {
        var (score, interval, test, ceiling) = (result.Score, result.Interval, result.Test, result.Ceiling);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    metric = score.Metric,
                    score = score.Value,
                    undefined = score.Undefined,
                    stimuli = result.Stimuli,
                    features = result.Features,
                    neurons = result.Neurons,
                    interval = interval is null ? null : new[] { interval.Low, interval.High },
                    p = test?.P,
                    ceiling = ceiling?.Mean,
                    normalised = ceiling?.Normalise(score),
                    parts = score.Parts,
                },
                OneLine));
            return;
        }

        var value = score.Value is { } number ? number.ToString("0.000000", CultureInfo.InvariantCulture) : $"undefined: {score.Undefined}";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{score.Metric} {value} ({result.Stimuli} stimuli, {result.Features} features, {result.Neurons} neurons)"));
        if (result.IntervalMissing)
        {
            Console.WriteLine("no interval: no draw of the stimuli has a score (too few different ones in each)");
        }

        if (interval is not null)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"95 % interval {interval.Low:0.000000} to {interval.High:0.000000}, stimuli drawn {interval.Resampled.Count} times"));
        }

        if (test is not null)
        {
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"p = {test.P:0.0000}, stimuli shuffled {test.Null.Count} times"));
        }

        if (ceiling is not null)
        {
            var share = ceiling.Normalise(score) is { } normalised
                ? string.Create(CultureInfo.InvariantCulture, $", the score is {normalised:0.000000} of it")
                : "";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"ceiling {ceiling.Mean:0.000000} (internal consistency of the repeats){share}"));
        }
    }

    private sealed record Files(string Model, string Neural, string? Labels, string? Repeats);

    private sealed record Request(string Metric, Files Files, MetricOptions Options, int Bootstrap, int Permutations);

    private sealed record Result(SimilarityScore Score, long Stimuli, long Features, long Neurons, ConfidenceInterval? Interval,
        PermutationTest? Test, NoiseCeiling? Ceiling, bool IntervalMissing);
}
