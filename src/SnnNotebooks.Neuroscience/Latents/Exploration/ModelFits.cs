using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Latents.Controls;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents.Exploration;

/// <summary>Fits one model again and again: with other seeds, to halves, to controls.</summary>
internal sealed class ModelFits(ExplorationOptions options, TrialRecording recording)
{
    private const int MostTrajectories = 100; // without conditions, single stretches stand for themselves
    private const double SmoothWidth = 2; // bins

    private readonly string[] conditions = [.. recording.Conditions?.Distinct() ?? []];

    /// <summary>Fits to counts and embeds them.</summary>
    public (Tensor Latents, string Name, string Citation, JpcaFit? Rotations) Fitted(Tensor counts, int seed) =>
        Fitted(counts, counts, seed);

    /// <summary>All checks of counts, of the recording or its control.</summary>
    /// <param name="counts">[trials, T, N].</param>
    /// <param name="latents">Of the model fitted to all of them with the first seed.</param>
    public ExplorationChecks Checked(Tensor counts, Tensor latents)
    {
        using var scope = NewDisposeScope();
        var (trials, bins, neurons) = (counts.shape[0], counts.shape[1], counts.shape[2]);
        (string, Tensor)[] seeds = [($"seed {options.Seed}", latents), .. Enumerable.Range(1, Math.Max(1, options.Seeds - 1))
            .Select(more => ($"seed {options.Seed + more}", Fitted(counts, options.Seed + more).Latents))];
        ConsistencyTable? halves = null, parts = null;
        if (trials >= 4)
        {
            (string, Tensor) Half(int of)
            {
                using var half = counts.index_select(0, arange(of, trials, 2, dtype: int64));
                return (of == 0 ? "even trials" : "odd trials", Fitted(half, counts, options.Seed, of).Latents);
            }

            halves = LatentConsistency.Between([Half(0), Half(1)]);
        }

        if (neurons >= 4)
        {
            (string, Tensor) Part(int of)
            {
                using var part = counts.index_select(2, arange(of, neurons, 2, dtype: int64));
                return (of == 0 ? "even neurons" : "odd neurons", Fitted(part, options.Seed).Latents);
            }

            parts = LatentConsistency.Between([Part(0), Part(1)]);
        }

        return new ExplorationChecks(
            LatentConsistency.Between(seeds), halves, parts,
            BiCrossValidation.HasEnough(counts) ? BiCrossValidation.Choose(counts, options.MostDimensions, seed: options.Seed) : null,
            SmoothedDimensionality(counts),
            Dimensionality.ParticipationRatio(latents, seed: options.Seed),
            bins < 3 ? null : Tangled(latents));
    }

    private (Tensor Latents, string Name, string Citation, JpcaFit? Rotations) Fitted(
        Tensor training, Tensor embedded, int seed, int? half = null)
    {
        using var model = LatentModels.Create(options.Model, new LatentModelOptions(
            Bins: (int)training.shape[1], Neurons: (int)training.shape[2], Dimensions: options.Dimensions,
            Iterations: options.Iterations, Seed: seed));
        LatentModels.Fit(model, training, Facts(half));
        return (model.Embed(embedded), model.Name, model.Citation, (model as JpcaModel)?.Dynamics);
    }

    private TrialFacts Facts(int? half)
    {
        if (recording.Conditions is not { } own)
        {
            return new TrialFacts();
        }

        var levels = own.Where((_, trial) => half is null || trial % 2 == half).Select(name => Array.IndexOf(conditions, name));
        return new TrialFacts { Factors = [new TrialFactor(recording.ConditionName ?? "condition", [.. levels])] };
    }

    private Estimate SmoothedDimensionality(Tensor counts)
    {
        using var smooth = Smoothing.Gaussian(SmoothWidth).Apply(counts);
        return Dimensionality.ParticipationRatio(smooth, seed: options.Seed);
    }

    private Estimate Tangled(Tensor latents)
    {
        var width = recording.BinWidth ?? 1;
        if (recording.Conditions is not null || recording.Repeats)
        {
            return Tangling.Percentile90(latents, recording.Conditions, width, seed: options.Seed);
        }

        var every = Math.Max(1, latents.shape[0] / MostTrajectories);
        var some = latents.index_select(0, arange(0, latents.shape[0], every, dtype: int64));
        return Tangling.Percentile90OfEach(some, width, seed: options.Seed);
    }
}
