using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using SnnNotebooks.Cli.Latents;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Exchange;
using SnnNotebooks.Latents;
using SnnNotebooks.Latents.Controls;
using SnnNotebooks.Latents.Exploration;
using SnnNotebooks.Native;

namespace SnnNotebooks.Cli.Commands;

/// <summary><c>snn latents</c>: a recording's latent space as a page and as files.</summary>
internal static class LatentsCommand
{
    private static readonly Dictionary<string, ControlKind> Controls = new(StringComparer.Ordinal)
    {
        ["shift"] = ControlKind.TimeShift, ["bins"] = ControlKind.BinShuffle, ["trials"] = ControlKind.TrialShuffle,
    };

    public static Command Create()
    {
        var file = new Argument<string>("RECORDING")
        {
            Description = "An NWB 2 file with units or with traces of imaged regions; a MAT file (5 to 7.3) with spike trains or an array; "
                + "a .npy array of counts or of traces such as dF/F, [trials, time, neurons] or [time, neurons]; a CSV of spikes (columns "
                + "unit and time) or with a column for each neuron.",
        };
        var model = new Option<string>("--model")
        {
            Description = $"One of {string.Join(", ", LatentModels.Names)} (default causal).", DefaultValueFactory = _ => "causal",
        };
        model.AcceptOnlyFromAmong([.. LatentModels.Names]);
        var by = new Option<string[]>("--by")
        {
            Description = "What trials differ in: a column of the table of trials (TABLE.COLUMN where several have it), or a .npy or CSV "
                + "file with a value for each trial (or bin). Beside --with such a file is named once for each recording, in order.",
        };
        var trials = new Option<string[]>("--trials")
        {
            Description = "What a trial is: a table of intervals of an NWB or MAT file, or none; of other spike trains a CSV with columns "
                + "start and stop or a .npy file [trials, 2] (seconds); of an array [time, neurons] such a CSV, or a .npy file of "
                + "lengths in bins. Beside --with such a file is named once for each recording, in order.",
        };
        var shortest = Positive<double?>("--shortest", "Trials of a table that last less, in seconds, are left out.");
        var width = Positive<double?>("--bin", "Seconds per bin (default 0.05 of spike times, a frame of traces in an NWB file).");
        var stretch = Positive<int?>("--bins", "Bins of a stretch, where nothing is said of trials (default 100).");
        var axes = new Option<string?>("--axes")
        {
            Description = "What the axes of an array are, where they are not trials,time,neurons or time,neurons: neurons,time,trials ...",
        };
        var area = new Option<string?>("--area") { Description = "Only units of this region." };
        var rate = new Option<double?>("--least-rate")
        {
            Description = "Units that fire less often are left out, in spikes per second (default 0.5).",
        };
        var rates = new Option<bool>("--rates") { Description = "The array holds spikes per second; with --bin they become counts." };
        var traces = new Option<bool>("--traces")
        {
            Description = "The numbers are continuous traces (dF/F, deconvolved, z-scored), no counts; where some are negative this is "
                + "understood. Each neuron's are divided by their standard deviation.",
        };
        var series = new Option<string?>("--series")
        {
            Description = "The series of imaged regions' traces of an NWB file, where it has several, or units, too.",
        };
        var dimensions = Positive<int?>("--dimensions", "Latent numbers per bin (default: the model's own).");
        var iterations = Positive<int?>("--iterations", "Of models trained by gradient (default: the model's own).");
        var control = new Option<string>("--control")
        {
            Description = "The control beside the recording: shift (default; each neuron turned round in time), bins (each neuron's bins "
                + "shuffled), trials (each neuron's trials shuffled within their condition).",
            DefaultValueFactory = _ => "shift",
        };
        control.AcceptOnlyFromAmong([.. Controls.Keys]);
        var seed = new Option<int>("--seed") { Description = "Of model, control and draws (default 0)." };
        var seeds = Positive<int?>("--seeds", "Fits of different seeds that are compared (default 3).");
        var quick = new Option<bool>("--no-checks") { Description = "Leave out the checks, which fit the model a dozen times more." };
        var others = new Option<string[]>("--with")
        {
            Description = "A recording of another session or animal, to be compared by the conditions of --by; may be repeated.",
        };
        var output = new Option<string?>("--out")
        {
            Description = "The page (default RECORDING-latents.html here); the embedding lies beside it, as .npy and .parquet.",
        };
        var command = new Command("latents", "Explores a recording's latent space: a page to turn, brush and compare, and the embedding.")
        {
            file, model, by, trials, shortest, width, stretch, axes, area, rate, rates, traces, series, dimensions, iterations, control,
            seed, seeds, quick, others, output,
        };
        command.SetAction(parsed =>
        {
            string[] paths = [parsed.GetValue(file)!, .. parsed.GetValue(others) ?? []];
            var usual = new TrialRecordingOptions();
            var cut = usual with
            {
                Shortest = parsed.GetValue(shortest) ?? usual.Shortest, BinWidth = parsed.GetValue(width),
                Bins = parsed.GetValue(stretch) ?? usual.Bins, Area = parsed.GetValue(area),
                LeastRate = parsed.GetValue(rate) ?? usual.LeastRate, AreRates = parsed.GetValue(rates), Axes = parsed.GetValue(axes),
                AreTraces = parsed.GetValue(traces), Series = parsed.GetValue(series),
            };
            var how = new ExplorationOptions();
            how = how with
            {
                Model = parsed.GetValue(model)!, Dimensions = parsed.GetValue(dimensions), Iterations = parsed.GetValue(iterations),
                Control = Controls[parsed.GetValue(control)!], Seed = parsed.GetValue(seed), Seeds = parsed.GetValue(seeds) ?? how.Seeds,
                Checks = !parsed.GetValue(quick),
            };
            if ((Unclear(paths.Length, "--by", parsed.GetValue(by)) ?? Unclear(paths.Length, "--trials", parsed.GetValue(trials)))
                is { } unclear)
            {
                Console.Error.WriteLine(unclear.Shown());
                return ExitCode.Usage;
            }

            return Run([.. paths.Select((path, place) => (path, cut with
                {
                    By = Of(place, parsed.GetValue(by)), Trials = Of(place, parsed.GetValue(trials)),
                }))], how, parsed.GetValue(output) ?? $"{Path.GetFileNameWithoutExtension(paths[0])}-latents.html");
        });
        return command;
    }

