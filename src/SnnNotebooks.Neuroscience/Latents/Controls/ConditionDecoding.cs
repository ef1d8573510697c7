namespace SnnNotebooks.Latents.Controls;

/// <summary>From which bin on a trial's condition can be told.</summary>
/// <param name="Conditions">Their names; the numbers in <paramref name="Found"/> are places here.</param>
/// <param name="Found">[trials, T]: the condition each trial was taken for in each bin, by a decoder that was not shown the trial.</param>
/// <param name="Accuracy">For each bin the share of trials that were told right.</param>
/// <param name="Chance">The share of the commonest condition.</param>
/// <param name="ShuffledLowest">For each bin the 2.5th percentile of the accuracy where trials had each other's conditions.</param>
/// <param name="ShuffledHighest">The 97.5th percentile of it.</param>
public sealed record ConditionDecoding(
    IReadOnlyList<string> Conditions,
    int[,] Found,
    IReadOnlyList<double> Accuracy,
    double Chance,
    IReadOnlyList<double> ShuffledLowest,
    IReadOnlyList<double> ShuffledHighest);
