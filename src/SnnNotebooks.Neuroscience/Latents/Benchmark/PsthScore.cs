using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents.Benchmark;

/// <summary>How well rates give the neurons' mean response to each condition (NLB's PSTH R2).</summary>
public static class PsthScore
{
    /// <summary>R2 over all conditions and bins, the mean over neurons.</summary>
    /// <param name="psth">[C, T, N]: the mean response to each condition; NaN in its first neuron for bins that do not count.</param>
    /// <param name="rates">[trials, T, N]: predicted rates.</param>
    /// <param name="trials">Of each condition its trials, from 0; a condition without any is left out.</param>
    /// <param name="jitter">By how many bins each trial is moved to later times before the mean (earlier where negative); null for
    /// none.</param>
    /// <returns>At most 1.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit, no condition has a trial, or a rate is NaN in a bin that counts.</exception>
    public static double R2(Tensor psth, Tensor rates, IReadOnlyList<IReadOnlyList<int>> trials, IReadOnlyList<int>? jitter = null)
    {
        ArgumentNullException.ThrowIfNull(psth);
        ArgumentNullException.ThrowIfNull(rates);
        ArgumentNullException.ThrowIfNull(trials);
        if (psth.dim() != 3 || rates.dim() != 3 || psth.shape[0] != trials.Count
            || !psth.shape.AsSpan(1).SequenceEqual(rates.shape.AsSpan(1))
            || (jitter is not null && jitter.Count != rates.shape[0])
            || trials.Any(of => of.Any(trial => trial < 0 || trial >= rates.shape[0])))
        {
            throw new ArgumentException(
                $"Mean responses are [{string.Join(", ", psth.shape)}], rates [{string.Join(", ", rates.shape)}], with trials of "
                + $"{trials.Count} conditions{(jitter is null ? "" : $" and {jitter.Count} jitters")}; expected [C, T, N], [trials, T, N], "
                + "and trials within them.", nameof(rates));
        }

        using var scope = NewDisposeScope();
        var (truth, predicted) = (psth.to(float64), rates.to(float64));
        var moved = jitter is null
            ? predicted
            : stack([.. jitter.Select((bins, trial) => Moved(predicted[trial], bins))]);
        List<Tensor> truths = [], predictions = [];
        foreach (var (of, condition) in trials.Select((of, condition) => (of, condition)).Where(pair => pair.of.Count > 0))
        {
            var counted = truth[condition].select(1, 0).isnan().logical_not();
            truths.Add(truth[condition][counted]);
            predictions.Add(moved.index_select(0, tensor(of.Select(trial => (long)trial).ToArray())).mean([0])[counted]);
        }

        if (truths.Count == 0)
        {
            throw new ArgumentException("No condition has a trial.", nameof(trials));
        }

        var (known, found) = (cat(truths, 0), cat(predictions, 0));
        return found.isfinite().all().item<bool>() && known.isfinite().all().item<bool>()
            ? Explained.R2(known, found)
            : throw new ArgumentException("A rate or a mean response is NaN or infinite in a bin that counts.", nameof(rates));
    }

    private static Tensor Moved(Tensor trial, int bins)
    {
        var gap = full(Math.Min(Math.Abs(bins), trial.shape[0]), trial.shape[1], double.NaN, dtype: float64);
        var kept = trial.shape[0] - gap.shape[0];
        return bins switch
        {
            0 => trial,
            > 0 => cat([gap, trial.narrow(0, 0, kept)], 0),
            _ => cat([trial.narrow(0, gap.shape[0], kept), gap], 0),
        };
    }
}
