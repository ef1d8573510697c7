using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Interactive.Views;
using SnnNotebooks.Latents.Controls;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Tests;

/// <summary>Trials of two conditions that part in the middle: what is seen of a selection can be told beforehand.</summary>
internal static class LinkedTrialsOf
{
    public const int Trials = 20;
    public const int Bins = 10;

    /// <summary>
    /// Of "left" trials (even ones) neuron 0 fires 4 spikes in each bin from the fifth on and latent 1 falls to -1; of "right" ones
    /// neuron 1 fires 2 and latent 1 rises to 1. Neuron 2 fires once in every bin.
    /// </summary>
    public static LinkedTrials Parting(string left = "left", string right = "right", bool withControl = true)
    {
        using var scope = NewDisposeScope();
        var late = arange(Bins).ge(Bins / 2).to(ScalarType.Float32).reshape(1, Bins, 1);
        var side = tensor(Enumerable.Range(0, Trials).Select(trial => trial % 2 == 0 ? -1f : 1f).ToArray()).reshape(Trials, 1, 1);
        var counts = cat([4 * late * side.lt(0), 2 * late * side.gt(0), ones(Trials, Bins, 1)], 2);
        var wave = arange(Bins).reshape(1, Bins, 1).sin().expand(Trials, Bins, 1);
        var latents = cat([(late * side).expand(Trials, Bins, 1), wave, arange(Trials).reshape(Trials, 1, 1).expand(Trials, Bins, 1)], 2);
        string[] conditions = [.. Enumerable.Range(0, Trials).Select(trial => trial % 2 == 0 ? left : right)];
        return new LinkedTrials(latents.MoveToOuterDisposeScope(), counts.MoveToOuterDisposeScope())
        {
            Conditions = conditions,
            BinWidth = 0.1,
            Neurons = ["left cell", "right cell", "clock"],
            Table = [new TrialColumn("direction", conditions, IsNumeric: false)],
            Decoding = Told(latents, conditions),
            Control = withControl
                ? new LinkedControl("shifted in time", zeros_like(latents).MoveToOuterDisposeScope(),
                    counts.flip(1).MoveToOuterDisposeScope(), Told(zeros_like(latents), conditions))
                : null,
        };
    }

    private static ConditionDecoding Told(Tensor latents, string[] conditions)
    {
        var found = new int[Trials, Bins];
        for (var trial = 0; trial < Trials; trial++)
        {
            for (var bin = 0; bin < Bins; bin++)
            {
                found[trial, bin] = latents[trial, bin, 0].item<float>() > 0 ? 1 : 0;
            }
        }

        double[] share = [.. Enumerable.Range(0, Bins).Select(
            bin => Enumerable.Range(0, Trials).Count(trial => found[trial, bin] == trial % 2) / (double)Trials)];
        double[] Flat(double value) => [.. Enumerable.Repeat(value, Bins)];
        return new ConditionDecoding([.. conditions.Distinct()], found, share, 0.5, Flat(0.3), Flat(0.7));
    }
}
