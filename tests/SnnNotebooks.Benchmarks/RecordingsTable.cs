using System.Diagnostics;
using System.Globalization;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Latents;
using SnnNotebooks.Latents.Benchmark;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// The verb <c>recordings</c>: what latent methods know of behaviour, by the protocol of <c>papers/tide-swapvae.dib</c>. Methods that are
/// told conditions or the behaviour learn from the training trials only. Where no behaviour was recorded, how well counts of trials that a
/// model did not learn from are reconstructed, and how well neurons are foretold that it did not see.
/// </summary>
internal static class RecordingsTable
{
    private const int Seed = 1;
    private const int LinearDimensions = 16;
    private const int Factors = 8;
    private const long MostNeighbours = 3_000; // bins that t-SNE and UMAP lay out: a minute on one thread
    private const string Session = "210325"; // the macaque session with single repeats

    /// <summary>Prints a Markdown table for every recording.</summary>
    /// <param name="arguments">The folders of the monkey, the rat and the retina, an NWB file and the folder of macaque V4; a dash leaves
    /// one out. Then beginnings of models' names, for these only.</param>
    /// <returns>0, or 2 where there are not five.</returns>
    public static int Run(string[] arguments)
    {
        if (arguments is not [var monkey, var rat, var retina, var nwb, var cortex, .. var models])
        {
            Console.Error.WriteLine(
                "Expected five paths: recordings MONKEY RAT RETINA NWB V4 [MODEL...]; a dash for one that is left out.");
            return 2;
        }

        set_num_threads(1);
        if (monkey != "-")
        {
            using var reaching = MonkeyReaching.FromArrays(monkey);
            using var reaches = RecordedTrials.Of(reaching);
            Print("monkey", reaches, wide: 3, models);
        }

        if (rat != "-")
        {
            using var stretches = RecordedTrials.Of(MatSpikes.Find(MatFile.Read(Path.Combine(rat, "spikes.mat"))),
                PositionTrack.Read(Path.Combine(rat, "trajectory.videoPositionTracking")));
            Print("rat", stretches, wide: 20, models);
        }

        if (retina != "-")
        {
            using var trials = RecordedTrials.Of(RetinalCells.Load(retina));
            Print("retina", trials, wide: 3, models);
        }

        if (nwb != "-")
        {
            using var counts = TrialCounts.OfStretches(NwbFile.ReadSession(nwb).Units, 0.1, 100);
            using var nothing = new RecordedTrials(counts, zeros([counts.shape[0], counts.shape[1], 0]), []);
            Print("NWB", nothing, wide: 3, models);
        }

        if (cortex != "-")
        {
            using var session = MacaqueV4Session.Read(cortex, Session);
            using var pictures = RecordedTrials.Of(session);
            Print($"macaque V4, {Session}", pictures, wide: 3, models);
        }

        return 0;
    }

    private static void Print(string recording, RecordedTrials trials, double wide, string[] asked)
    {
        var (count, bins, neurons) = (trials.Counts.shape[0], trials.Counts.shape[1], (int)trials.Counts.shape[2]);
        Console.WriteLine($"\n{recording}: {count} trials of {bins} bins, {neurons} neurons; {string.Join(", ", trials.Names)}");
        Console.WriteLine(trials.Names.Count > 0
            ? "| model | told | R2 | 95 % interval | label | s |\n|---|---|---|---|---|---|"
            : "| model | told | R2 of left-out trials | bits per spike of left-out neurons | label | s |\n|---|---|---|---|---|---|");
        var factors = Math.Min(Factors, Math.Min(LinearDimensions, neurons) - 1);
        var linear = new LatentModelOptions(Neurons: neurons, Seed: Seed);
        Smoothing?[] filters = bins > 1 ? [null, Smoothing.Causal(wide)] : [null]; // a trial of one bin has no past
        IEnumerable<Func<ILatentModel>> Filtered(string name, Func<ILatentModel, ILatentModel>? around = null) => filters.Select(
            filter => new Func<ILatentModel>(() =>
            {
                var model = LatentModels.Create(name, linear with { Smoothing = filter });
                return around is null ? model : around(model);
            }));
        static ILatentModel Some(ILatentModel model) => new FittedToSome(model, MostNeighbours);
        Func<ILatentModel>[] models =
        [
            .. Filtered("pca"), () => new FactorAnalysisModel(factors), () => new GpfaModel(new GpfaOptions { Factors = factors }),
            .. new[] { "jpca", "dpca", "rrr" }.SelectMany(name => Filtered(name)), .. Filtered("tsne", Some), .. Filtered("umap", Some),
        ];
        foreach (var make in models)
        {
            using var model = make();
            if (asked.Length > 0 && !Array.Exists(asked, name => model.Name.StartsWith(name, StringComparison.Ordinal)))
            {
                continue;
            }

            var clock = Stopwatch.StartNew();
            string found;
            try
            {
                found = trials.Names.Count > 0 ? Behaviour(model, trials) : Counts(model, trials);
            }
            catch (Exception failure) when (failure is ArgumentException or LatentTrainingException)
            {
                found = $"{failure.Message.ReplaceLineEndings(" ")} | | ";
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {model.Name} | {model.Told} | {found} | {clock.Elapsed.TotalSeconds:0.0} |"));
        }
    }

    private static string Behaviour(ILatentModel model, RecordedTrials trials)
    {
        using var scope = NewDisposeScope();
        if (model is ISupervisedLatentModel { Needs: not LatentSupervision.None })
        {
            FitToTraining(model, trials);
        }
        else
        {
            model.Fit(trials.Counts);
        }

        var embedded = model.Embed(trials.Counts);
        var read = BehaviourDecoding.Linear(embedded, trials.Behaviour, Seed);
        return string.Create(CultureInfo.InvariantCulture,
            $"{read.R2:0.000} | {read.Lowest:0.000} to {read.Highest:0.000} | {Told(embedded, trials)}");
    }

    private static string Counts(ILatentModel model, RecordedTrials trials)
    {
        using var scope = NewDisposeScope();
        var training = FitToTraining(model, trials);
        long[] others = [.. Enumerable.Range(0, (int)trials.Counts.shape[0]).Select(trial => (long)trial).Except(training)];
        var unseen = trials.Counts.index_select(0, tensor(others));
        var residual = (unseen - model.Reconstruct(unseen)).square().sum(ScalarType.Float64);
        var total = (unseen - trials.Counts.index_select(0, tensor(training)).mean([0, 1])).square().sum(ScalarType.Float64);
        var told = Told(model.Embed(trials.Counts), trials);
        var score = new LatentsBenchmark(seed: Seed).Score(model, trials);
        return string.Create(CultureInfo.InvariantCulture,
            $"{1 - (residual / total).ToDouble():0.000} | {score.CoSmoothing:0.000} | {told}");
    }

    private static long[] FitToTraining(ILatentModel model, RecordedTrials trials)
    {
        var training = BehaviourDecoding.TrainingTrials((int)trials.Counts.shape[0], Seed);
        LatentModels.Fit(model, trials.Counts.index_select(0, tensor(training)), trials.Facts.Of(training));
        return training;
    }

    private static string Told(Tensor embedded, RecordedTrials trials)
    {
        if (trials.Labels is not { } labels)
        {
            return "-";
        }

        var told = BehaviourDecoding.Labels(embedded, labels, Seed);
        return string.Create(CultureInfo.InvariantCulture, $"{100 * told.Accuracy:0.0} % (chance {100 * told.Chance:0.0} %)");
    }
}
