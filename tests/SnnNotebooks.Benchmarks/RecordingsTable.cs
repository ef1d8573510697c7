using System.Globalization;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Latents;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// The verb <c>recordings</c>: what latent methods know of behaviour, by the protocol of <c>papers/tide-swapvae.dib</c>. Methods that are
/// told conditions or the behaviour learn from the training trials only.
/// </summary>
internal static class RecordingsTable
{
    private const int Seed = 1;
    private const int LinearDimensions = 16;
    private const int Factors = 8;

    /// <summary>Prints a Markdown table for every recording.</summary>
    /// <param name="folders">The folders of the monkey, the rat and the retina, and an NWB file; a dash leaves one out.</param>
    /// <returns>0, or 2 where there are not four.</returns>
    public static int Run(IReadOnlyList<string> folders)
    {
        if (folders is not [var monkey, var rat, var retina, var nwb])
        {
            Console.Error.WriteLine("Expected four paths: recordings MONKEY RAT RETINA NWB; a dash for one that is left out.");
            return 2;
        }

        set_num_threads(1);
        if (monkey != "-")
        {
            using var reaching = MonkeyReaching.FromArrays(monkey);
            using var reaches = RecordedTrials.Of(reaching);
            Print("monkey", reaches, wide: 3);
        }

        if (rat != "-")
        {
            using var stretches = RecordedTrials.Of(MatSpikes.Find(MatFile.Read(Path.Combine(rat, "spikes.mat"))),
                PositionTrack.Read(Path.Combine(rat, "trajectory.videoPositionTracking")));
            Print("rat", stretches, wide: 20);
        }

        if (retina != "-")
        {
            using var trials = RecordedTrials.Of(RetinalCells.Load(retina));
            Print("retina", trials, wide: 3);
        }

        if (nwb != "-")
        {
            // no behaviour is in it: that the methods run is all that is shown
            using var counts = TrialCounts.OfStretches(NwbFile.ReadSession(nwb).Units, 0.1, 100);
            using var nothing = new RecordedTrials(counts, zeros_like(counts[.., .., ..1]), ["nothing"]);
            Print("NWB", nothing, wide: 3);
        }

        return 0;
    }

    private static void Print(string recording, RecordedTrials trials, double wide)
    {
        var (count, bins, neurons) = (trials.Counts.shape[0], trials.Counts.shape[1], (int)trials.Counts.shape[2]);
        Console.WriteLine($"\n{recording}: {count} trials of {bins} bins, {neurons} neurons; {string.Join(", ", trials.Names)}");
        Console.WriteLine("| model | told | R2 | 95 % interval | label |\n|---|---|---|---|---|");
        var filter = Smoothing.Causal(wide);
        var factors = Math.Min(Factors, Math.Min(LinearDimensions, neurons) - 1);
        var linear = new LatentModelOptions(Neurons: neurons, Seed: Seed);
        Func<ILatentModel>[] models =
        [
            () => LatentModels.Create("pca", linear), () => LatentModels.Create("pca", linear with { Smoothing = filter }),
            () => new FactorAnalysisModel(factors), () => new GpfaModel(new GpfaOptions { Factors = factors }),
            .. new[] { "jpca", "dpca", "rrr", "tsne", "umap" }.SelectMany(name => new Func<ILatentModel>[]
            {
                () => LatentModels.Create(name, linear), () => LatentModels.Create(name, linear with { Smoothing = filter }),
            }),
        ];
        foreach (var make in models)
        {
            using var model = make();
            try
            {
                Console.WriteLine(Line(model, trials));
            }
            catch (Exception failure) when (failure is ArgumentException or LatentTrainingException)
            {
                Console.WriteLine($"| {model.Name} | {model.Told} | {failure.Message.ReplaceLineEndings(" ")} | | |");
            }
        }
    }

    private static string Line(ILatentModel model, RecordedTrials trials)
    {
        using var scope = NewDisposeScope();
        if (model is ISupervisedLatentModel { Needs: not LatentSupervision.None })
        {
            var training = BehaviourDecoding.TrainingTrials((int)trials.Counts.shape[0], Seed);
            LatentModels.Fit(model, trials.Counts.index_select(0, tensor(training)), trials.Facts.Of(training));
        }
        else
        {
            model.Fit(trials.Counts);
        }

        var embedded = model.Embed(trials.Counts);
        var read = BehaviourDecoding.Linear(embedded, trials.Behaviour, Seed);
        var told = trials.Labels is { } labels
            ? (100 * BehaviourDecoding.Labels(embedded, labels, Seed).Accuracy).ToString("0.0 '%'", CultureInfo.InvariantCulture)
            : "-";
        return string.Create(CultureInfo.InvariantCulture,
            $"| {model.Name} | {model.Told} | {read.R2:0.000} | {read.Lowest:0.000} to {read.Highest:0.000} | {told} |");
    }
}
