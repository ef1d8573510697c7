using SnnNotebooks.Datasets.Synthetic;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents.Benchmark;

/// <summary>Scores of a latent model on a recording, as the Neural Latents Benchmark defines them.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="CoSmoothing">Bits per spike of neurons it did not see, on trials it did not see.</param>
/// <param name="Psth">R2 of the mean response to each label; null where trials have no labels.</param>
/// <param name="Velocity">R2 of the behaviour, read linearly from the rates; null where none is known.</param>
/// <param name="TestTrials">Trials that were scored.</param>
/// <param name="HeldOut">Neurons that the model did not see.</param>
public sealed record BenchmarkScore(string Model, double CoSmoothing, double? Psth, double? Velocity, int TestTrials, int HeldOut);

/// <summary>
/// The Neural Latents Benchmark (F. Pei, J. Ye et al., NeurIPS 2021) on recordings at hand. A model learns from the held-in neurons of the
/// training trials; Poisson regression maps its latent numbers to the rates of all neurons, fitted to the training trials, as the
/// benchmark's baselines do. Supervised models are told the labels and the behaviour of the training trials. Forward prediction is not
/// scored: no model here runs beyond the bins it is given
/// (<see cref="SpikeLikelihood.BitsPerSpike"/> scores rates that go on).
/// </summary>
/// <param name="heldOut">Share of the neurons that is held out, drawn at random.</param>
/// <param name="test">Share of the trials that is scored.</param>
/// <param name="seed">Which neurons and trials.</param>
public sealed class LatentsBenchmark(double heldOut = 0.25, double test = 0.2, int seed = 0)
{
    private const int Stream = 93;

    /// <summary>Fits and scores a model.</summary>
    /// <param name="model">Not fitted yet; the caller disposes it.</param>
    /// <param name="trials">The recording.</param>
    /// <returns>Bits per spike on neurons and trials it did not see, and R2 where there are labels or behaviour.</returns>
    /// <exception cref="ArgumentException">The shares leave no neuron or trial on one side.</exception>
    public BenchmarkScore Score(ILatentModel model, RecordedTrials trials)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(trials);
        using var scope = NewDisposeScope();
        var (count, neurons) = ((int)trials.Counts.shape[0], (int)trials.Counts.shape[2]);
        var draws = new SeededDraws(seed, Stream);
        var (outside, inside) = Split(draws.Permutation(neurons), heldOut, "neurons");
        var (scored, seen) = Split(draws.Permutation(count), test, "trials");
        Tensor Trials(Tensor of, long[] which) => of.index_select(0, tensor(which));
        var (training, unseen) = (Trials(trials.Counts, seen), Trials(trials.Counts, scored));
        Tensor Inside(Tensor counts) => counts.index_select(2, tensor(inside));
        LatentModels.Fit(model, Inside(training), trials.Facts.Of(seen));
        var (known, latents) = (model.Embed(Inside(training)), model.Embed(Inside(unseen)));
        using var readOut = new PoissonReadOut(known, training);
        var (trainRates, rates) = (readOut.Rates(known), readOut.Rates(latents));
        Tensor Outside(Tensor values) => values.index_select(2, tensor(outside));
        return new BenchmarkScore(
            model.Name, SpikeLikelihood.BitsPerSpike(Outside(rates), Outside(unseen)),
            trials.Labels is { } labels ? Psth(trials.Counts, labels, rates, scored) : null,
            trials.Names.Count > 0
                ? VelocityDecoding.R2(trainRates, Trials(trials.Behaviour, seen), rates, Trials(trials.Behaviour, scored))
                : null,
            scored.Length, outside.Length);
    }

    /// <summary>Rates of the scored trials against the mean count of all trials of a label.</summary>
    private static double Psth(Tensor counts, IReadOnlyList<int> labels, Tensor rates, long[] scored)
    {
        int[] distinct = [.. labels.Distinct().Order()];
        var means = stack([.. distinct.Select(label => counts.index_select(0, tensor(
            Enumerable.Range(0, labels.Count).Where(trial => labels[trial] == label).Select(trial => (long)trial).ToArray())).mean([0]))]);
        return PsthScore.R2(means, rates, [.. distinct.Select(label => (IReadOnlyList<int>)[.. Enumerable.Range(0, scored.Length)
            .Where(place => labels[(int)scored[place]] == label)])]);
    }

    private static (long[] Held, long[] Kept) Split(IEnumerable<int> order, double share, string what)
    {
        long[] all = [.. order.Select(place => (long)place)];
        var held = (int)Math.Round(share * all.Length);
        return held > 0 && held < all.Length
            ? ([.. all[..held].Order()], [.. all[held..].Order()])
            : throw new ArgumentException($"A share of {share} of {all.Length} {what} leaves one side without any.");
    }
}
