using System.Globalization;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Latents;
using SnnNotebooks.Latents.Benchmark;
using static TorchSharp.torch;

namespace SnnNotebooks.Benchmarks;

/// <summary>
/// The verb <c>nlb</c>: the kit's latent models by the scores of the Neural Latents Benchmark, on a monkey's reaches and a rat on a track.
/// </summary>
internal static class LatentsTable
{
    private const int Iterations = 300;
    private const int LongTrial = 60; // bins that TiDe-SwapVAE's windows and offsets ask for

    /// <summary>Prints a Markdown table for every recording.</summary>
    /// <param name="arguments">The folders of the monkey's arrays and of the rat's files, a dash for one that is left out; then beginnings
    /// of models' names, for these only.</param>
    /// <returns>0, or 2 where there are not two folders.</returns>
    public static int Run(string[] arguments)
    {
        if (arguments is not [var monkey, var rat, .. var models])
        {
            Console.Error.WriteLine("Expected two folders: nlb MONKEY RAT [MODEL...].");
            return 2;
        }

        set_num_threads(1);
        if (monkey != "-")
        {
            using var reaching = MonkeyReaching.FromArrays(monkey);
            using var reaches = RecordedTrials.Of(reaching);
            Print("monkey", reaches, models);
        }

        if (rat != "-")
        {
            using var stretches = RecordedTrials.Of(MatSpikes.Find(MatFile.Read(Path.Combine(rat, "spikes.mat"))),
                PositionTrack.Read(Path.Combine(rat, "trajectory.videoPositionTracking")));
            Print("rat", stretches, models);
        }

        return 0;
    }

    private static void Print(string recording, RecordedTrials trials, string[] asked)
    {
        var (benchmark, bins) = (new LatentsBenchmark(), (int)trials.Counts.shape[1]);
        Console.WriteLine(
            $"{recording}: {trials.Counts.shape[0]} trials of {trials.Counts.shape[1]} bins, {trials.Counts.shape[2]} neurons");
        Console.WriteLine("| model | told | co-bps | PSTH R2 | behaviour R2 |\n|---|---|---|---|---|");
        Func<ILatentModel>[] models =
        [
            () => new PcaModel(10), () => new PcaModel(10, Smoothing.Causal(3)), () => new PcaModel(10, Smoothing.Gaussian(2)),
            () => new FactorAnalysisModel(10), () => new SklearnFactorAnalysis(10), () => new GpfaModel(new GpfaOptions { Factors = 10 }),
            .. new[] { "jpca", "dpca", "rrr", "tsne", "umap" }.Select(name => new Func<ILatentModel>(
                () => LatentModels.Create(name, new LatentModelOptions(Smoothing: Smoothing.Causal(3))))),
            () => new LfadsModel(new LfadsOptions { Iterations = Iterations }),
            () => new SwapVaeModel(), () => new PiVaeModel(), () => new CebraModel(), () => new MyowModel(),
            () => new TideSwapVaeModel(bins > LongTrial
                ? new TideSwapVaeOptions { Iterations = Iterations }
                : new TideSwapVaeOptions { Iterations = Iterations, Window = bins - 2, LargestOffset = 1 }),
        ];
        foreach (var make in models)
        {
            using var model = make();
            if ((model is DemixedPcaModel && trials.Labels is null) // there is nothing to demix
                || (asked.Length > 0 && !Array.Exists(asked, name => model.Name.StartsWith(name, StringComparison.Ordinal))))
            {
                continue;
            }

            var score = benchmark.Score(model, trials);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {score.Model} | {model.Told} | {score.CoSmoothing:0.000} | {score.Psth:0.000} | {score.Velocity:0.000} |"));
        }
    }
}
