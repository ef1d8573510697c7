using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Latents.Controls;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Views;

/// <summary>What a <see cref="LinkedView"/> shows.</summary>
/// <param name="Latents">[trials, T, D], finite, T and D of at least 2; the first eight dimensions are shown. Not kept.</param>
/// <param name="Counts">[trials, T, N] of the same trials and bins, finite; at least 0 but for traces. Not kept.</param>
public sealed record LinkedTrials(Tensor Latents, Tensor Counts)
{
    /// <summary>A name for each neuron; numbers where null.</summary>
    public IReadOnlyList<string>? Neurons { get; init; }

    /// <summary>Seconds per bin; null where it is not known.</summary>
    public double? BinWidth { get; init; }

    /// <summary>Whether counts are continuous traces instead, in standard deviations.</summary>
    public bool AreTraces { get; init; }

    /// <summary>A condition for each trial, at most 250 different ones; null for none.</summary>
    public IReadOnlyList<string>? Conditions { get; init; }

    /// <summary>The table of trials; its first six columns are shown.</summary>
    public IReadOnlyList<TrialColumn> Table { get; init; } = [];

    /// <summary>The conditions as told from the latents; null for none.</summary>
    public ConditionDecoding? Decoding { get; init; }

    /// <summary>Shown beside, when the reader asks for it; null for none.</summary>
    public LinkedControl? Control { get; init; }
}