    /// <summary>What an option says of a recording: it is given once for all, or once for each.</summary>
    private static string? Of(int place, string[]? given) => given is { Length: > 0 } ? given[Math.Min(place, given.Length - 1)] : null;

    /// <summary>Why an option cannot be told apart among recordings; null where it can. A file speaks of one recording.</summary>
    private static string? Unclear(int recordings, string option, string[]? given) =>
        given is null || given.Length == 0 || given.Length == recordings ? null
        : given.Length == 1 && !File.Exists(given[0]) ? null
        : $"{option} was given {given.Length} times for {recordings} recordings; expected a name that holds for all, or a file for each, "
            + "in the order of RECORDING and --with.";

    private static Option<T> Positive<T>(string name, string description)
    {
        var option = new Option<T>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<T>() is IConvertible number
                && !(number.ToDouble(CultureInfo.InvariantCulture) is > 0 and < double.PositiveInfinity))
            {
                result.AddError($"{name} must be above 0.");
            }
        });
        return option;
    }

    /// <summary>Whether an input is the file that an output would replace, links followed.</summary>
    private static bool IsSame(string? input, string output) => input is not null && File.Exists(input) && File.Exists(output)
        && Place(input) == Place(output);

    private static string Place(string path) => Path.GetFullPath(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);

    private static int Run((string Path, TrialRecordingOptions Cut)[] recordings, ExplorationOptions how, string page)
    {
        var ((path, cut), others) = (recordings[0], recordings[1..]);
        if (recordings.Select(own => own.Path).FirstOrDefault(name => !File.Exists(name)) is { } missing)
        {
            Console.Error.WriteLine($"{missing} is no file; expected an NWB 2, MAT, .npy or CSV recording.");
            return ExitCode.Usage;
        }

        if (others.Length > 0 && cut.By is null)
        {
            Console.Error.WriteLine("--with compares recordings by their conditions: say by --by what their trials differ in.");
            return ExitCode.Usage;
        }

        string[] outputs = [page, Beside(page, ".npy"), Beside(page, ".parquet")];
        if (outputs.FirstOrDefault(output => recordings.SelectMany(own => new[] { own.Path, own.Cut.By, own.Cut.Trials })
            .Any(input => IsSame(input, output))) is { } lost)
        {
            Console.Error.WriteLine($"{lost} would be written over, and is read here: give the page another name by --out.".Shown());
            return ExitCode.Usage;
        }

        LibTorch.EnsureLoaded();
        var watch = Stopwatch.StartNew();
        void Say(string what) => Console.Error.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds,7:0.0} s  {what}").Shown());
        try
        {
            foreach (var written in outputs)
            {
                AtomicFile.EnsureWritable(written);
            }

            Say($"reading {Path.GetFileName(path)}");
            using var recording = TrialRecording.Open(path, cut);
            recording.Remarks.ToList().ForEach(Say);
            using var exploration = LatentExploration.Of(recording, how, new Steps(Say));
            var across = others.Length > 0 ? OtherRecordings.Compare(exploration, others, Say) : null;
            NumpyWriter.Write(Beside(page, ".npy"), exploration.Latents);
            EmbeddingTable.Write(Beside(page, ".parquet"), exploration);
            LatentsReport.Write(page, exploration, across, watch.Elapsed);
            Say("written");
            Report(exploration, across, page);
            return ExitCode.Success;
        }
        catch (ArgumentException wrong)
        {
            // which argument of which method is no word for a shell
            Console.Error.WriteLine(wrong.Message.Replace($" (Parameter '{wrong.ParamName}')", null, StringComparison.Ordinal).Shown());
            return ExitCode.Usage;
        }
        catch (Exception failed) when (failed is DatasetException or LatentTrainingException or IOException
            or UnauthorizedAccessException or OutOfMemoryException)
        {
            Console.Error.WriteLine(failed.Message.Shown());
            return ExitCode.Failure;
        }
    }

    private static void Report(LatentExploration exploration, AcrossRecordings? across, string page)
    {
        var (recording, latents) = (exploration.Recording, exploration.Latents);
        Console.WriteLine(
            $"{recording.Name}: {recording.Counts.shape[0]} {recording.TrialName}, {recording.Counts.shape[1]} bins, "
            + $"{recording.Counts.shape[2]} of {recording.Recorded} neurons");
        Console.WriteLine($"{exploration.Model}: {latents.shape[2]} latent numbers per bin");
        if (exploration.Decoding is { } decoding)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{recording.ConditionName}: told in {100 * decoding.Accuracy.Max():0.0} % of trials in the best bin, chance "
                + $"{100 * decoding.Chance:0.0} %"));
        }

        if (exploration.Checks?.Dimensions is { } dimensions)
        {
            Console.WriteLine(
                $"{dimensions.Best} dimensions foretell left-out trials and neurons best, {dimensions.Fewest} nearly as well");
        }

        if (across is not null)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"across recordings: R2 {across.Recordings.HeldOutMean:0.000} on held-out conditions, controls "
                + $"{across.Controls.HeldOutMean:0.000}, conditions shuffled {across.Shuffled.Value:0.000} "
                + $"({across.Shuffled.Lowest:0.000} to {across.Shuffled.Highest:0.000})"));
        }

        if (recording.Conditions is null && recording.Table.Count > 0)
        {
            Console.WriteLine($"Conditions: none. --by takes one of {string.Join(", ", recording.Table.Select(column => column.Name))}"
                .Shown());
        }

        foreach (var written in new[] { page, Beside(page, ".npy"), Beside(page, ".parquet") })
        {
            Console.WriteLine($"  {written}");
        }
    }

    private static string Beside(string page, string extension) => Path.ChangeExtension(page, extension);

    private sealed class Steps(Action<string> say) : IProgress<ExplorationProgress>
    {
        public void Report(ExplorationProgress value) => say($"[{value.Step}/{value.Steps}] {value.Stage}");
    }
}
